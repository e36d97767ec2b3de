"""Adding files to a MOC that is there, one or several at a time."""

from collections.abc import Sequence

import pytest

from lego_api.config import Settings
from tests.mocs.builders import (
    FILE_KEYS,
    MOC_KEYS,
    add_file,
    add_files,
    detail,
    moc_with_files,
    multipart,
    new_moc,
)
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.objects import Objects
from tests.support.pictures import CSV, JPEG, PDF, PNG, STUDIO
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID

INSTRUCTION_EXISTS = "MOC already has an instruction file. Delete the existing one first."
WRONG_TYPE = "Invalid file type. Must be instruction, parts-list, or thumbnail"


@pytest.mark.parametrize("file_type_first", [True, False])
def test_one_file(api: Api, objects: Objects, file_type_first: bool) -> None:
    user = api.user()
    moc = new_moc(user)
    parts = [("fileType", "instruction"), ("file", ("plan ä.pdf", PDF, "application/pdf"))]
    form = multipart(*(parts if file_type_first else reversed(parts)))
    answer = user.post(f"/api/mocs/{moc['id']}/files", **form)
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["message", "file", "moc"]
    assert answer.json()["message"] == "File uploaded successfully"
    file = answer.json()["file"]
    assert list(file) == FILE_KEYS
    assert (file["mocId"], file["fileType"], file["originalFilename"]) == (moc["id"], "instruction", "plan ä.pdf")
    assert list(answer.json()["moc"]) == MOC_KEYS
    assert answer.json()["moc"]["thumbnailUrl"] is None
    assert answer.json()["moc"]["updatedAt"] > moc["updatedAt"]
    assert detail(user, moc)["files"] == [file]
    assert api.client().get(file["fileUrl"]).content == PDF
    assert objects.keys(f"mocs/{user.id}/") == {f"mocs/{user.id}/{moc['id']}/{file['id']}.pdf"}


@pytest.mark.parametrize(
    ("file_type", "name", "content", "mime_type"),
    [
        ("instruction", "model.io", STUDIO, "application/octet-stream"),
        ("instruction", "no ending", PDF, "application/pdf"),
        ("parts-list", "parts.csv", CSV, "text/csv"),
        ("parts-list", "parts.txt", CSV, "text/plain"),
        ("parts-list", "parts.xml", b"<INVENTORY><ITEM/></INVENTORY>", "application/xml"),
        ("parts-list", "parts.json", b'[{"elementId": 1}]', "application/json"),
        ("parts-list", "parts.pdf", PDF, "application/pdf"),
        ("parts-list", "parts.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "application/vnd.ms-excel"),
        ("parts-list", "model.io", STUDIO, "application/octet-stream"),
        ("thumbnail", "front.png", PNG, "image/webp"),
        ("thumbnail", "no ending", JPEG, "image/webp"),
        ("gallery-image", "front.jpg", JPEG, "image/webp"),
    ],
)
def test_what_is_accepted_as_what(over_http: Api, file_type: str, name: str, content: bytes, mime_type: str) -> None:
    user = over_http.user()
    file = add_file(user, new_moc(user), file_type, name, content)
    assert (file["fileType"], file["originalFilename"], file["mimeType"]) == (file_type, name, mime_type)
    served = over_http.client().get(file["fileUrl"])
    assert served.headers["content-type"].partition(";")[0] == mime_type


@pytest.mark.parametrize(
    ("file_type", "files", "message"),
    [
        ("instruction", [], "File is required"),
        ("castle", [("plan.pdf", PDF, "")], WRONG_TYPE),
        ("", [("plan.pdf", PDF, "")], WRONG_TYPE),
        ("instruction", [("plan.jpg", JPEG, "")], "Instructions file must be PDF or .io format"),
        ("instruction", [("plan.pdf", b"", "")], "plan.pdf is empty"),
        ("instruction", [("plan.pdf", b"MZ\x00\x01", "")], "plan.pdf does not contain what its name says"),
        ("parts-list", [("parts.csv", PNG, "")], "parts.csv does not contain what its name says"),
        ("parts-list", [("parts.json", b"{\x00}", "")], "parts.json is not of a type that can be used"),
        ("thumbnail", [("front.pdf", PDF, "")], "Not a picture that can be used"),
        ("thumbnail", [("front.jpg", PNG, "")], "front.jpg does not contain what its name says"),
        ("thumbnail", [("front.jpg", JPEG[:100], "")], "The picture is damaged or incomplete"),
        ("thumbnail", [("a.jpg", JPEG, ""), ("b.jpg", JPEG, "")], "A MOC has one thumbnail: send one file"),
        ("parts-list", [(f"{n}.csv", CSV, "") for n in range(11)], "Too many files in file"),
    ],
)
def test_what_is_refused(
    over_http: Api, objects: Objects, file_type: str, files: Sequence[tuple[str, bytes, str]], message: str
) -> None:
    user = over_http.user()
    moc = new_moc(user)
    status, code, text = refusal(add_files(user, moc, file_type, *files))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert text.startswith(message)
    assert detail(user, moc)["files"] == []
    assert objects.keys(f"mocs/{user.id}/") == set()


def test_a_missing_file_type_and_an_unknown_field_are_named(over_http: Api) -> None:
    user = over_http.user()
    path = f"/api/mocs/{new_moc(user)['id']}/files"
    assert refusal(user.post(path, **multipart(("file", ("plan.pdf", PDF, "")))))[2] == WRONG_TYPE
    form = multipart(("fileType", "instruction"), ("photo", ("plan.pdf", PDF, "")))
    assert refusal(user.post(path, **form))[2].startswith("Unexpected file field: photo")


def test_one_file_that_is_too_large(settings: Settings) -> None:
    with serving(settings, max_image_bytes=1024 * 1024) as api:
        user = api.user()
        answer = add_files(user, new_moc(user), "thumbnail", ("front.jpg", JPEG + bytes(1024 * 1024), ""))
        assert refusal(answer) == (413, "PAYLOAD_TOO_LARGE", "File too large. Maximum size is 1MB.")


def test_several_files_of_which_the_good_are_kept(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = new_moc(user)
    taken = add_file(user, moc, "parts-list", "taken.csv", CSV)
    files = [
        ("one.csv", CSV, "text/csv"),
        ("taken.csv", CSV, "text/csv"),
        ("picture.csv", PNG, "text/csv"),
        ("one.csv", CSV, "text/csv"),
        ("empty.csv", b"", "text/csv"),
        ("two.csv", CSV, "text/csv"),
    ]
    answer = add_files(user, moc, "parts-list", *files)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert list(body) == ["message", "uploaded", "failed", "moc"]
    assert body["message"] == "2 of 6 files uploaded successfully"
    assert [file["originalFilename"] for file in body["uploaded"]] == ["one.csv", "two.csv"]
    assert body["failed"] == [
        {"filename": "taken.csv", "error": "This MOC already has a file named taken.csv"},
        {"filename": "picture.csv", "error": "picture.csv does not contain what its name says"},
        {"filename": "one.csv", "error": "This MOC already has a file named one.csv"},
        {"filename": "empty.csv", "error": "empty.csv is empty"},
    ]
    assert detail(user, moc)["files"] == [taken, *body["uploaded"]]
    assert len(objects.keys(f"parts-lists/{user.id}/{moc['id']}/")) == 3


def test_several_files_of_which_none_is_good(over_http: Api) -> None:
    user = over_http.user()
    moc = new_moc(user)
    answer = add_files(user, moc, "gallery-image", ("a.jpg", b"", ""), ("b.jpg", PDF, ""))
    assert refusal(answer) == (400, "VALIDATION_ERROR", "None of the files can be accepted")
    assert [failed["filename"] for failed in answer.json()["details"]] == ["a.jpg", "b.jpg"]


def test_there_is_one_instruction_file(over_http: Api) -> None:
    user = over_http.user()
    moc = moc_with_files(user)
    answer = add_files(user, moc, "instruction", ("second.pdf", PDF, "application/pdf"))
    assert refusal(answer) == (409, "CONFLICT", INSTRUCTION_EXISTS)
    user.delete(f"/api/mocs/{moc['id']}/files/{moc['files'][0]['id']}")
    add_file(user, moc, "instruction", "second.pdf", PDF)


def test_a_name_that_is_taken_is_a_conflict(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    moc = new_moc(user)
    add_file(user, moc, "parts-list", "parts.csv", CSV)
    answer = add_files(user, moc, "parts-list", ("lists/parts.csv", CSV, "text/csv"))
    assert refusal(answer) == (409, "CONFLICT", "This MOC already has a file named parts.csv")
    assert len(objects.keys(f"parts-lists/{user.id}/")) == 1
    add_file(user, new_moc(user), "parts-list", "parts.csv", CSV)  # of another MOC, it is another name


def test_strangers_may_not_and_admins_may(api: Api, objects: Objects) -> None:
    owner = api.user()
    moc = new_moc(owner)
    refused = add_files(api.user(), moc, "instruction", ("plan.pdf", PDF, ""))
    assert refusal(refused)[:2] == (403, "FORBIDDEN")
    assert refused.json()["message"].startswith("Forbidden: You do not have permission to ")
    assert objects.keys(f"mocs/{owner.id}/") == set()
    file = add_file(api.admin(), moc, "instruction", "plan.pdf", PDF)
    assert owner.get(f"/api/mocs/{moc['id']}").json()["data"]["files"] == [file]
    assert objects.keys(f"mocs/{owner.id}/") == {file["fileUrl"].removeprefix("/uploads/")}


@pytest.mark.parametrize("id", [NOBODYS_ID, "test-moc-1"])
def test_a_moc_that_does_not_exist(over_http: Api, id: str) -> None:
    answer = add_files(over_http.user(), {"id": id}, "instruction", ("plan.pdf", PDF, ""))
    assert refusal(answer) == (404, "MOC_NOT_FOUND", "MOC not found")


def test_storage_that_fails_is_a_503_and_nothing_remains(
    settings: Settings, database: Database, objects: Objects
) -> None:
    with (
        Proxy(str(settings.s3_endpoint_url)) as s3,
        serving(settings, s3_endpoint_url=s3.url, storage_timeout=0.5, outbox_relay_seconds=0.5) as api,
    ):
        user = api.user()
        moc = new_moc(user)
        s3.refuse()
        answer = add_files(user, moc, "instruction", ("plan.pdf", PDF, ""))
        assert refusal(answer)[:2] == (503, "SERVICE_UNAVAILABLE")
        assert detail(user, moc)["files"] == []
    assert database.count("moc_files", "moc_id = $1", moc["id"]) == 0
    assert objects.keys(f"mocs/{user.id}/") == set()
