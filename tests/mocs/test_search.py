"""Searching everybody's MOCs, in a database where the test knows all there are."""

from typing import Any

import pytest

from tests.mocs.builders import MOC_KEYS, Json, new_moc
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.refusals import refusal

# The oldest first.
COLLECTION: tuple[dict[str, Any], ...] = (
    {"title": "Royal Castle", "description": "Walls, towers and a drawbridge", "tags": ["medieval", "knights"]},
    {"title": "Dragon", "description": "It guards the castle", "tags": ["fantasy"]},
    {"title": "Space Shuttle", "description": "With boosters, 100% to scale", "tags": ["nasa", "rocket_science"]},
    {"title": "Millennium Falcon", "description": None, "tags": ["star wars"]},
    {"title": "Fire Station No. 7", "description": "C:\\fire and a 4/4 beat", "tags": ['the "red" one']},
    {"title": "Château d'Eau", "description": "Wasserturm für Zürich", "tags": None},
    {"title": "ÄUSSERE BURG", "description": "城", "tags": []},
    {"title": "Fast & Furious Car", "description": "<script>alert(1)</script>", "tags": ["a|b", "c!d"]},
    {"title": "Nest", "description": "Of a millennium falcon or a falconet", "tags": []},
)


@pytest.fixture(scope="module")
def owner(alone: Api) -> User:
    """Whose MOCs these are."""
    owner = alone.user()
    for moc in COLLECTION:
        new_moc(owner, **moc)
    return owner


def has_trigrams(database: Database) -> bool:
    return database.count("pg_available_extensions", "name = 'pg_trgm'") == 1


def search(api: Api, **query: Any) -> Json:
    answer = api.client().get("/api/mocs/search", params=query)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    assert list(body) == ["mocs", "total", "source", "message"]
    assert body["source"] == "database"
    assert body["message"] == f"Found {body['total']} MOCs in database"
    return body


def found(api: Api, q: str, **query: Any) -> list[str]:
    body = search(api, q=q, **query)
    assert body["total"] == len(body["mocs"])
    return [moc["title"] for moc in body["mocs"]]


def test_without_a_query_all_are_found_the_newest_first(alone: Api, owner: User) -> None:
    titles = [moc["title"] for moc in reversed(COLLECTION)]
    assert found(alone, "") == titles
    assert found(alone, "  \t ") == titles
    body = search(alone)
    assert [moc["title"] for moc in body["mocs"]] == titles
    assert {tuple(moc) for moc in body["mocs"]} == {(*MOC_KEYS, "images")}
    assert {moc["userId"] for moc in body["mocs"]} == {owner.id}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("castle", ["Royal Castle", "Dragon"]),  # a title weighs more than a description
        ("CASTLE", ["Royal Castle", "Dragon"]),
        ("castles", ["Royal Castle", "Dragon"]),
        ("medieval", ["Royal Castle"]),
        ("star wars", ["Millennium Falcon"]),
        ("cast", ["Royal Castle", "Dragon"]),
        ("astl", ["Royal Castle", "Dragon"]),
        ("bridge", ["Royal Castle"]),
        ("castle royal", ["Royal Castle"]),
        ("roy cas", ["Royal Castle"]),
        ("bridge medieval", ["Royal Castle"]),
        ("castle the", ["Royal Castle", "Dragon"]),
        ("castle falcon", []),
        ("zürich", ["Château d'Eau"]),
        ("château", ["Château d'Eau"]),
        ("zurich", ["Château d'Eau"]),
        ("chateau", ["Château d'Eau"]),
        ("CHA\u0302TEAU", ["Château d'Eau"]),
        ("äussere", ["ÄUSSERE BURG"]),
        ("aussere", ["ÄUSSERE BURG"]),
        ("réd", ["Fire Station No. 7"]),
        ("Burg", ["ÄUSSERE BURG"]),
        ("城", ["ÄUSSERE BURG"]),
        ("7", ["Fire Station No. 7"]),
    ],
)
def test_words_their_beginnings_and_their_parts(alone: Api, owner: User, query: str, titles: list[str]) -> None:
    assert found(alone, query) == titles


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("casle", "Royal Castle"),
        ("acstle", "Royal Castle"),
        ("csatle", "Royal Castle"),
        ("castl3", "Royal Castle"),
        ("mediveal", "Royal Castle"),
        ("Chaetau", "Château d'Eau"),
        ("milennium", "Millennium Falcon"),
        ("millenniun", "Millennium Falcon"),
        ("castel", "Royal Castle"),
        ("caastle", "Royal Castle"),
        ("drawbrigde", "Royal Castle"),
        ("dragn", "Dragon"),
        ("millenium falcno", "Millennium Falcon"),
        ("shutle", "Space Shuttle"),
        ("chatau", "Château d'Eau"),
    ],
)
def test_a_typing_error_is_forgiven(alone: Api, owner: User, query: str, title: str) -> None:
    assert title in found(alone, query)


@pytest.mark.parametrize("query", ["dgn", "csatel", "dragonfly", "rooyall"])
def test_more_than_one_is_not(alone: Api, owner: User, query: str) -> None:
    assert found(alone, query) == []


def test_what_is_right_comes_before_what_is_only_nearly_so(alone: Api, owner: User) -> None:
    assert found(alone, "falcon") == ["Millennium Falcon", "Nest"]
    assert found(alone, "millennium falcon") == ["Millennium Falcon", "Nest"]
    assert found(alone, "falconet")[0] == "Nest"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("%", ["Space Shuttle"]),
        ("100%", ["Space Shuttle"]),
        ("_", ["Space Shuttle"]),
        ("rocket_science", ["Space Shuttle"]),
        ("\\", ["Fire Station No. 7"]),
        ("/", ["Fast & Furious Car", "Fire Station No. 7"]),
        ('"', ["Fire Station No. 7"]),
        ('the "red" one', ["Fire Station No. 7"]),
        ("'", ["Château d'Eau"]),
        ("d'Eau", ["Château d'Eau"]),
        ("&", ["Fast & Furious Car"]),
        ("fast & furious", ["Fast & Furious Car"]),
        ("|", ["Fast & Furious Car"]),
        ("castle | falcon", []),
        ("!", ["Fast & Furious Car"]),
        ("!castle", ["Royal Castle", "Dragon"]),
        ("cas:*", ["Royal Castle", "Dragon"]),
        (":*", []),
        ("(", ["Fast & Furious Car"]),
        ("((", []),
        ("<->", []),
        ("[", []),
        (",", ["Space Shuttle", "Royal Castle"]),
        ("<script>", ["Fast & Furious Car"]),
        ("*", []),
        ("--", []),
        ("'; DROP TABLE moc_instructions; --", []),
    ],
)
def test_no_character_is_an_operator(alone: Api, owner: User, query: str, titles: list[str]) -> None:
    assert found(alone, query) == titles


@pytest.mark.parametrize(
    "query", ["x" * 5000, "castle " * 500, "%_/\\" * 500, "a b c d e f g h i j k l m n o p", "ﬀ²_"]
)
def test_long_and_odd_queries_are_answered(alone: Api, owner: User, query: str) -> None:
    assert search(alone, q=query)["total"] <= len(COLLECTION)


def test_every_letter_there_is_can_be_searched(alone: Api) -> None:
    """What Python takes for part of a word, PostgreSQL must take in a query, too."""
    letters = [chr(code) for code in range(1, 0x3000) if chr(code).isalnum() or chr(code) == "_"]
    for start in range(0, len(letters), 200):
        search(alone, q="".join(letters[start : start + 200]))


def test_only_what_bears_a_tag(alone: Api, owner: User) -> None:
    assert found(alone, "", tag="medieval") == ["Royal Castle"]
    assert found(alone, "castle", tag="fantasy") == ["Dragon"]
    assert found(alone, "", tag="Fantasy") == ["Dragon"]
    assert found(alone, "", tag="MEDIEVAL") == ["Royal Castle"]
    assert found(alone, "", tag="star") == []
    assert found(alone, "", tag='the "red" one') == ["Fire Station No. 7"]
    assert search(alone, tag="")["total"] >= len(COLLECTION)


@pytest.mark.parametrize(
    ("query", "start", "count"),
    [
        ("from=0&size=3", 0, 3),
        ("from=2&size=3", 2, 3),
        ("limit=2", 0, 2),
        ("size=1&limit=2", 0, 1),
        ("from=-1&size=2", 0, 2),
        ("from=x&size=2", 0, 2),
        ("from=1e3&size=2", 1000, 0),
        ("from=99999999999999999999", 10**9, 0),
        ("size=0", 0, 20),
        ("size=abc", 0, 20),
        ("size=-5", 0, 1),
        ("size=100000", 0, 100),
        ("size=1.9", 0, 1),
        ("size=NaN&from=Infinity", 0, 20),
        ("q=&from=0&size=100", 0, 100),
    ],
)
def test_pages_are_clamped_and_the_total_counts_all(
    alone: Api, owner: User, query: str, start: int, count: int
) -> None:
    everything = search(alone, size=100)
    body = alone.client().get(f"/api/mocs/search?{query}").json()
    assert body["mocs"] == everything["mocs"][start : start + count]
    assert body["total"] == everything["total"] == len(everything["mocs"])
    assert body["message"] == f"Found {everything['total']} MOCs in database"


def test_pages_of_a_query(alone: Api, owner: User) -> None:
    whole = search(alone, q="castle")
    pages = [search(alone, q="castle", size=1, **{"from": offset}) for offset in range(3)]
    assert [moc for page in pages for moc in page["mocs"]] == whole["mocs"]
    assert {page["total"] for page in pages} == {2}


def test_nul_is_refused_and_a_query_given_twice_answered(alone: Api) -> None:
    assert refusal(alone.client().get("/api/mocs/search?q=%00"))[0] == 400
    assert alone.client().get("/api/mocs/search?q=castle&q=dragon").status_code == 200
    assert alone.client().get("/api/mocs/search?q=%ff%fe").status_code in (200, 400)


def test_a_database_that_fails_is_no_empty_list(alone: Api, module_database: Database) -> None:
    with Proxy(alone.settings.database_url) as way, serving(alone.settings, database_url=way.url) as api:
        assert search(api, q="castle")["total"] >= 0
        way.refuse()
        for path in ("/api/mocs/search?q=castle", "/api/mocs/search", "/api/mocs", "/api/mocs/stats/by-category"):
            answer = api.user().get(path)
            assert refusal(answer)[:2] == (503, "SERVICE_UNAVAILABLE"), path
            assert int(answer.headers["Retry-After"]) > 0
        way.recover()
        assert search(api, q="castle")["total"] >= 0
