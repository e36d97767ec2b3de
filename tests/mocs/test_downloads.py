"""Downloading a MOC's files: by a signed address that works for a while, also without a token."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest

from tests.mocs.builders import FILE_KEYS, Json, add_file, moc_with_files, new_moc
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.pictures import CSV, JPEG, PDF
from tests.support.refusals import refusal

NAME = "Plan für Burg 城 'neu' 100%.pdf"


def path_of(file: Json, suffix: str = "download") -> str:
    return f"/api/mocs/{file['mocId']}/files/{file['id']}/{suffix}"


@pytest.fixture
def plan(over_http: Api) -> Json:
    user = over_http.user()
    return add_file(user, new_moc(user), "instruction", NAME, PDF)


def saved_as(answer: httpx.Response) -> str:
    """The name under which a browser saves it (RFC 6266)."""
    kind, _, parameters = answer.headers["content-disposition"].partition("; ")
    assert kind == "attachment"
    return unquote(parameters.partition("filename*=UTF-8''")[2])


def test_a_redirect_to_the_file_under_its_own_name(api: Api, plan: Json) -> None:
    answer = api.user().get(path_of(plan))
    assert answer.status_code == 302
    assert answer.content == b""
    assert answer.headers["cache-control"] == "no-store"
    downloaded = httpx.get(answer.headers["location"])  # no token: what is signed is enough
    assert downloaded.status_code == 200
    assert downloaded.content == PDF
    assert downloaded.headers["content-type"] == "application/pdf"
    assert saved_as(downloaded) == NAME


@pytest.mark.parametrize("suffix", ["download?format=json", "download-info"])
def test_where_the_file_is(api: Api, plan: Json, suffix: str) -> None:
    before = datetime.now(UTC)
    answer = api.user().get(path_of(plan, suffix))
    assert answer.status_code == 200
    assert list(answer.json()) == ["file", "downloadInfo"]
    assert answer.json()["file"] == plan
    assert list(plan) == FILE_KEYS
    info = answer.json()["downloadInfo"]
    assert list(info) == ["url", "filename", "mimeType", "size", "expiresAt"]
    assert (info["filename"], info["mimeType"], info["size"]) == (NAME, "application/pdf", len(PDF))
    good_for = datetime.fromisoformat(info["expiresAt"]) - before
    assert timedelta(minutes=14) < good_for < timedelta(minutes=20)
    assert httpx.get(info["url"]).content == PDF


def test_the_size_is_that_of_what_is_downloaded(over_http: Api) -> None:
    user = over_http.user()
    moc = moc_with_files(
        user, ("partsLists", ("parts.csv", CSV, "text/csv")), ("images", ("front.jpg", JPEG, "image/jpeg"))
    )
    for file in moc["files"]:
        info = user.get(path_of(file, "download-info")).json()["downloadInfo"]
        downloaded = httpx.get(info["url"])
        assert (len(downloaded.content), downloaded.headers["content-type"]) == (info["size"], info["mimeType"])
        assert saved_as(downloaded) == info["filename"]


def test_a_picture_is_saved_under_the_name_of_what_it_is_now(over_http: Api) -> None:
    user = over_http.user()
    moc = moc_with_files(user, ("images", ("front.side.jpg", JPEG, "image/jpeg")))
    [picture] = [file for file in moc["files"] if file["fileType"] == "thumbnail"]
    info = user.get(path_of(picture, "download-info")).json()["downloadInfo"]
    assert (picture["originalFilename"], info["filename"]) == ("front.side.jpg", "front.side.webp")
    again = {"image": (info["filename"], httpx.get(info["url"]).content)}
    assert user.post("/api/wishlist/upload-image", files=again).status_code == 200


def test_without_a_token_there_is_no_signature(over_http: Api, plan: Json) -> None:
    for suffix in ("download", "download-info"):
        assert over_http.client().get(path_of(plan, suffix)).status_code == 401


def test_an_unknown_format_is_named(over_http: Api, plan: Json) -> None:
    answer = over_http.user().get(path_of(plan, "download?format=zip"))
    assert answer.status_code == 400
    assert list(answer.json()["details"]["fieldErrors"]) == ["format"]


@pytest.mark.parametrize("suffix", ["download", "download-info"])
def test_what_does_not_exist(over_http: Api, plan: Json, suffix: str) -> None:
    user = over_http.user()
    other = new_moc(user)
    for file_id in (str(uuid4()), "plan.pdf"):
        missing = user.get(path_of(plan | {"id": file_id}, suffix))
        assert refusal(missing) == (404, "FILE_NOT_FOUND", "File not found")
    assert refusal(user.get(path_of(plan | {"mocId": other["id"]}, suffix)))[1] == "FILE_NOT_FOUND"
    for moc_id in (str(uuid4()), "test-moc-1"):
        assert refusal(user.get(path_of(plan | {"mocId": moc_id}, suffix)))[1] == "MOC_NOT_FOUND"


@pytest.mark.parametrize(
    ("stored", "location"),
    [
        ("/uploads/moc-files/alice/instructions/plan-1.pdf", "/uploads/moc-files/alice/instructions/plan-1.pdf"),
        ("https://cdn.example.com/a%20b.pdf?v=1&x=[2]#p", "https://cdn.example.com/a%20b.pdf?v=1&x=[2]#p"),
        ("/uploads/Plan 城.pdf", "/uploads/Plan%20%E5%9F%8E.pdf"),
        ("/uploads/a\r\nSet-Cookie: x=1", "/uploads/a%0D%0ASet-Cookie:%20x=1"),
    ],
)
def test_a_file_of_the_old_server(api: Api, database: Database, stored: str, location: str) -> None:
    """It is where its URL says, for as long as that may be; nobody wrote down how large it is."""
    user = api.user()
    moc = new_moc(user)
    insert = "INSERT INTO moc_files (moc_id, file_type, file_url) VALUES ($1, 'instruction', $2) RETURNING id"
    file_id = str(database.value(insert, moc["id"], stored))
    file = {"id": file_id, "mocId": moc["id"]}
    redirect = user.get(path_of(file))
    assert (redirect.status_code, redirect.headers["location"]) == (302, location)
    assert "set-cookie" not in redirect.headers
    info = user.get(path_of(file, "download-info")).json()
    assert info["file"]["fileUrl"] == stored
    assert (info["file"]["originalFilename"], info["file"]["mimeType"]) == (None, None)
    assert info["downloadInfo"] == {
        "url": stored,
        "filename": file_id,
        "mimeType": "application/octet-stream",
        "size": None,
        "expiresAt": None,
    }
    deleted = user.delete(f"/api/mocs/{moc['id']}/files/{file_id}")
    assert deleted.status_code == 200, "there is no object of ours to delete"
