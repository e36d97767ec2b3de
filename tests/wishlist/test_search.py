"""Search: what contains the words, a page of it, and how many there are in all."""

from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User, UvicornServer
from tests.wishlist.builders import new_item


def search(user: httpx.Client, query: str) -> tuple[list[str], int]:
    """The titles on the page, and the total."""
    answer = user.get(f"/api/wishlist/search{query}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return [item["title"] for item in data["items"]], data["total"]


@pytest.fixture(scope="module")
def collector(settings: Settings, uvicorn_server: UvicornServer) -> str:
    """The id of a user with 120 items, `Item 0` to `Item 119`; nobody changes them."""
    api = Api(settings, uvicorn_server.url)
    user = api.user()
    for number in range(120):
        new_item(user, f"Item {number}", str(number))
    api.close()
    return user.id


@pytest.fixture
def many(over_http: Api, collector: str) -> User:
    return over_http.user(collector)


def test_the_answer_key_for_key(api: Api) -> None:
    user = api.user()
    new_item(user, "Castle")
    falcon = new_item(user, "Millennium Falcon", "2", description="a ship", category="Star Wars")
    new_item(api.user(), "Another's falcon")
    body = user.get("/api/wishlist/search?q=fALCON").json()
    assert list(body) == ["status", "message", "data"]
    assert (body["status"], body["message"]) == (200, "Wishlist search completed successfully")
    assert list(body["data"]) == ["items", "total", "source"]
    assert body["data"] == {"items": [falcon], "total": 1, "source": "database"}


def test_title_description_and_category_are_searched(over_http: Api) -> None:
    user = over_http.user()
    new_item(user, "Red", "1")
    new_item(user, "A", "2", description="Something rEDdish")
    new_item(user, "B", "3", category="Redwood", productLink="https://example.com/")
    new_item(user, "C", "4", productLink="https://red.example.com/")
    # A title weighs more than a category, and that more than a description.
    assert search(user, "?q=red") == (["Red", "B", "A"], 3)
    assert search(user, "?q=red&category=Redwood") == (["B"], 1)
    assert search(user, "?category=Redwood") == (["B"], 1)
    assert search(user, "?q=red&category=") == (["Red", "B", "A"], 3)
    assert search(user, "?q=%20red%20") == (["Red", "B", "A"], 3)
    assert search(user, "?q=") == search(user, "") == (["Red", "A", "B", "C"], 4)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("%25", "100% wool"),
        ("_", "snake_case"),
        ("%5C", "back\\slash"),
        ("/", "and/or"),
        ("'", "Anna's"),
        ("%22", 'a "quote"'),
        ("ÄRGER", "Ärger"),
        ("%2B", "1+1"),
        ("%2A", "all *"),
    ],
)
def test_every_character_means_itself(over_http: Api, words: str, title: str) -> None:
    user = over_http.user()
    new_item(user, "Plain")
    new_item(user, title)
    assert search(user, f"?q={words}") == ([title], 1)


def test_the_total_counts_what_is_on_other_pages(many: User) -> None:
    """The words as they stand come first, in the order of the list, and then what only has a 1 in its number."""
    assert search(many, "?q=item%201&size=3") == (["Item 1", "Item 10", "Item 11"], 39)
    assert search(many, "?q=item%201&size=2&from=30") == (["Item 119", "Item 21"], 39)
    assert search(many, "?q=item%201&size=3&from=38") == (["Item 91"], 39)
    assert search(many, "?q=item%201&size=3&from=39") == ([], 39)
    assert search(many, "?q=nothing") == ([], 0)


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ("", 0, 20),
        ("size=20", 0, 20),
        ("size=100", 0, 100),
        ("size=1000", 0, 100),
        ("size=99999999999999999999", 0, 100),
        ("size=1e999", 0, 100),
        ("size=0", 0, 0),
        ("size=-1", 0, 100),
        ("size=abc", 0, 100),
        ("size=", 0, 100),
        ("size=nan", 0, 100),
        ("size=2.9", 0, 2),
        ("from=-1", 0, 20),
        ("from=5", 5, 20),
        ("from=115", 115, 5),
        ("from=abc", 0, 20),
        ("from=99999999999999999999", 0, 0),
        ("from=1e999", 0, 20),
        ("page=3&limit=2", 0, 20),
    ],
)
def test_pages_out_of_range_are_clamped(many: User, query: str, first: int, count: int) -> None:
    expected = [f"Item {number}" for number in range(first, first + count)]
    assert search(many, f"?{query}") == (expected, 120)


def test_of_a_repeated_parameter_the_last_counts(many: User) -> None:
    assert search(many, "?q=castle&q=item%207&from=9&from=1&size=5&size=2") == (["Item 70", "Item 71"], 21)


def test_words_without_end(many: User) -> None:
    assert search(many, f"?q={'x' * 8000}") == ([], 0)
