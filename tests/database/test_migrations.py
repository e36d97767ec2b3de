"""The migrations: what they begin with, that they go both ways, and that a database with rows keeps them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.support.backends import migrate
from tests.support.database import Database
from tests.support.own_database import temporary_database

EXISTING_SCHEMA = (Path(__file__).parents[1] / "data" / "existing-schema.md").read_text()

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY table_name, ordinal_position
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
FOREIGN_KEYS = """
    SELECT conname, conrelid::regclass::text AS owner, pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE contype = 'f'
"""


@pytest.fixture
def empty(settings: Settings) -> Iterator[Database]:
    """A database with nothing in it."""
    with temporary_database(settings, template=None) as database:
        yield database


def described_tables() -> dict[str, str]:
    parts = re.split(r"^## (\w+)$", EXISTING_SCHEMA, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def catalog(database: Database) -> dict[str, Any]:
    """All that two equal schemas have in common."""
    columns = database.fetch(COLUMNS)
    # A dropped column leaves a gap in the numbering, so only the order is compared.
    return {
        "columns": [tuple(column.values()) for column in columns],
        "indexes": sorted(row["indexdef"] for row in database.fetch(INDEXES) if row["tablename"] != "alembic_version"),
        "keys": sorted((row["conname"], row["definition"]) for row in database.fetch(FOREIGN_KEYS)),
    }


def test_the_baseline_is_the_existing_schema(empty: Database) -> None:
    migrate(empty.url, "upgrade", "0001")
    tables = described_tables()
    shorthand = {"timestamp without time zone": "timestamp"}
    assert {row["table_name"] for row in empty.fetch(COLUMNS)} == set(tables)
    for table, description in tables.items():
        columns = [
            (
                row["column_name"],
                shorthand.get(row["data_type"], row["data_type"]),
                {"YES": "yes", "NO": "no"}[row["is_nullable"]],
                row["column_default"] or "",
            )
            for row in empty.fetch(COLUMNS)
            if row["table_name"] == table
        ]
        rows = re.findall(r"^\| (\w+) \| (\w+) \| (yes|no) \| (.*?) ?\|$", description, re.MULTILINE)
        assert columns == [row for row in rows if row[0] != "column"]

        described = {
            (name, bool(unique), definition)
            for name, unique, definition in re.findall(r"`(\w+)` (UNIQUE )?btree (.*?)[;.](?: `|\n|$)", _indexes(table))
        }
        found = {
            (row["indexname"], "UNIQUE" in row["indexdef"], row["indexdef"].partition("USING btree ")[2])
            for row in empty.fetch(INDEXES)
            if row["tablename"] == table
        }
        assert found == described

        keys = {(row["conname"], row["definition"]) for row in empty.fetch(FOREIGN_KEYS) if row["owner"] == table}
        assert keys == set(re.findall(r"`(\w+)` (FOREIGN KEY .*?(?:CASCADE|SET NULL))", description))


def _indexes(table: str) -> str:
    line = re.search(r"^Indexes: (.*)$", described_tables()[table], re.MULTILINE)
    assert line
    return line[1].replace("; `", ";\n`")


def test_up_and_down_and_up_again(empty: Database) -> None:
    migrate(empty.url, "upgrade", "0001")
    baseline = catalog(empty)
    migrate(empty.url)
    newest = catalog(empty)
    assert newest != baseline
    migrate(empty.url, "downgrade", "0001")
    assert catalog(empty) == baseline
    migrate(empty.url)
    assert catalog(empty) == newest
    migrate(empty.url, "downgrade", "base")
    assert empty.fetch(COLUMNS) == []


def test_the_models_are_what_the_migrations_make(empty: Database) -> None:
    migrate(empty.url)
    assert "No new upgrade operations detected" in migrate(empty.url, "check")


def test_an_existing_database_is_adopted_and_keeps_its_rows(empty: Database) -> None:
    migrate(empty.url, "upgrade", "0001")
    empty.fetch("DROP TABLE alembic_version")  # as the Express server left it: nobody has heard of Alembic
    moc, image, link = uuid4(), uuid4(), uuid4()
    empty.fetch(
        "INSERT INTO moc_instructions (id, user_id, title, type, tags, description)"
        " VALUES ($1, 'alice', 'Castle', 'moc', '[\"medieval\"]', 'with a drawbridge')",
        moc,
    )
    empty.fetch("INSERT INTO moc_instructions (user_id, title, type, tags) VALUES ('bob', 'Odd', 'moc', '{}')")
    empty.fetch(
        "INSERT INTO gallery_images (id, user_id, title, image_url) VALUES ($1, 'alice', 'i', '/u/i.jpg')", image
    )
    for id in (link, uuid4()):  # twice, which nothing forbade
        empty.fetch("INSERT INTO moc_gallery_images (id, moc_id, gallery_image_id) VALUES ($1, $2, $3)", id, moc, image)

    empty.fetch("INSERT INTO moc_parts_lists (moc_id, title, total_parts_count) VALUES ($1, 'Old', 'many')", moc)

    migrate(empty.url, "stamp", "0001")
    migrate(empty.url)

    [parts_list] = empty.fetch("SELECT title, total_parts_count, status, format, problems FROM moc_parts_lists")
    assert list(parts_list.values()) == ["Old", "many", "ready", None, None]
    assert empty.count("moc_instructions") == 2
    words = "search_vector @@ websearch_to_tsquery('english', $1)"
    for found in ("castles", "medieval", "drawbridge"):
        assert empty.value(f"SELECT id FROM moc_instructions WHERE {words}", found) == moc
    assert empty.fetch("SELECT moc_id, gallery_image_id, linked_at FROM moc_gallery_images") == [
        {"moc_id": moc, "gallery_image_id": image, "linked_at": None}
    ]
