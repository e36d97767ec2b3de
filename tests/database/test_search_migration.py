"""A database that is searched for the first time: all that it holds gets a version, and the old server goes on."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from lego_api.config import Settings
from tests.database.test_migrations import catalog
from tests.support.backends import migrate
from tests.support.database import Database
from tests.support.own_database import temporary_database

BEFORE = "0007"
TABLES = ("moc_instructions", "gallery_images", "wishlist_items")

ODD_TAGS: list[Any] = [None, [], {}, "castle", [5, None, ["x"], "castle"], {"castle": True}, 'quoted " and \\ text']


@pytest.fixture(scope="module")
def before(settings: Settings) -> Iterator[str]:
    """The name of a database as it was before, to be copied."""
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
    needed = {"moc_instructions": {"type": "moc"}, "gallery_images": {"image_url": "/uploads/1.jpg"}}
    row = needed.get(table, {"sort_order": "1"}) | row
    names, places = ", ".join(row), ", ".join(f"${number}" for number in range(1, len(row) + 1))
    values = f"INSERT INTO {table} ({names}, id, created_at) VALUES ({places}, DEFAULT, DEFAULT) RETURNING id"
    return UUID(str(database.value(values, *row.values())))


def fill(database: Database) -> None:
    for number, tags in enumerate(ODD_TAGS):
        insert(database, "moc_instructions", title=f"Odd {number}", tags=tags)
        insert(database, "gallery_images", tags=tags)
    insert(database, "moc_instructions", title="", description="x" * 1_000_000, set_number="10497-1", theme="Space")
    insert(database, "wishlist_items", title="Falcon", category="Star Wars", description="words " * 200_000)
    insert(database, "wishlist_items", title="x" * 10_000, category=None, description=None)


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    """Without what searching adds."""
    found = database.fetch(f"SELECT * FROM {table} ORDER BY id")
    return [{name: value for name, value in row.items() if not name.startswith("search_")} for row in found]


def found(database: Database, table: str, words: str) -> int:
    return database.count(table, "search_vector @@ websearch_to_tsquery('english', $1)", words)


def test_every_row_is_kept_and_has_a_version_of_its_own(old: Database) -> None:
    fill(old)
    before = {table: rows(old, table) for table in TABLES}
    migrate(old.url)
    assert {table: rows(old, table) for table in TABLES} == before
    versions = [row["search_version"] for table in TABLES for row in old.fetch(f"SELECT search_version FROM {table}")]
    assert len(versions) == len(set(versions)) == sum(map(len, before.values()))
    assert min(versions) > 0
    assert old.value("SELECT last_value FROM search_versions") == max(versions)
    assert found(old, "wishlist_items", "star wars") == 1
    assert found(old, "moc_instructions", "10497") == found(old, "moc_instructions", "space") == 1


def test_the_old_server_goes_on_writing(old: Database) -> None:
    migrate(old.url)
    for table in TABLES:
        versions = []
        for number in range(2):
            id = insert(old, table, title=f"Castle {number}", description=None)
            versions.append(old.value(f"SELECT search_version FROM {table} WHERE id = $1", id))
        old.fetch(f"UPDATE {table} SET title = 'Towers' WHERE title = 'Castle 0'")
        versions.append(old.value(f"SELECT search_version FROM {table} WHERE title = 'Towers'"))
        assert versions == sorted(set(versions))
        assert (found(old, table, "tower"), found(old, table, "castles")) == (1, 1)
        old.fetch(f"DELETE FROM {table}")


def test_down_and_up_again_keeps_every_row(old: Database) -> None:
    fill(old)
    old.fetch(
        "INSERT INTO outbox (kind, payload, available_at) VALUES ('delete-objects', '{\"keys\": [\"a\"]}', now())"
    )
    schema, everything = catalog(old), {table: old.fetch(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}
    migrate(old.url)
    newest = catalog(old)
    migrate(old.url, "downgrade", BEFORE)
    assert catalog(old) == schema
    assert {table: old.fetch(f"SELECT * FROM {table} ORDER BY id") for table in TABLES} == everything
    assert old.count("pg_trigger", "tgname LIKE '%search_version'") == 0
    assert old.count("pg_proc", "proname IN ('draw_search_version', 'next_search_version')") == 0
    insert(old, "wishlist_items", title="Falcon again", category="Star Wars")
    migrate(old.url)
    assert catalog(old) == newest
    assert found(old, "wishlist_items", "star wars") == 2
    assert old.count("outbox", "dead_at IS NULL") == 1


def test_texts_have_trigrams_where_postgresql_knows_them(old: Database) -> None:
    migrate(old.url)
    knows = old.count("pg_available_extensions", "name = 'pg_trgm'")
    indexes = old.fetch("SELECT tablename FROM pg_indexes WHERE indexname LIKE 'idx_%_search_text'")
    assert ("moc_instructions" in [row["tablename"] for row in indexes]) == bool(knows)
