"""Searching one's own images: words and their beginnings, accents and typing errors, by relevance and in pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from lego_api.config import Settings
from tests.gallery.builders import IMAGE_KEYS, Json, old_image, rows, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving

# The oldest first.
COLLECTION: tuple[dict[str, Any], ...] = (
    {"title": "Royal Castle", "description": "Walls, towers and a drawbridge", "tags": "medieval,knights"},
    {"title": "Dragon", "description": "It guards the castle", "author": "Anna Müller"},
    {"title": "Château d'Eau", "description": "Wasserturm für Zürich", "category": "Wassertürme"},
    {"title": "ÄUSSERE BURG", "description": "城", "tags": "100%,rocket_science"},
    {"title": "Nest", "tags": "star wars,a|b,c!d", "category": "Space"},
)

# The two routes, the key under which each answers, and what it calls the size of a page.
ROUTES = {"/api/images/search": ("images", "limit"), "/api/gallery/search": ("data", "size")}
both_routes = pytest.mark.parametrize("route", ROUTES)


@pytest.fixture(scope="module")
def gallery(settings: Settings, database: Database) -> Iterator[User]:
    """The owner of the collection; a stranger has the same."""
    with serving(settings) as api:
        owner, stranger = api.user(), api.user()
        for user in (owner, stranger):
            for texts in COLLECTION:
                upload(user, **texts)
        yield owner


def search(user: User, route: str, **query: Any) -> Json:
    answer = user.get(route, params=query)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    key, _ = ROUTES[route]
    assert list(body) == [key, "total", "source"]
    assert body["source"] == "database"
    return {"images": body[key], "total": body["total"]}


def titles(user: User, route: str, **query: Any) -> list[str]:
    found = search(user, route, **query)
    assert found["total"] == len(found["images"])
    return [image["title"] for image in found["images"]]


@both_routes
def test_without_words_all_are_found_the_newest_first(gallery: User, route: str) -> None:
    for query in ({}, {"q": ""}, {"search": " \t"}, {"q": " ", "search": ""}):
        assert titles(gallery, route, **query) == [texts["title"] for texts in reversed(COLLECTION)]
    images = search(gallery, route)["images"]
    assert {image["userId"] for image in images} == {gallery.id}
    assert list(images[0]) == IMAGE_KEYS


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("castle", ["Royal Castle", "Dragon"]),  # a title weighs more than a description
        ("CASTLES", ["Royal Castle", "Dragon"]),
        ("cast", ["Royal Castle", "Dragon"]),
        ("bridge", ["Royal Castle"]),
        ("roy cas", ["Royal Castle"]),
        ("castle nest", []),
        ("knights", ["Royal Castle"]),
        ("star wars", ["Nest"]),
        ("anna", ["Dragon"]),
        ("muller", ["Dragon"]),
        ("space", ["Nest"]),
        ("zurich", ["Château d'Eau"]),
        ("chateau", ["Château d'Eau"]),
        ("CHA\u0302TEAU", ["Château d'Eau"]),
        ("wasserturme", ["Château d'Eau"]),
        ("äussere", ["ÄUSSERE BURG"]),
        ("城", ["ÄUSSERE BURG"]),
        ("100%", ["ÄUSSERE BURG"]),
        ("rocket_science", ["ÄUSSERE BURG"]),
        ("casle", ["Royal Castle", "Dragon"]),
        ("mediveal", ["Royal Castle"]),
        ("dragn", ["Dragon"]),
        ("chatau", ["Château d'Eau"]),
    ],
)
def test_what_is_found(gallery: User, query: str, found: list[str]) -> None:
    assert titles(gallery, "/api/images/search", q=query) == found
    assert titles(gallery, "/api/gallery/search", q=query) == found
    listed = gallery.get("/api/images", params={"search": query}).json()
    assert {image["title"] for image in listed["images"]} == set(found)
    assert listed["total"] == len(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("%", {"ÄUSSERE BURG"}),
        ("_", {"ÄUSSERE BURG"}),
        ("|", {"Nest"}),
        ("\\", set()),
        ("'", {"Château d'Eau"}),
        ("& ! ( ) : * <->", set()),
        ("x" * 5000, set()),
        ("<script>", set()),
        ("🏰", set()),
    ],
)
@both_routes
def test_no_query_is_too_odd(gallery: User, route: str, query: str, found: set[str]) -> None:
    assert set(titles(gallery, route, q=query)) == found


@both_routes
def test_words_and_filters_together(gallery: User, route: str) -> None:
    """As `useFilterBar` sends them."""
    assert titles(gallery, route, q="castle", tag=["medieval", "KNIGHTS"]) == ["Royal Castle"]
    assert titles(gallery, route, q="nest", tag="star wars", category="space") == ["Nest"]
    assert titles(gallery, route, q="castle", category="space") == []
    assert titles(gallery, route, tag="medieval") == ["Royal Castle"]
    assert titles(gallery, route, q="castle", flagged="true") == []


@both_routes
def test_pages_have_one_total(over_http: Api, database: Database, route: str) -> None:
    user = over_http.user()
    _, size = ROUTES[route]
    made = rows(database, user, 25, title="Castle")
    rows(database, user, 5, title="Tower")
    read: list[str] = []
    for start in range(0, 40, 10):
        found = search(user, route, q="castle", **{"from": start, size: 10})
        assert found["total"] == 25
        read += [image["id"] for image in found["images"]]
    assert read == made[::-1], "equally relevant ones come in the order of the list"
    assert search(user, route, q="castle", **{"from": 10**9})["total"] == 25


@pytest.mark.parametrize(("sent", "length"), [("0", 20), ("-1", 1), ("abc", 20), ("1000", 100), ("1.5", 1), ("", 20)])
@both_routes
def test_sizes_are_clamped(over_http: Api, database: Database, route: str, sent: str, length: int) -> None:
    user = over_http.user()
    rows(database, user, 105)
    _, size = ROUTES[route]
    assert len(search(user, route, **{size: sent, "from": "-5"})["images"]) == length


def test_old_rows_are_found_by_what_they_have(over_http: Api, database: Database) -> None:
    user = over_http.user()
    old_image(database, user, title="Castle", tags={"a": "tower"}, description=None)
    old_image(database, user, title="x" * 300_000, tags="castle", description="castle " * 50_000)
    assert search(user, "/api/images/search", q="castle")["total"] == 2
