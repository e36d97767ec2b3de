"""Rows of the old server may have descriptions of any length: a page ends before it is too much for one answer."""

from collections.abc import Sequence
from json import dumps

import pytest

from lego_api.gallery.paging import MOST_CHARACTERS
from tests.gallery.builders import LISTS, Json, album, answers, ids, page, rows
from tests.support.clients import Api, User
from tests.support.database import Database

ANSWERED_BY_LAMBDA = 6 * 1024 * 1024  # bytes
ON_A_PAGE = 10
A_TENTH = MOST_CHARACTERS // ON_A_PAGE


def described(database: Database, table: str, ids: Sequence[str], characters: int, text: str = "x") -> None:
    sql = f"UPDATE {table} SET description = repeat($2, $3) WHERE id = ANY($1::text[]::uuid[])"
    database.fetch(sql, ids, text, characters)


def read_all(user: User, path: str) -> list[Json]:
    """Its answers; none of them is too large."""
    read = list(answers(user, path, limit=100))
    assert max(len(dumps(body, ensure_ascii=False).encode()) for body in read) < ANSWERED_BY_LAMBDA
    return read


def test_images(over_http: Api, database: Database) -> None:
    """As many bytes for each character as there can be."""
    user = over_http.user()
    image_ids = rows(database, user, 25)
    described(database, "gallery_images", image_ids, A_TENTH, "\N{BRICK}")
    read = read_all(user, "/api/images")
    assert [len(body["images"]) for body in read] == [ON_A_PAGE, ON_A_PAGE, 5]
    assert [body["total"] for body in read] == [25, 25, 25]
    assert [id for body in read for id in ids(body["images"])] == image_ids[::-1]


def test_an_album(over_http: Api, database: Database) -> None:
    user = over_http.user()
    made = album(user)
    image_ids = rows(database, user, 25)
    database.fetch("UPDATE gallery_images SET album_id = $1 WHERE id = ANY($2::text[]::uuid[])", made["id"], image_ids)
    described(database, "gallery_images", image_ids, A_TENTH)
    path = f"/api/albums/{made['id']}"
    read = read_all(user, path)
    assert [len(body["images"]) for body in read] == [ON_A_PAGE, ON_A_PAGE, 5]
    assert [id for body in read for id in ids(body["images"])] == image_ids[::-1]
    assert [body["album"]["imageCount"] for body in read] == [25, 25, 25]
    assert ids(page(user, path)["images"]) == ids(read[0]["images"]), "also where no limit is sent"


def test_albums(over_http: Api, database: Database) -> None:
    user = over_http.user()
    album_ids = ids([album(user) for _ in range(15)])
    described(database, "gallery_albums", album_ids, A_TENTH)
    read = read_all(user, "/api/albums")
    assert [(len(body["albums"]), body["total"]) for body in read] == [(ON_A_PAGE, 15), (5, 15)]
    assert [id for body in read for id in ids(body["albums"])] == album_ids[::-1]


def test_the_endless_list_of_both(over_http: Api, database: Database) -> None:
    user = over_http.user()
    made: list[str] = []
    for _ in range(6):
        image_ids, album_ids = rows(database, user, 3), ids([album(user)])
        described(database, "gallery_images", image_ids, A_TENTH)
        described(database, "gallery_albums", album_ids, A_TENTH)
        made += image_ids + album_ids
    read = read_all(user, "/api/gallery")
    assert [(len(body["items"]), body["hasMore"]) for body in read] == [(10, True), (10, True), (4, False)]
    assert [id for body in read for id in ids(body["items"])] == made[::-1]


@pytest.mark.parametrize("path", ["/api/images", "/api/gallery"])
def test_what_is_too_long_for_any_page_is_alone_on_its_own(over_http: Api, database: Database, path: str) -> None:
    user = over_http.user()
    image_ids = rows(database, user, 5)
    described(database, "gallery_images", image_ids[1:3], MOST_CHARACTERS + 1)
    read = [ids(body[LISTS[path]]) for body in read_all(user, path)]
    assert read == [[image_ids[4], image_ids[3]], [image_ids[2]], [image_ids[1]], [image_ids[0]]]


def test_descriptions_that_can_be_sent_shorten_no_page(over_http: Api, database: Database) -> None:
    """The web app counts its cursor up by the size of a page, and would leave out what a shorter one lacks."""
    user = over_http.user()
    described(database, "gallery_images", rows(database, user, 101), 5000)
    for path in ("/api/images", "/api/gallery"):
        assert len(page(user, path, limit=100)[LISTS[path]]) == 100
