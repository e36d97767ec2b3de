"""Parts lists that are refused: said in a way that their author understands, and nothing is left of them."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.mocs.builders import Json, add_file, multipart, new_moc
from tests.parts_lists.builders import HOUSE, REFUSED, key_of, parts_of, sample, shown, upload, uploaded
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.objects import Objects
from tests.support.pictures import JPEG, PDF
from tests.support.refusals import refusal

PATH = "/api/mocs/upload-parts-list"
DENIED = (404, "MOC_NOT_FOUND", "MOC not found or access denied")
MISSING = (400, "MISSING_FIELDS", "Missing required fields: mocId and partsListFile")
FILE = ("house.csv", HOUSE, "text/csv")


def nothing_is_left(user: User, moc: Json, objects: Objects) -> bool:
    detail = user.get(f"/api/mocs/{moc['id']}").json()["data"]
    nowhere = not objects.keys(f"parts-lists/{user.id}/")
    return nowhere and (detail["files"], detail["partsLists"], detail["totalPieceCount"]) == ([], [], None)


def reasons(answer: Any) -> list[Json]:
    assert refusal(answer) == (400, "PARSING_FAILED", "Failed to parse parts list file")
    details: list[Json] = answer.json()["details"]
    return details


def test_missing_fields(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    file, text = ("partsListFile", FILE), ("partsListFile", "[object File]")
    forms = [
        [("mocId", moc["id"])],
        [("mocId", moc["id"]), text],
        [file],
        [("mocId", ""), file],
        [("mocid", moc["id"]), file],
    ]
    for form in forms:
        assert refusal(user.post(PATH, **multipart(*form))) == MISSING
    assert refusal(user.post(PATH)) == MISSING
    assert refusal(user.post(f"/api/mocs/{moc['id']}/upload-parts-list")) == MISSING


def test_files_in_other_fields_and_too_many(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    for fields, problem in ((["file"], "Unexpected file field: file"), (["partsListFile"] * 2, "Too many files")):
        answer = user.post(PATH, data={"mocId": moc["id"]}, files=[(field, FILE) for field in fields])
        status, code, message = refusal(answer)
        assert (status, code) == (400, "VALIDATION_ERROR")
        assert problem in message


@pytest.mark.parametrize("who", ["stranger", "admin", "owner"])
def test_a_moc_that_is_not_the_callers(api: Api, objects: Objects, who: str) -> None:
    owner = api.user()
    caller = {"stranger": api.user(), "admin": api.admin(), "owner": owner}[who]
    moc = new_moc(owner)
    for id in (str(uuid4()), "test-moc-1", f"{{{moc['id']}}}", *([] if who == "owner" else [moc["id"]])):
        assert refusal(upload(caller, {"id": id})) == DENIED
        assert refusal(caller.post(PATH, data={"mocId": id}, files={"partsListFile": FILE})) == DENIED
        # Also before it is said what is wrong with the file.
        assert refusal(upload(caller, {"id": id}, "x.jpg", JPEG)) == DENIED
    assert nothing_is_left(owner, moc, objects)
    assert not objects.keys(f"parts-lists/{caller.id}/")


def test_nobody(api: Api) -> None:
    for path in (PATH, f"/api/mocs/{uuid4()}/upload-parts-list"):
        assert refusal(api.client().post(path, files={"partsListFile": FILE}))[:2] == (401, "UNAUTHORIZED")


def test_a_page_of_another_site(api: Api) -> None:
    user = api.cookie_user(None, **{"Sec-Fetch-Site": "cross-site"})
    for path in (PATH, f"/api/mocs/{uuid4()}/upload-parts-list"):
        assert refusal(user.post(path, files={"partsListFile": FILE}))[:2] == (403, "CSRF_FAILED")


def test_too_many_uploads(settings: Settings) -> None:
    with serving(settings, rate_limit_uploads=1) as api:
        user = api.user()
        moc = new_moc(user)
        uploaded(user, moc)
        assert upload(user, moc).status_code == 429


@pytest.mark.parametrize("name", REFUSED)
def test_every_bad_sample(api: Api, objects: Objects, name: str) -> None:
    user, expected = api.user(), REFUSED[name]
    moc = new_moc(user)
    found = reasons(upload(user, moc, name, sample(name)))
    assert {reason["code"] for reason in found} == {expected["code"]}
    if "lines" in expected:
        assert [reason["line"] for reason in found] == expected["lines"]
    for reason in found:
        assert reason.keys() <= {"code", "message", "line"}
        assert isinstance(reason["message"], str)
    assert nothing_is_left(user, moc, objects)


def test_a_list_with_good_and_bad_lines_is_refused_as_a_whole(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = new_moc(user)
    lines = ["Part,Quantity", "3001,5", '"30\n03",2', *(f"{number},many" for number in range(150))]
    found = reasons(upload(user, moc, content="\n".join(lines).encode()))
    assert len(found) == 100
    assert [reason["line"] for reason in found[:2]] == [5, 6]
    assert nothing_is_left(user, moc, objects)


@pytest.mark.parametrize(
    ("name", "content"), [("x.csv", JPEG), ("x.csv", PDF), ("x.json", b'{"parts": []}'), ("x.csv", b"<html></html>")]
)
def test_what_is_no_parts_list(api: Api, objects: Objects, name: str, content: bytes) -> None:
    user = api.user()
    moc = new_moc(user)
    assert reasons(upload(user, moc, name, content))[0]["code"] == "INVALID_FILE_TYPE"
    assert nothing_is_left(user, moc, objects)


def test_a_refused_list_leaves_the_one_before(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = new_moc(user)
    data = uploaded(user, moc)
    parts = parts_of(user, moc, data["partsList"])
    assert reasons(upload(user, moc, content=b"Part,Quantity\n3001,0\n"))[0]["line"] == 2
    assert shown(user, moc) == [data["partsList"]]
    assert parts_of(user, moc, data["partsList"]) == parts
    assert objects.keys(f"parts-lists/{user.id}/") == {key_of(data["file"])}


def test_the_name_of_another_kind_of_file(api: Api, database: Database) -> None:
    user = api.user()
    moc = new_moc(user)
    file = add_file(user, moc, "instruction", "plan.pdf", PDF)
    assert refusal(upload(user, moc, "plan.pdf", HOUSE)) == (
        409,
        "CONFLICT",
        "This MOC already has a file named plan.pdf",
    )
    detail = user.get(f"/api/mocs/{moc['id']}").json()["data"]
    assert (detail["files"], detail["partsLists"]) == ([file], [])


@pytest.fixture(scope="module")
def strict(settings: Settings) -> Iterator[Api]:
    """An application that takes less than others."""
    with serving(settings, max_parts_list_bytes=1024 * 1024) as api:
        yield api


def test_a_file_that_is_too_large(strict: Api, objects: Objects) -> None:
    user = strict.user()
    moc = new_moc(user)
    line = b"3001,Brick 2 x 4,25,Red\n"
    fits = b"Part ID,Part Name,Quantity,Color\n" + line * ((1024 * 1024 - 33) // len(line))
    too_large = fits + line
    assert len(fits) <= 1024 * 1024 < len(too_large)
    assert refusal(upload(user, moc, content=too_large)) == (
        413,
        "PAYLOAD_TOO_LARGE",
        "File too large. Maximum size is 1MB.",
    )
    assert nothing_is_left(user, moc, objects)
    assert upload(user, moc, content=fits).status_code == 202
