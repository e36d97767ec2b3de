"""A row's search version: another, greater one with every change of what its document holds, whoever makes it."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from lego_api.search_index import KINDS, Kind
from tests.support.clients import Api
from tests.support.database import Database, run

INSERTS = {
    "moc_instructions": "(user_id, title, type) VALUES ('alice', $1, 'moc')",
    "gallery_images": "(user_id, title, image_url) VALUES ('alice', $1, '/uploads/1.jpg')",
    "wishlist_items": "(user_id, title, sort_order) VALUES ('alice', $1, '1')",
}
BY_TYPE = {
    "text": "'other'",
    "integer": "5",
    "bigint": "5",
    "boolean": "true",
    "jsonb": "'[\"other\"]'",
    "timestamp without time zone": "'2001-01-01'",
}
COLUMNS = """
    SELECT column_name AS name, data_type AS type FROM information_schema.columns
    WHERE table_name = $1 AND is_generated = 'NEVER'
"""


def table_of(kind: Kind) -> str:
    return str(kind.model.__tablename__)


def insert(database: Database, table: str) -> UUID:
    return UUID(str(database.value(f"INSERT INTO {table} {INSERTS[table]} RETURNING id", str(uuid4()))))


def version(database: Database, table: str, id: UUID | str) -> int:
    return int(database.value(f"SELECT search_version FROM {table} WHERE id = $1::text::uuid", str(id)))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_column_of_the_document_and_no_other(database: Database, kind: Kind) -> None:
    table = table_of(kind)
    in_document = set(kind.rows().selected_columns.keys()) - {"id", "search_version"}
    album = database.value("INSERT INTO gallery_albums (user_id, title) VALUES ('alice', 'A') RETURNING id")
    changed: dict[str, bool] = {}
    for column in database.fetch(COLUMNS, table):
        name = column["name"]
        if name in ("id", "search_version"):
            continue
        id = insert(database, table)
        before = version(database, table, id)
        value = f"'{album}'" if name == "album_id" else BY_TYPE.get(column["type"], "gen_random_uuid()")
        database.fetch(f"UPDATE {table} SET {name} = {value} WHERE id = $1", id)
        changed[name] = version(database, table, id) > before
        after = version(database, table, id)
        database.fetch(f"UPDATE {table} SET {name} = {name} WHERE id = $1", id)
        assert version(database, table, id) == after, f"{name} is what it was"
    assert {name for name, yes in changed.items() if yes} == in_document


@pytest.mark.parametrize("table", INSERTS)
def test_new_rows_have_versions_of_their_own(database: Database, table: str) -> None:
    rows = [version(database, table, insert(database, table)) for _ in range(3)]
    columns, _, values = INSERTS[table].replace("$1", "$1 || n").partition(" VALUES ")
    sql = f"INSERT INTO {table} {columns} SELECT {values.strip('()')} FROM generate_series(1, 100) AS n"
    many = database.fetch(f"{sql} RETURNING search_version", str(uuid4()))
    rows += [row["search_version"] for row in many]
    assert rows == sorted(set(rows))


def test_an_album_that_is_deleted_changes_its_images(database: Database) -> None:
    album = database.value("INSERT INTO gallery_albums (user_id, title) VALUES ('alice', 'A') RETURNING id")
    inside, outside = (insert(database, "gallery_images") for _ in range(2))
    database.fetch("UPDATE gallery_images SET album_id = $1 WHERE id = $2", album, inside)
    before = [version(database, "gallery_images", id) for id in (inside, outside)]
    database.fetch("DELETE FROM gallery_albums WHERE id = $1", album)
    assert database.value("SELECT album_id FROM gallery_images WHERE id = $1", inside) is None
    assert version(database, "gallery_images", inside) > before[0]
    assert version(database, "gallery_images", outside) == before[1]


def test_the_application_s_changes(over_http: Api, database: Database) -> None:
    user = over_http.user()
    moc = user.post("/api/mocs", json={"title": f"Castle {uuid4()}"}).raise_for_status().json()["moc"]["id"]
    versions = [version(database, "moc_instructions", moc)]
    for change in ({"author": "Anna"}, {"tags": ["castle"]}, {"tags": ["castle"]}, {"description": None}):
        user.patch(f"/api/mocs/{moc}", json=change).raise_for_status()
        versions.append(version(database, "moc_instructions", moc))
    assert versions[0] == versions[1] < versions[2] == versions[3] == versions[4]


def test_of_two_transactions_the_later_has_the_greater(database: Database) -> None:
    """The second has asked already when the first draws once more, and draws only after that has committed."""
    id = insert(database, "moc_instructions")
    update = "UPDATE moc_instructions SET description = $2 WHERE id = $1 RETURNING search_version"
    is_waiting = "SELECT count(*) > 0 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'"

    async def race() -> list[int]:
        first, second, watching = [await asyncpg.connect(database.url) for _ in range(3)]
        transaction = first.transaction()
        await transaction.start()
        versions = [await first.fetchval(update, id, "first")]
        waiting = asyncio.create_task(second.fetchval(update, id, "second"))
        async with asyncio.timeout(60):
            while not await watching.fetchval(is_waiting, second.get_server_pid()):
                assert not waiting.done()
        versions.append(await first.fetchval(update, id, "first again"))
        await transaction.commit()
        versions.append(await waiting)
        for connection in (first, second, watching):
            await connection.close()
        return versions

    versions = run(race())
    assert versions == sorted(set(versions))
    assert version(database, "moc_instructions", id) == versions[-1]


def test_what_is_rolled_back_takes_no_version_from_anybody(database: Database) -> None:
    id = insert(database, "wishlist_items")
    before = version(database, "wishlist_items", id)

    async def fail() -> Any:
        connection = await asyncpg.connect(database.url)
        transaction = connection.transaction()
        await transaction.start()
        drawn = await connection.fetchval(
            "UPDATE wishlist_items SET title = 'x' WHERE id = $1 RETURNING search_version", id
        )
        await transaction.rollback()
        await connection.close()
        return drawn

    drawn = run(fail())
    assert version(database, "wishlist_items", id) == before < drawn
    database.fetch("UPDATE wishlist_items SET title = 'y' WHERE id = $1", id)
    assert version(database, "wishlist_items", id) > drawn


def test_sequences_keep_nothing_back(database: Database) -> None:
    """With a cache, sessions would draw from blocks of their own, and a later version might be the smaller one."""
    assert database.value("SELECT cache_size FROM pg_sequences WHERE sequencename = 'search_versions'") == 1
