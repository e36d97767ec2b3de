"""Lists that are too long to be read while somebody waits: 202, and they are read when they have been stored."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from lego_api.parts_lists.importing import PartsListImports
from lego_api.resources import Resources
from tests.mocs.builders import Json, detail, new_moc
from tests.parts_lists.builders import (
    HOUSE,
    csv_of,
    key_of,
    lists_path,
    parts_of,
    pieces_of,
    shown,
    upload,
    uploaded,
)
from tests.support.clients import Api
from tests.support.database import run
from tests.support.faults import serving
from tests.support.objects import Objects
from tests.support.pictures import JPEG
from tests.support.refusals import refusal

TOO_LONG = csv_of(*[1] * 10_001)
# Few lines, and more than two megabytes.
TOO_WIDE = b"Part,Quantity,Notes\n" + (b"3001,5," + b"x" * 30_000 + b"\n") * 80


def import_stored(settings: Settings, file: Json) -> None:
    """What the event of its storing does."""

    async def once() -> None:
        resources = Resources(settings)
        try:
            await PartsListImports(resources).import_object(key_of(file))
        finally:
            await resources.aclose()

    run(once())


@pytest.mark.parametrize(("content", "lines", "pieces"), [(TOO_LONG, 10_001, 10_001), (TOO_WIDE, 80, 400)])
def test_accepted_and_read_later(api: Api, objects: Objects, content: bytes, lines: int, pieces: int) -> None:
    user = api.user()
    moc = new_moc(user)
    answer = upload(user, moc, content=content)
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body["message"] == "Parts list uploaded; it is being processed"
    data = body["data"]
    assert list(data) == ["file", "partsList", "parsing", "moc"]
    assert data["parsing"] == {"totalPieceCount": None, "uniqueParts": None, "format": None, "success": False}
    assert data["moc"] == {"id": moc["id"], "totalPieceCount": None}
    assert data["partsList"].items() >= {"status": "processing", "totalPartsCount": None, "description": None}.items()
    assert objects.get(key_of(data["file"]))["Body"].read() == content
    assert shown(user, moc) == [data["partsList"]]
    path = lists_path(moc, data["partsList"]["id"])
    assert user.get(f"{path}/parts").json()["data"]["total"] == 0
    assert refusal(user.get(f"{path}/export")) == (
        409,
        "CONFLICT",
        "The parts list is still being processed. Please try again in a moment.",
    )

    for _ in range(2):  # events come more than once
        import_stored(api.settings, data["file"])
    [parts_list] = shown(user, moc)
    assert (parts_list["status"], parts_list["totalPartsCount"]) == ("ready", str(pieces))
    assert parts_list["description"] == f"Parsed CSV parts list with {pieces} total pieces"
    assert pieces_of(user, moc) == pieces
    assert user.get(f"{path}/parts").json()["data"]["total"] == lines


def test_as_long_as_is_read_at_once(over_http: Api) -> None:
    user = over_http.user()
    data = uploaded(user, new_moc(user), content=csv_of(*[1] * 10_000))
    assert data["parsing"] == {"totalPieceCount": 10_000, "uniqueParts": 10_000, "format": "csv", "success": True}


def test_a_long_list_takes_the_place_of_a_short_one(api: Api, objects: Objects) -> None:
    """From then on nothing is said of the list before, whose file is gone; what the builder wrote stays."""
    user = api.user()
    moc = new_moc(user)
    first = uploaded(user, moc)
    user.put(lists_path(moc, first["partsList"]["id"]), json={"notes": "Ask Bob", "built": True})
    other = uploaded(user, moc, "other.csv", csv_of(5))
    data = upload(user, moc, content=TOO_LONG).json()["data"]
    assert data["partsList"]["id"] == first["partsList"]["id"]
    unknown = ("totalPartsCount", "uniquePartsCount", "sparePartsCount", "format", "description", "problems")
    assert {data["partsList"][name] for name in unknown} == {None}
    assert (data["partsList"]["notes"], data["partsList"]["built"]) == ("Ask Bob", True)
    assert parts_of(user, moc, data["partsList"]) == []
    assert data["moc"]["totalPieceCount"] == pieces_of(user, moc) == 5
    assert objects.keys(f"parts-lists/{user.id}/") == {key_of(data["file"]), key_of(other["file"])}
    import_stored(api.settings, data["file"])
    assert pieces_of(user, moc) == 10_006
    assert len(parts_of(user, moc, data["partsList"])) == 10_001


def test_a_short_list_takes_the_place_of_one_that_is_not_read_yet(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = new_moc(user)
    late = upload(user, moc, content=TOO_LONG).json()["data"]["file"]
    data = uploaded(user, moc)
    import_stored(api.settings, late)  # its event comes when it is gone
    assert shown(user, moc) == [data["partsList"]]
    assert pieces_of(user, moc) == 32
    assert objects.keys(f"parts-lists/{user.id}/") == {key_of(data["file"])}


def test_a_list_that_was_deleted_before_it_was_read(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    data = upload(user, moc, content=TOO_LONG).json()["data"]
    user.delete(lists_path(moc, data["partsList"]["id"]))
    import_stored(api.settings, data["file"])
    assert shown(user, moc) == []
    assert pieces_of(user, moc) is None


def test_what_is_no_parts_list_is_refused_at_once(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = new_moc(user)
    answer = upload(user, moc, "photo.csv", JPEG + b"x" * 3_000_000)
    assert refusal(answer)[:2] == (400, "PARSING_FAILED")
    assert answer.json()["details"][0]["code"] == "INVALID_FILE_TYPE"
    assert detail(user, moc)["files"] == []
    assert objects.keys(f"parts-lists/{user.id}/") == set()


def test_a_bad_line_among_many_is_told_of_the_list(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    data = upload(user, moc, content=TOO_WIDE + b"3001,many,\n").json()["data"]
    import_stored(api.settings, data["file"])
    [parts_list] = shown(user, moc)
    assert (parts_list["status"], parts_list["totalPartsCount"]) == ("failed", None)
    assert [(problem["code"], problem["line"]) for problem in parts_list["problems"]] == [("VALIDATION_ERROR", 82)]
    answer = user.get(lists_path(moc, parts_list["id"], "export"))
    assert refusal(answer) == (409, "CONFLICT", "The file of the parts list could not be read. Upload it again.")
    assert uploaded(user, moc)["partsList"].items() >= {"status": "ready", "problems": None}.items()


@pytest.fixture(scope="module")
def strict(settings: Settings) -> Iterator[Api]:
    with serving(settings, inline_parts_list_rows=1, inline_parts_list_bytes=len(HOUSE)) as api:
        yield api


def test_both_limits_are_settings(strict: Api) -> None:
    user = strict.user()
    moc = new_moc(user)
    assert upload(user, moc, content=HOUSE).status_code == 202
    assert upload(user, moc, content=csv_of(5)).status_code == 201
    assert upload(user, moc, content=csv_of(5) + b"\n" * len(HOUSE)).status_code == 202
