"""What is announced and cannot be accepted is refused before anything is written down, let alone sent."""

from collections.abc import Iterator
from typing import Any

import pytest

from lego_api.config import Settings
from tests.mocs.builders import problems
from tests.mocs.direct_upload_builders import (
    BACK,
    FRONT,
    PARTS,
    PLAN,
    File,
    begin,
    finalize,
    finalized,
    initialize,
    key_of,
)
from tests.support.clients import Api, User, UvicornServer
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.pictures import JPEG, PDF
from tests.support.refusals import refusal
from tests.support.statements import watched

NO_PLAN = "Instructions file must be PDF or .io format"
NO_PARTS = "Parts list files must be PDF, CSV, Excel, XML, JSON, Studio or text format"
NO_PICTURE = "Images must be JPEG, PNG, WebP, or HEIC format"
MISSING = "At least one instructions file is required (PDF or .io format)"


@pytest.fixture
def user(over_http: Api, database: Database) -> Iterator[User]:
    """Somebody of whom nothing may remain."""
    user = over_http.user()
    yield user
    assert database.count("moc_instructions", "user_id = $1", user.id) == 0
    assert database.count("pending_uploads", "object_key LIKE $1", f"%{user.id}%") == 0
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0


def plans(count: int) -> list[File]:
    return [File(f"{n}.pdf", PDF, "instruction") for n in range(count)]


def lists(count: int) -> list[File]:
    return [PARTS._replace(name=f"{n}.csv") for n in range(count)]


def pictures(count: int) -> list[File]:
    return [File(f"{n}.jpg", JPEG, "gallery-image") for n in range(count)]


@pytest.mark.parametrize(
    ("announced", "problem"),
    [
        ({"size": 0}, "1.size: Input should be greater than or equal to 1"),
        ({"size": -1}, "1.size: Input should be greater than or equal to 1"),
        ({"size": True}, "1.size: Input should be a valid integer"),
        ({"size": "5"}, "1.size: Input should be a valid integer"),
        ({"size": 5.5}, "1.size: Input should be a valid integer"),
        ({"size": None}, "1.size: Input should be a valid integer"),
        ({"filename": None}, "1.filename: Input should be a valid string"),
        ({"filename": ""}, "1.filename: String should have at least 1 character"),
        ({"filename": "a" * 1001}, "1.filename: String should have at most 1000 characters"),
        ({"filename": "a\x00.csv"}, "1.filename: must not contain NUL characters"),
        ({"fileType": "photo"}, "1.fileType: Input should be 'instruction', 'parts-list', 'thumbnail' or"),
        ({"fileType": None}, "1.fileType: Input should be 'instruction', 'parts-list', 'thumbnail' or"),
        ({"mimeType": "x" * 256}, "1.mimeType: String should have at most 255 characters"),
        ({"filename": "\u202e\x07 "}, "1: The file has no name"),
        ({"filename": "lists/.."}, "1: The file has no name"),
        ({"filename": "parts"}, f"1: {NO_PARTS}"),
        ({"filename": ".csv"}, f"1: {NO_PARTS}"),
        ({"filename": "parts.csv.exe"}, f"1: {NO_PARTS}"),
        ({"filename": "plan.csv", "fileType": "instruction"}, f"1: {NO_PLAN}"),
        ({"filename": "plan.pdf.zip", "fileType": "instruction"}, f"1: {NO_PLAN}"),
        ({"filename": "front.gif", "fileType": "thumbnail"}, f"1: {NO_PICTURE}"),
        ({"filename": "front.svg", "fileType": "gallery-image"}, f"1: {NO_PICTURE}"),
        ({"filename": "front.jpg.pdf", "fileType": "gallery-image"}, f"1: {NO_PICTURE}"),
    ],
)
def test_a_file_that_is_wrong_is_named(user: User, announced: dict[str, Any], problem: str) -> None:
    answer = initialize(user, PLAN.announced(), PARTS.announced(**announced))
    ((found,),) = problems(answer).values()
    assert list(problems(answer)) == ["files"]
    assert found.startswith(problem)


@pytest.mark.parametrize("missing", ["filename", "fileType", "size"])
def test_what_must_be_said_of_a_file(user: User, missing: str) -> None:
    file = PLAN.announced()
    del file[missing]
    assert problems(initialize(user, file)) == {"files": [f"0.{missing}: {missing} is required"]}


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (None, "Input should be a valid list"),
        ("plan.pdf", "Input should be a valid list"),
        ([], "List should have at least 1 item"),
        ([5], "0: "),
        ([file.announced() for file in plans(24)], "List should have at most 23 items"),
        ([PARTS.announced()], MISSING),
        ([file.announced() for file in plans(11)], "At most 10 instructions files can be sent at once"),
        ([PLAN.announced(), *(file.announced() for file in lists(11))], "At most 10 parts lists can be sent"),
        ([PLAN.announced(), *(file.announced() for file in pictures(4))], "At most 3 images"),
        ([PLAN.announced(), FRONT.announced(), *(file.announced() for file in pictures(3))], "At most 3 images"),
        ([PLAN.announced(), FRONT.announced(), FRONT.announced(filename="b.jpg")], "At most 1 thumbnail"),
    ],
)
def test_how_many_there_may_be(user: User, files: Any, problem: str) -> None:
    answer = user.post(
        "/api/mocs/with-files/initialize", json={"type": "moc", "title": "Castle", "author": "Anna", "files": files}
    )
    assert list(problems(answer)) == ["files"]
    assert problems(answer)["files"][0].startswith(problem)


def test_as_many_as_there_may_be(over_http: Api, uvicorn_server: UvicornServer) -> None:
    user = over_http.user()
    with watched(uvicorn_server.app) as statements:
        moc_id, permissions = begin(user, *plans(10), *lists(10), FRONT, *pictures(2))
        assert len({key_of(permission) for permission in permissions}) == 23
        assert len(finalized(user, moc_id, *permissions)["failed"]) == 23
    assert max(len(statement.sql) for statement in statements) < 16 * 1024, "more pins the connection of a proxy"


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"type": "castle"}, "type"),
        ({"author": None}, "author"),
        ({"type": "set"}, "brand"),
        ({"partsCount": 2**31}, "partsCount"),
    ],
)
def test_a_text_of_the_moc_that_is_wrong_is_named(user: User, texts: dict[str, Any], field: str) -> None:
    assert list(problems(initialize(user, PLAN.announced(), **texts))) == [field]


@pytest.mark.parametrize(
    ("file", "setting"),
    [
        (PLAN, "max_instruction_bytes"),
        (PARTS, "max_parts_list_bytes"),
        (FRONT, "max_image_bytes"),
        (BACK, "max_image_bytes"),
    ],
)
@pytest.mark.parametrize("too_many", [1, 2**63, 10**100])
def test_more_than_the_limit_is_refused_with_the_limit(user: User, file: File, setting: str, too_many: int) -> None:
    limit = Settings.model_fields[setting].default
    answer = initialize(user, PLAN.announced(), file.announced(filename=f"2{file.name}", size=limit + too_many))
    message = f"File too large. Maximum size is {limit // 2**20}MB."
    assert refusal(answer) == (413, "PAYLOAD_TOO_LARGE", message)
    assert answer.json()["details"]["fieldErrors"] == {"files": [f"1: {message}"]}


def test_just_the_limit_is_accepted(settings: Settings) -> None:
    with serving(settings, max_instruction_bytes=len(PDF)) as api:
        begin(api.user(), PLAN)


@pytest.mark.parametrize("twin", ["lists/parts.csv", "C:\\parts.csv", "parts.csv\x07", " parts.csv"])
def test_two_files_of_one_name_are_a_conflict(user: User, twin: str) -> None:
    files = (PLAN, PARTS, PARTS._replace(name=twin))
    answer = initialize(user, *(file.announced() for file in files))
    assert refusal(answer) == (409, "CONFLICT", "Two files are named parts.csv")
    assert list(answer.json()["details"]["fieldErrors"]) == ["files"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/plan.pdf", "plan.pdf"),
        ("C:\\fake path\\plan.pdf", "plan.pdf"),
        ("pl\u202ean\r\n.pdf", "plan.pdf"),
        ("Burgtu\u0308r ${filename}.PDF", "Burgt\u00fcr ${filename}.PDF"),
        ("x" * 900 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_what_remains_of_it(over_http: Api, sent: str, kept: str) -> None:
    user = over_http.user()
    moc_id, [permission] = begin(user, PLAN._replace(name=sent))
    assert permission["filename"] == kept
    assert permission["fields"]["key"] == f"incoming/mocs/{user.id}/{moc_id}/{permission['fileId']}.pdf"
    assert not [value for value in permission["fields"].values() if "$" in value], "a variable of S3's"


@pytest.mark.parametrize(
    ("uploaded", "problem"),
    [
        (None, "Input should be a valid list"),
        ([], "List should have at least 1 item"),
        ([{"success": True}], "0.fileId: fileId is required"),
        ([{"fileId": "plan.pdf"}], "0.fileId: Input should be a valid UUID"),
        ([{"fileId": "00000000-0000-4000-8000-000000000000", "success": "perhaps"}], "0.success: Input should be a"),
        ([{"fileId": "00000000-0000-4000-8000-000000000000"}] * 24, "List should have at most 23 items"),
    ],
)
def test_what_is_finalized_is_said_in_a_list(over_http: Api, uploaded: Any, problem: str) -> None:
    user = over_http.user()
    moc_id, _ = begin(user, PLAN)
    answer = user.post(f"/api/mocs/{moc_id}/finalize", json={"uploadedFiles": uploaded})
    assert list(problems(answer)) == ["uploadedFiles"]
    assert problems(answer)["uploadedFiles"][0].startswith(problem)


def test_what_is_no_upload_of_this_moc_is_unknown(api: Api) -> None:
    user, other = api.user(), api.user()
    moc_id, _ = begin(user, PLAN)
    _, [of_another_moc] = begin(user, PLAN)
    _, [foreign] = begin(other, PLAN)
    unknown = {"fileId": "00000000-0000-4000-8000-000000000000"}
    body = finalized(user, moc_id, unknown, of_another_moc, foreign)
    assert body["message"] == "0 of 3 files finalized"
    assert body["failed"] == [
        {
            "fileId": one["fileId"],
            "filename": None,
            "error": "No such upload is known, or not any more. Start it again.",
        }
        for one in (unknown, of_another_moc, foreign)
    ]
    assert finalize(other, moc_id, foreign).status_code == 403
