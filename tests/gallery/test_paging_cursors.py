"""Every number, and every text, that may be sent as a cursor or a limit."""

from typing import Any

import pytest

from tests.gallery.builders import LISTS, Json, album, ids, page, pages, rows
from tests.support.clients import Api, User
from tests.support.database import Database

Titles = list[str]


@pytest.fixture
def user(over_http: Api, database: Database) -> User:
    """With things from 1, the oldest, to 9, in which an album follows every two images."""
    user = over_http.user()
    for number in (1, 4, 7):
        for image in range(2):
            (id_,) = rows(database, user, 1)
            database.fetch("UPDATE gallery_images SET title = $2 WHERE id = $1::text::uuid", id_, str(number + image))
        album(user, str(number + 2))
    return user


def titles(body: Json, path: str = "/api/gallery") -> Titles:
    return [item["title"] for item in body[LISTS[path]]]


def down(first: int, last: int = 1) -> Titles:
    return [str(number) for number in range(first, last - 1, -1)]


def test_a_cursor_leads_from_page_to_page(user: User) -> None:
    first = page(user, "/api/gallery", limit=4)
    assert titles(first) == down(9, 6)
    assert first["hasMore"] is True
    second = page(user, "/api/gallery", limit=4, cursor=first["nextCursor"])
    assert titles(second) == down(5, 2)
    last = page(user, "/api/gallery", limit=4, cursor=second["nextCursor"])
    assert (titles(last), last["hasMore"], last["nextCursor"]) == (["1"], False, None)


@pytest.mark.parametrize("limit", [1, 2, 3, 8, 9, 10, 100])
def test_every_size_of_page_shows_everything_once(user: User, limit: int) -> None:
    read = list(pages(user, "/api/gallery", limit=limit))
    assert [item["title"] for items in read for item in items] == down(9)
    assert [len(items) for items in read[:-1]] == [limit] * (len(read) - 1), "only the last page is short"
    assert read[-1], "no page is empty"


def test_a_page_that_is_just_full_is_the_last(user: User) -> None:
    body = page(user, "/api/gallery", limit=9)
    assert (len(body["items"]), body["hasMore"], body["nextCursor"]) == (9, False, None)


def test_the_web_app_counts_its_cursor_up_by_itself(user: User) -> None:
    """`useInfiniteGallery` never looks at `nextCursor`: it adds the size of a page to the cursor of the last one."""
    seen: Titles = []
    for cursor in (0, 4, 8):
        body = page(user, "/api/gallery", type="all", limit=4, cursor=cursor)
        seen += titles(body)
        assert body["hasMore"] is (cursor < 8)
    assert seen == down(9)
    assert titles(page(user, "/api/gallery", limit=4, cursor=8, type="image")) == []
    assert titles(page(user, "/api/gallery", limit=4, cursor=4, type="image")) == ["2", "1"]


def test_what_was_counted_and_where_it_ended_may_be_mixed(user: User) -> None:
    counted = page(user, "/api/gallery", limit=3, cursor=2)
    assert titles(counted) == down(7, 5)
    assert titles(page(user, "/api/gallery", limit=3, cursor=counted["nextCursor"])) == down(4, 2)


@pytest.mark.parametrize("path", ["/api/images", "/api/albums"])
def test_the_other_lists_know_both_kinds_too(user: User, path: str) -> None:
    everything = page(user, path)
    all_titles = titles(everything, path)
    assert (everything["total"], everything["nextCursor"]) == (len(all_titles), None)
    for cursor in (1, 2, len(all_titles), 1000):
        body = page(user, path, cursor=cursor, limit=2)
        assert titles(body, path) == all_titles[cursor : cursor + 2]
        assert body["total"] == len(all_titles), "also behind the last one"
    assert [item["title"] for items in pages(user, path, limit=2) for item in items] == all_titles


@pytest.mark.parametrize(
    "cursor", ["0", "", None, "-1", "-99999999999999999999", "x", "1e30", "NaN", "1.5", "[]", "null", "9" * 5000]
)
@pytest.mark.parametrize("path", LISTS)
def test_what_is_no_cursor_begins_at_the_start(user: User, path: str, cursor: str | None) -> None:
    sent: dict[str, Any] = {} if cursor is None else {"cursor": cursor}
    assert titles(page(user, path, **sent), path) == titles(page(user, path), path)


@pytest.mark.parametrize("cursor", [2**31, 2**53, 2**63, 10**30])
@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_above_everything_begins_at_the_start(user: User, path: str, cursor: int) -> None:
    assert titles(page(user, path, cursor=cursor), path) == titles(page(user, path), path)


@pytest.mark.parametrize("cursor", [9, 10, 999_999_999, 1_000_000_000])
@pytest.mark.parametrize("path", LISTS)
def test_behind_everything_there_is_nothing(user: User, path: str, cursor: int) -> None:
    body = page(user, path, cursor=cursor)
    assert (body[LISTS[path]], body["nextCursor"]) == ([], None)
    assert body.get("hasMore", False) is False


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("0", 9),
        ("-5", 1),
        ("1", 1),
        ("2.9", 2),
        ("x", 9),
        ("", 9),
        ("NaN", 9),
        ("Infinity", 9),
        ("1e30", 9),
        ("9" * 5000, 9),
    ],
)
def test_a_limit_is_clamped(user: User, limit: str, expected: int) -> None:
    assert len(page(user, "/api/gallery", limit=limit)["items"]) == expected


@pytest.mark.parametrize("path", LISTS)
def test_a_page_has_20_things_unless_told_otherwise_and_100_at_most(
    over_http: Api, database: Database, path: str
) -> None:
    user = over_http.user()
    rows(database, user, 101)
    insert = "INSERT INTO gallery_albums (user_id, title) SELECT $1, 'Album' FROM generate_series(1, 101)"
    database.fetch(insert, user.id)
    assert len(page(user, path)[LISTS[path]]) == 20
    full = page(user, path, limit=1000)
    assert len(set(ids(full[LISTS[path]]))) == 100
