"""A gallery that the old server filled is adopted: everything in the order of its time, and no album that is none."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from lego_api.config import Settings
from lego_api.models import FIRST_POSITION
from tests.support.backends import migrate
from tests.support.database import Database
from tests.support.own_database import temporary_database

BEFORE = "0004"
NOBODYS = uuid4()


@pytest.fixture(scope="module")
def before(settings: Settings) -> Iterator[str]:
    """The name of a database as it was before the gallery was, to be copied."""
    with temporary_database(settings, template=None) as database:
        migrate(database.url, "upgrade", BEFORE)
        yield urlsplit(database.url).path.removeprefix("/")


@pytest.fixture
def old(settings: Settings, before: str) -> Iterator[Database]:
    with temporary_database(settings, template=before) as database:
        yield database


def insert(database: Database, table: str, **columns: Any) -> UUID:
    """As the old server does it: all of its columns by name, some of them to be chosen by the database."""
    row = {"user_id": "alice", "title": "Title"} | columns
    if table == "gallery_images":
        row = {"image_url": "/uploads/gallery/alice/1.jpg"} | row
    defaults = [name for name in ("id", "created_at", "last_updated_at") if name not in row]
    places = [f"${number}" for number in range(1, len(row) + 1)] + ["DEFAULT"] * len(defaults)
    names = ", ".join((*row, *defaults))
    values = f"INSERT INTO {table} ({names}) VALUES ({', '.join(places)}) RETURNING id"
    return UUID(str(database.value(values, *row.values())))


def album(database: Database, **columns: Any) -> UUID:
    return insert(database, "gallery_albums", **columns)


def image(database: Database, **columns: Any) -> UUID:
    return insert(database, "gallery_images", **columns)


def order(database: Database) -> list[UUID]:
    """Everything by its position, the oldest first."""
    rows = database.fetch("""
        SELECT id, position FROM gallery_images UNION ALL SELECT id, position FROM gallery_albums ORDER BY position
    """)
    positions = [row["position"] for row in rows]
    assert len(set(positions)) == len(positions)
    assert all(position > FIRST_POSITION for position in positions)
    return [row["id"] for row in rows]


def fill(database: Database) -> list[UUID]:
    """Images and albums in turn, inserted in another order than that of their times, some at the same time."""
    made = {}
    for day in (3, 1, 5, 2, 4):
        made[day] = (image if day % 2 else album)(database, created_at=datetime(2024, 1, day))
    same = sorted([image(database, created_at=datetime(2024, 1, 6)), album(database, created_at=datetime(2024, 1, 6))])
    return [made[day] for day in sorted(made)] + same


def test_existing_things_have_the_order_of_their_times(old: Database) -> None:
    expected = fill(old)
    migrate(old.url)
    assert order(old) == expected
    new = [make(old) for make in (image, album, image)]
    assert order(old) == [*expected, *new], "and new ones follow, whichever server writes them"


def test_the_first_thing_of_an_empty_gallery(old: Database) -> None:
    migrate(old.url)
    assert order(old) == []
    first = album(old)
    assert order(old) == [first]


def test_albums_that_are_none_and_covers_that_are_none_are_null(old: Database) -> None:
    own, foreign = album(old), album(old, user_id="bob")
    kept, theirs = image(old, album_id=own), image(old, user_id="bob", album_id=foreign)
    lost = [image(old, album_id=NOBODYS), image(old, album_id=foreign), image(old, user_id="bob", album_id=own)]
    covers: dict[UUID, UUID | None] = {kept: kept, theirs: None, NOBODYS: None}
    albums = {album(old, cover_image_id=cover): expected for cover, expected in covers.items()}

    migrate(old.url)

    found = {row["id"]: row["album_id"] for row in old.fetch("SELECT id, album_id FROM gallery_images")}
    assert found == {kept: own, theirs: foreign} | dict.fromkeys(lost)
    left = {row["id"]: row["cover_image_id"] for row in old.fetch("SELECT id, cover_image_id FROM gallery_albums")}
    assert left == {own: None, foreign: None} | albums


def test_the_old_server_goes_on_writing(old: Database) -> None:
    migrate(old.url)
    own = album(old, description=None, cover_image_id=None)
    inside = image(old, description=None, tags=["castle"], album_id=own, flagged=False)
    old.fetch("INSERT INTO gallery_flags (image_id, user_id) VALUES ($1, 'bob')", inside)
    old.fetch("UPDATE gallery_images SET title = 'New', last_updated_at = now() WHERE id = $1", inside)
    words = "search_vector @@ websearch_to_tsquery('english', 'castles')"
    assert old.value(f"SELECT id FROM gallery_images WHERE {words}") == inside
    old.fetch("UPDATE gallery_albums SET cover_image_id = $1", inside)
    old.fetch("DELETE FROM gallery_images WHERE id = $1", inside)
    assert old.fetch("SELECT cover_image_id FROM gallery_albums") == [{"cover_image_id": None}]
    assert old.count("gallery_flags") == 0


def test_odd_rows_of_the_old_server_are_kept(old: Database) -> None:
    odd: list[Any] = [None, [], {}, "castle", [5, None, ["x"], "castle"], {"castle": True}, 'quoted " and \\ text']
    made = [image(old, tags=tags, flagged=None) for tags in odd]
    image(old, title="", description="x" * 1_000_000)
    migrate(old.url)
    found = {row["id"]: row["tags"] for row in old.fetch("SELECT id, tags FROM gallery_images WHERE title <> ''")}
    assert found == dict(zip(made, odd, strict=True))


def test_down_and_up_again_keeps_every_row(old: Database) -> None:
    expected = fill(old)
    inside = image(old, album_id=album(old))
    before = [old.fetch(f"SELECT * FROM {table} ORDER BY id") for table in ("gallery_images", "gallery_albums")]
    migrate(old.url)
    migrate(old.url, "downgrade", BEFORE)
    assert [old.fetch(f"SELECT * FROM {table} ORDER BY id") for table in ("gallery_images", "gallery_albums")] == before
    added = image(old)
    migrate(old.url)
    assert order(old)[: len(expected)] == expected
    assert order(old)[-1] == added
    assert old.value("SELECT album_id IS NOT NULL FROM gallery_images WHERE id = $1", inside) is True
