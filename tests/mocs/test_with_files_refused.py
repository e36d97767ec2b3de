"""A MOC with files is made as a whole or not at all: neither a row nor an object remains of one that is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from tests.mocs.builders import PLAN, problems, unused_title, upload_moc
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.objects import Objects
from tests.support.pictures import CSV, JPEG, PDF, PNG
from tests.support.refusals import refusal

MEGABYTE = 1024 * 1024
MISSING = "At least one instructions file is required (PDF or .io format)"
NO_PLAN = "Instructions file must be PDF or .io format"
NO_PARTS = "Parts list files must be PDF, CSV, Excel, XML, JSON, Studio or text format"
NO_PICTURE = "Not a picture that can be used: it must be one of JPEG, PNG, WEBP, HEIC"


@pytest.fixture
def user(over_http: Api, database: Database, objects: Objects) -> Iterator[User]:
    """Somebody of whom nothing may remain."""
    user = over_http.user()
    yield user
    assert database.count("moc_instructions", "user_id = $1", user.id) == 0
    assert objects.keys(f"mocs/{user.id}/") == set()


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"type": "castle"}, "type"),
        ({"type": ""}, "type"),
        ({"title": ""}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"author": ""}, "author"),
        ({"type": "set"}, "brand"),
        ({"partsCount": "0"}, "partsCount"),
        ({"partsCount": str(2**31)}, "partsCount"),
        ({"partsCount": "12.7abc"}, "partsCount"),
        ({"uploadedDate": "yesterday"}, "uploadedDate"),
        ({"type": "set", "brand": "LEGO", "releaseYear": "soon"}, "releaseYear"),
        ({"type": "set", "brand": "LEGO", "retired": "perhaps"}, "retired"),
        ({"tags": '{"castle": true}'}, "tags"),
        ({"tags": "[5]"}, "tags"),
        ({"tags": '["a\\u0000b"]'}, "tags"),
        ({"tags": "[" * 50_000}, "tags"),
    ],
)
def test_a_text_that_is_wrong_is_named(user: User, texts: dict[str, str], field: str) -> None:
    answer = upload_moc(user, *texts.items(), PLAN)
    assert answer.json()["message"] == "Invalid input"
    assert list(problems(answer)) == [field]


def test_a_missing_type_and_title_are_named(user: User) -> None:
    answer = user.post("/api/mocs/with-files", files=[PLAN])
    assert list(problems(answer)) == ["title", "type"]


@pytest.mark.parametrize(
    ("parts", "field", "message"),
    [
        ([], "instructionsFile", MISSING),
        ([("instructionsFile", "[object Object]")], "instructionsFile", MISSING),
        ([("instructionsFile", ("plan.jpg", JPEG, "application/pdf"))], "instructionsFile", NO_PLAN),
        ([("instructionsFile", ("plan.txt", b"text", "application/pdf"))], "instructionsFile", NO_PLAN),
        (
            [("instructionsFile", ("plan.pdf", JPEG, "application/pdf"))],
            "instructionsFile",
            "plan.pdf does not contain what its name says",
        ),
        (
            [("instructionsFile", ("plan.io", PDF, "application/octet-stream"))],
            "instructionsFile",
            "plan.io does not contain what its name says",
        ),
        ([("instructionsFile", ("plan.pdf", b"", "application/pdf"))], "instructionsFile", "plan.pdf is empty"),
        ([PLAN, ("partsLists", ("parts.png", PNG, "text/csv"))], "partsLists", NO_PARTS),
        (
            [PLAN, ("partsLists", ("parts.csv", b"\x7fELF\x01", "text/csv"))],
            "partsLists",
            "parts.csv does not contain what its name says",
        ),
        ([PLAN, ("images", ("front.gif", b"GIF89a....", "image/jpeg"))], "images", NO_PICTURE),
        (
            [PLAN, ("images", ("front.jpg", b"<script>alert(1)</script>", "image/jpeg"))],
            "images",
            "front.jpg does not contain what its name says",
        ),
        (
            [PLAN, ("images", ("ok.jpg", JPEG, "image/jpeg")), ("images", ("cut.jpg", JPEG[:200], "image/jpeg"))],
            "images",
            "The picture is damaged or incomplete",
        ),
    ],
)
def test_a_file_that_is_wrong_is_named(user: User, parts: list[tuple[str, Any]], field: str, message: str) -> None:
    answer = upload_moc(user, *parts)
    assert answer.json()["message"] == message
    (problem,) = problems(answer)[field]
    assert message in problem


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([PLAN, ("photos", ("a.jpg", JPEG, "image/jpeg"))], "Unexpected file field: photos"),
        ([("instructionsFile", (f"{n}.pdf", PDF, "")) for n in range(11)], "Too many files in instructionsFile"),
        ([PLAN, *(("partsLists", (f"{n}.csv", CSV, "")) for n in range(11))], "Too many files in partsLists"),
        ([PLAN, *(("images", (f"{n}.jpg", JPEG, "")) for n in range(4))], "Too many files in images"),
        ([("instructionsFile", ("..", PDF, "application/pdf"))], "The file has no name"),
    ],
)
def test_fields_and_numbers_are_limited(user: User, parts: list[tuple[str, Any]], message: str) -> None:
    status, code, text = refusal(upload_moc(user, *parts))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert text.startswith(message)


def test_two_files_of_one_name_are_a_conflict(user: User) -> None:
    for name in ("parts.csv", "../parts.csv"):
        lists = [("partsLists", (name, CSV, "text/csv")), ("partsLists", ("parts.csv", CSV, "text/csv"))]
        answer = upload_moc(user, PLAN, *lists)
        assert refusal(answer) == (409, "CONFLICT", "This MOC already has a file named parts.csv")


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ("max_instruction_bytes", ("instructionsFile", ("plan.pdf", PDF + bytes(2 * MEGABYTE), ""))),
        ("max_parts_list_bytes", ("partsLists", ("parts.csv", CSV * (2 * MEGABYTE // len(CSV)), ""))),
        ("max_image_bytes", ("images", ("front.jpg", JPEG + bytes(2 * MEGABYTE), ""))),
    ],
)
def test_a_file_that_is_too_large_is_refused_with_the_limit(
    settings: Settings, user: User, setting: str, part: Any
) -> None:
    limit: dict[str, Any] = {setting: MEGABYTE}
    with serving(settings, **limit) as api:
        parts = [part] if part[0] == "instructionsFile" else [PLAN, part]
        answer = upload_moc(api.user(user.id), *parts)
    assert refusal(answer) == (413, "PAYLOAD_TOO_LARGE", "File too large. Maximum size is 1MB.")
    assert list(answer.json()["details"]["fieldErrors"]) == [part[0]]


def test_a_file_of_just_the_limit_is_accepted(settings: Settings, over_http: Api) -> None:
    with serving(settings, max_instruction_bytes=MEGABYTE) as api:
        exact = PDF + bytes(MEGABYTE - len(PDF))
        assert upload_moc(api.user(), ("instructionsFile", ("plan.pdf", exact, ""))).status_code == 201


def test_a_body_that_is_no_form_is_refused(user: User) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json"):
        answer = user.post("/api/mocs/with-files", content=b"{}", headers={"Content-Type": content_type})
        assert answer.status_code in (400, 415), content_type
        assert refusal(answer)[1] in ("VALIDATION_ERROR", "UNSUPPORTED_MEDIA_TYPE")


def test_storage_that_fails_is_a_503(settings: Settings, user: User) -> None:
    with (
        Proxy(str(settings.s3_endpoint_url)) as s3,
        serving(settings, s3_endpoint_url=s3.url, storage_timeout=0.5, outbox_relay_seconds=0.5) as api,
    ):
        sender = api.user(user.id)
        s3.refuse()
        answer = upload_moc(sender, PLAN, ("images", ("front.jpg", JPEG, "")))
        assert refusal(answer)[:2] == (503, "SERVICE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0


def test_of_two_that_take_a_title_at_once_one_gets_it(over_http: Api, database: Database, objects: Objects) -> None:
    user, title = over_http.user(), unused_title()
    with ThreadPoolExecutor(2) as threads:

        def upload(_: int) -> httpx.Response:
            return upload_moc(user, ("title", title), PLAN, ("images", ("front.jpg", JPEG, "")))

        answers = sorted(threads.map(upload, range(2)), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [201, 409]
    moc = answers[0].json()["moc"]
    assert database.count("moc_instructions", "user_id = $1", user.id) == 1
    assert objects.keys(f"mocs/{user.id}/") == objects.keys(f"mocs/{user.id}/{moc['id']}/")
    assert len(objects.keys(f"mocs/{user.id}/")) == 2
