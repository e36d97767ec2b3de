"""What a page asks of PostgreSQL: as many statements for many rows as for few, and hardly more rows than it shows."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lego_api.config import Settings
from tests.gallery.builders import page
from tests.support.clients import Api, User, UvicornServer
from tests.support.database import Database
from tests.support.statements import Statement, watched

# Five thousand loose images, then a thousand albums, then four images for each: one user's, and many others'.
ALBUMS, LOOSE, INSIDE = 1000, 5000, 4000
FILL = """
    INSERT INTO gallery_images (user_id, title, image_url) SELECT {user}, 'Loose', 'x' FROM generate_series(1, {loose}) AS n;
    INSERT INTO gallery_albums (user_id, title) SELECT {user}, 'Album' FROM generate_series(1, {albums}) AS n;
    INSERT INTO gallery_images (user_id, title, image_url, album_id)
    SELECT user_id, 'Inside', 'x', id FROM gallery_albums, generate_series(1, 4) WHERE user_id {of_user}
"""  # noqa: E501
A_ROW_READ = ("Actual Rows", "Rows Removed by Filter")


@pytest.fixture(scope="module")
def server(module_settings: Settings) -> Iterator[UvicornServer]:
    with UvicornServer(module_settings) as server:
        yield server


@pytest.fixture(scope="module")
def user(module_settings: Settings, server: UvicornServer, module_database: Database) -> Iterator[User]:
    api = Api(module_settings, server.url)
    user = api.user()
    others = FILL.format(user="'user ' || n % 10", loose=25_000, albums=5000, of_user="LIKE 'user %'")
    own = FILL.format(user=f"'{user.id}'", loose=LOOSE, albums=ALBUMS, of_user=f"= '{user.id}'")
    for statement in f"{others};{own};ANALYZE".split(";"):
        module_database.fetch(statement)
    assert module_database.count("gallery_images") == 54_000
    yield user
    api.close()


def middle(database: Database, table: str, user: User, where: str = "true") -> int:
    """The position of the one in the middle."""
    sql = "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY position)"
    return int(database.value(f"{sql} FROM {table} WHERE user_id = $1 AND {where}", user.id))


def sent(server: UvicornServer, user: User, path: str, **query: Any) -> list[Statement]:
    with watched(server.app) as statements:
        assert page(user, path, **query)
    return statements


def rows_read(database: Database, statement: Statement) -> int:
    """From tables and indexes, those that a filter threw away included."""
    (plan,) = json.loads(database.value(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}", *statement.parameters))
    nodes, read = [plan["Plan"]], 0
    for node in nodes:
        nodes += node.get("Plans", [])
        if "Relation Name" in node:
            read += sum(int(node.get(name, 0)) for name in A_ROW_READ) * node["Actual Loops"]
    return read


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        ("/api/gallery", {}, 2),
        ("/api/gallery", {"type": "image"}, 1),
        ("/api/gallery", {"type": "album"}, 1),
        ("/api/gallery", {"type": "moc"}, 0),
        ("/api/gallery", {"tag": "castle"}, 1),
        ("/api/gallery", {"cursor": 20}, 3),  # where that many have been seen is looked up first
        ("/api/images", {}, 1),
        ("/api/albums", {}, 1),
        ("/api/albums", {"limit": 100}, 1),
        ("/api/albums", {"withImages": "true", "limit": 100}, 2),
    ],
)
def test_the_number_of_statements_does_not_grow_with_the_rows(
    server: UvicornServer, user: User, path: str, query: dict[str, Any], count: int
) -> None:
    assert len(sent(server, user, path, **query)) == count


def test_one_album_takes_three(server: UvicornServer, user: User) -> None:
    (made,) = page(user, "/api/albums", limit=1)["albums"]
    assert len(sent(server, user, f"/api/albums/{made['id']}")) == 3


@pytest.mark.parametrize("size", [20, 100])
def test_a_page_deep_in_the_endless_list_reads_little_more_than_it_shows(
    server: UvicornServer, user: User, module_database: Database, size: int
) -> None:
    of_an_album = 1 + 4 + 4  # itself, its images to be counted, and again to find the newest
    for cursor in (0, middle(module_database, "gallery_albums", user), middle(module_database, "gallery_images", user)):
        statements = sent(server, user, "/api/gallery", cursor=cursor, limit=size)
        read = [rows_read(module_database, statement) for statement in statements]
        assert len(read) == 2
        assert max(read) <= (size + 1) * of_an_album


@pytest.mark.parametrize("seen", [20, 200])
def test_counting_what_was_seen_reads_just_that(
    server: UvicornServer, user: User, module_database: Database, seen: int
) -> None:
    lookup, *_ = sent(server, user, "/api/gallery", cursor=seen, limit=20)
    assert rows_read(module_database, lookup) <= 2 * seen, "of each kind that many, at most"


@pytest.mark.parametrize(("path", "table", "total"), [
    ("/api/images", "gallery_images", LOOSE + INSIDE),
    ("/api/albums", "gallery_albums", ALBUMS),
])  # fmt: skip
def test_a_list_that_tells_its_total_reads_no_more_than_its_user_has(
    server: UvicornServer, user: User, module_database: Database, path: str, table: str, total: int
) -> None:
    (statement,) = sent(server, user, path, cursor=middle(module_database, table, user), limit=20)
    assert total <= rows_read(module_database, statement) <= total + 21 * 9


def test_an_album_reads_its_own_images(server: UvicornServer, user: User, module_database: Database) -> None:
    (made,) = page(user, "/api/albums", limit=1)["albums"]
    for path, query in ((f"/api/albums/{made['id']}", {}), ("/api/gallery", {"albumId": made["id"]})):
        for statement in sent(server, user, path, **query):
            assert rows_read(module_database, statement) <= 1 + 4 + 4


def test_the_newest_images_of_albums_are_read_and_no_others(
    server: UvicornServer, user: User, module_database: Database
) -> None:
    _, images = sent(server, user, "/api/albums", withImages="true", limit=20)
    assert rows_read(module_database, images) <= 20 * (1 + 4)
