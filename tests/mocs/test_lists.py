"""The list of one's own MOCs."""

from typing import Any

import pytest

from tests.mocs.builders import MOC_KEYS, Json, new_moc, problems
from tests.support.clients import Api, User


@pytest.fixture
def user(over_http: Api) -> User:
    """With four MOCs, made in this order, among others that are not theirs."""
    user = over_http.user()
    new_moc(user, title="Bridge", tags=["stone", "River"], theme="Castle")
    new_moc(user, title="Castle", tags=["stone"], theme="Castle", description="with a bridge")
    new_moc(over_http.user(), title="Bridge", tags=["stone"], theme="Castle")
    new_moc(user, title="Aeroplane", type="set", theme="City", releaseYear=1999)
    new_moc(user, title="Dragon")
    return user


def titles(user: User, **query: Any) -> list[str]:
    answer = user.get("/api/mocs", params=query)
    assert answer.status_code == 200, answer.text
    return [moc["title"] for moc in answer.json()["data"]]


def test_the_answer(api: Api) -> None:
    user = api.user()
    assert user.get("/api/mocs?search=&tag=&type=&theme=&sort=").json()["data"] == [], "empty is not given"
    assert user.get("/api/mocs/").json() == {"success": True, "data": [], "total": 0, "page": 1, "limit": 20}
    moc = new_moc(user, tags=["stone"])
    answer = user.get("/api/mocs?page=1&limit=5")
    assert answer.status_code == 200
    assert list(answer.json()) == ["success", "data", "total", "page", "limit"]
    assert answer.json() == {"success": True, "data": [moc], "total": 1, "page": 1, "limit": 5}
    assert list(answer.json()["data"][0]) == MOC_KEYS
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Dragon", "Aeroplane", "Castle", "Bridge"]),
        ({"sort": "newest"}, ["Dragon", "Aeroplane", "Castle", "Bridge"]),
        ({"sort": "oldest"}, ["Bridge", "Castle", "Aeroplane", "Dragon"]),
        ({"sort": "title"}, ["Aeroplane", "Bridge", "Castle", "Dragon"]),
        ({"tag": "stone"}, ["Castle", "Bridge"]),
        ({"tag": "STONE"}, ["Castle", "Bridge"]),
        ({"tag": "River"}, ["Bridge"]),
        ({"tag": "sto"}, []),
        ({"type": "set"}, ["Aeroplane"]),
        ({"type": "moc", "theme": "Castle"}, ["Castle", "Bridge"]),
        ({"theme": "castle"}, []),
        ({"search": "bridge"}, ["Bridge", "Castle"]),
        ({"search": " bridge ", "tag": "River"}, ["Bridge"]),
        ({"search": "%"}, []),
        ({"search": "", "tag": "", "theme": "", "type": ""}, ["Dragon", "Aeroplane", "Castle", "Bridge"]),
    ],
)
def test_filters_and_orders(user: User, query: Json, expected: list[str]) -> None:
    assert titles(user, **query) == expected


def test_the_last_changed_first(user: User) -> None:
    bridge = user.get("/api/mocs?sort=oldest").json()["data"][0]
    user.patch(f"/api/mocs/{bridge['id']}", json={"theme": "Town"})
    assert titles(user, sort="updated") == ["Bridge", "Dragon", "Aeroplane", "Castle"]


@pytest.mark.parametrize(
    ("query", "page", "limit", "expected"),
    [
        ("page=1&limit=3", 1, 3, ["Dragon", "Aeroplane", "Castle"]),
        ("page=2&limit=3", 2, 3, ["Bridge"]),
        ("page=3&limit=3", 3, 3, []),
        ("page=0&limit=2", 1, 2, ["Dragon", "Aeroplane"]),
        ("page=-4&limit=1", 1, 1, ["Dragon"]),
        ("page=x&limit=y", 1, 20, ["Dragon", "Aeroplane", "Castle", "Bridge"]),
        ("limit=0", 1, 20, ["Dragon", "Aeroplane", "Castle", "Bridge"]),
        ("limit=-1", 1, 1, ["Dragon"]),
        ("limit=1000", 1, 100, ["Dragon", "Aeroplane", "Castle", "Bridge"]),
        ("page=99999999999999999999&limit=100", 1_000_000, 100, []),
    ],
)
def test_pages(user: User, query: str, page: int, limit: int, expected: list[str]) -> None:
    body = user.get(f"/api/mocs?{query}").json()
    assert [moc["title"] for moc in body["data"]] == expected
    assert (body["page"], body["limit"], body["total"]) == (page, limit, 4)


@pytest.mark.parametrize(("field", "value"), [("type", "castle"), ("sort", "price")])
def test_what_cannot_be_a_filter_is_named(user: User, field: str, value: str) -> None:
    assert list(problems(user.get("/api/mocs", params={field: value}))) == [field]


def test_without_a_token_there_is_no_list(over_http: Api) -> None:
    assert over_http.client().get("/api/mocs").status_code == 401
