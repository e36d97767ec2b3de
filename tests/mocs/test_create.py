"""Creating MOCs and sets from JSON."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.mocs.builders import MOC_KEYS, detail, new_moc, problems, unused_title
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.refusals import refusal
from tests.support.timestamps import TIMESTAMP

SHARED: dict[str, Any] = {
    "description": "With a drawbridge",
    "partsCount": 1200,
    "theme": "Castle",
    "subtheme": "Lion Knights",
    "uploadedDate": "2024-05-01T10:00:00.000Z",
    "setNumber": "MOC-1234",
    "tags": ["medieval", "Mittelalter ä"],
    "thumbnailUrl": "https://example.com/castle.jpg",
}
OF_A_MOC = {"author": "Anna"}
OF_A_SET = {"brand": "LEGO", "releaseYear": 1986, "retired": True}


def test_a_title_is_enough(api: Api) -> None:
    user, title = api.user(), unused_title()
    answer = user.post("/api/mocs", json={"title": title})
    assert answer.status_code == 201
    assert list(answer.json()) == ["message", "moc"]
    assert answer.json()["message"] == "MOC created successfully"
    moc = answer.json()["moc"]
    assert list(moc) == MOC_KEYS
    assert (moc["userId"], moc["title"], moc["type"]) == (user.id, title, "moc")
    assert TIMESTAMP.fullmatch(moc["createdAt"])
    assert TIMESTAMP.fullmatch(moc["updatedAt"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", moc["id"])
    others = set(MOC_KEYS) - {"id", "userId", "title", "type", "createdAt", "updatedAt"}
    assert {name: moc[name] for name in others} == dict.fromkeys(others)


@pytest.mark.parametrize(("kind", "own", "foreign"), [("moc", OF_A_MOC, OF_A_SET), ("set", OF_A_SET, OF_A_MOC)])
def test_every_column_of_its_type_is_kept_and_those_of_the_other_ignored(
    api: Api, kind: str, own: dict[str, Any], foreign: dict[str, Any]
) -> None:
    moc = new_moc(api.user(), type=kind, **SHARED, **own, **foreign, totalPieceCount=7, userId="mallory", id="x")
    assert {name: moc[name] for name in SHARED | own} == SHARED | own
    assert {name: moc[name] for name in foreign} == dict.fromkeys(foreign)
    assert moc["totalPieceCount"] is None
    assert moc["userId"] != "mallory"
    shown = detail(api.client(), moc)
    assert {name: shown[name] for name in MOC_KEYS} == moc


def test_a_new_set_is_not_retired(over_http: Api) -> None:
    assert new_moc(over_http.user(), type="set")["retired"] is False
    assert new_moc(over_http.user(), type="moc", retired=True)["retired"] is None


def test_empty_texts_are_no_texts(over_http: Api) -> None:
    moc = new_moc(over_http.user(), description="", thumbnailUrl="", title="  Castle  ", theme=" Space ")
    assert (moc["description"], moc["thumbnailUrl"]) == (None, None)
    assert (moc["title"], moc["theme"]) == ("Castle", "Space")


def test_any_unicode_is_kept(over_http: Api, database: Database) -> None:
    title = f"Château 🏰 城 \u202e {uuid4()}"
    moc = new_moc(over_http.user(), title=title, description="line\nline\ttab 'quoted' \"twice\" \\")
    assert database.fetch("SELECT title, description FROM moc_instructions WHERE id = $1", moc["id"]) == [
        {"title": title, "description": "line\nline\ttab 'quoted' \"twice\" \\"}
    ]


def test_a_title_that_is_taken_is_a_conflict(api: Api) -> None:
    user, title = api.user(), unused_title()
    new_moc(user, title=title)
    again = user.post("/api/mocs", json={"title": f" {title} "})
    assert refusal(again) == (409, "CONFLICT", "You already have a MOC with this title")
    new_moc(api.user(), title=title)  # other people's titles are no concern


def test_of_two_that_take_a_title_at_once_one_gets_it(over_http: Api, database: Database) -> None:
    user = over_http.user()
    with ThreadPoolExecutor(2) as threads:
        for _ in range(5):
            body = {"title": unused_title()}
            answers = list(threads.map(lambda body: user.post("/api/mocs", json=body), [body, body]))
            assert sorted(answer.status_code for answer in answers) == [201, 409]
            assert database.count("moc_instructions", "title = $1", body["title"]) == 1


def test_a_thumbnail_must_be_an_address(over_http: Api) -> None:
    for address in ("javascript:alert(1)", "/uploads/mocs/of/somebody.webp", "castle.jpg", "https://", "http://[x"):
        answer = over_http.user().post("/api/mocs", json={"title": "x", "thumbnailUrl": address})
        assert list(problems(answer)) == ["thumbnailUrl"], address


def test_without_a_token_nothing_is_made(over_http: Api, database: Database) -> None:
    title = unused_title()
    assert over_http.client().post("/api/mocs", json={"title": title}).status_code == 401
    assert database.count("moc_instructions", "title = $1", title) == 0
