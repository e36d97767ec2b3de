"""`lego-api reindex --check` and `--mend`: what differs between the index and the database, and its correction."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

import httpx
import pytest

from lego_api.config import Settings
from lego_api.search_index import KINDS, MOCS
from tests.support.clients import User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import run_maintenance
from tests.support.reindexing import insert_rows, reindex
from tests.support.search_documents import assert_index_is_database

pytestmark = pytest.mark.large

ROWS = 2345  # more than are compared at once


@pytest.fixture
def built(own_search_settings: Settings, own_database: Database) -> Settings:
    insert_rows(own_database, ROWS)
    assert reindex(own_search_settings).code == 0
    return own_search_settings


def some_ids(database: Database, count: int) -> list[UUID]:
    return [row["id"] for row in database.fetch("SELECT id FROM moc_instructions ORDER BY random() LIMIT $1", count)]


def drift(database: Database, settings: Settings) -> dict[str, set[UUID]]:
    """Of every sort: two as the old server makes them, which knows of no index, and one by hand."""
    stale, extra = some_ids(database, 4), [UUID(int=0), uuid4(), UUID(int=2**128 - 1)]
    before = set(some_ids(database, ROWS * 2))
    insert_rows(database, 3, begin="late ")
    missing = set(some_ids(database, ROWS * 2)) - before
    for id in stale:
        database.fetch("UPDATE moc_instructions SET title = 'Changed ' || id WHERE id = $1", id)
    for id in extra:
        document = {"id": str(id), "user_id": "alice", "title": "Castle"}
        url = f"{settings.opensearch_url}/{MOCS.alias(settings.opensearch_index_prefix)}/_doc/{id}?refresh=true"
        httpx.put(url, json=document, timeout=60).raise_for_status()
    return {"missing": missing, "stale": set(stale), "extra": set(extra)}


def test_nothing_differs(built: Settings) -> None:
    check = reindex(built, "--check")
    assert check.code == 0
    assert check.output.splitlines() == [
        f"{kind}: {ROWS} rows, {ROWS} documents; 0 missing, 0 stale, 0 extra" for kind in KINDS
    ]


def test_what_differs_is_named_and_mended(built: Settings, own_database: Database) -> None:
    made = drift(own_database, built)
    check = reindex(built, "--check")
    assert check.code == 1
    first, *lines = check.output.splitlines()
    assert first == f"mocs: {ROWS + 3} rows, {ROWS + 3} documents; 3 missing, 4 stale, 3 extra"
    named: dict[str, set[UUID]] = {}
    for line in lines[:10]:
        sort, id = line.split()
        named.setdefault(sort, set()).add(UUID(id))
    assert named == made
    assert f"gallery-images: {ROWS + 3} rows, {ROWS} documents; 3 missing, 0 stale, 0 extra" in lines
    assert reindex(built, "wishes", "--mend").code == 0
    assert reindex(built, "wishes", "--check").code == 0, "one kind is in order, if not the others"

    mend = reindex(built, "mocs", "--mend")
    assert (mend.code, mend.output) == (0, "mocs: 3 missing, 4 stale, 3 extra: mended\n")
    mend = reindex(built, "--mend")
    assert mend.output.splitlines()[0] == "mocs: 0 missing, 0 stale, 0 extra: mended"
    assert_index_is_database(built)


def test_a_database_that_was_set_back_needs_a_new_index(built: Settings, own_database: Database) -> None:
    """Then versions begin again where documents have been already, and no write of ours would be the newer one."""
    id = some_ids(own_database, 1)[0]
    own_database.fetch("ALTER TABLE moc_instructions DISABLE TRIGGER moc_instructions_search_version")
    own_database.fetch("UPDATE moc_instructions SET search_version = 1 WHERE id = $1", id)
    own_database.fetch("ALTER TABLE moc_instructions ENABLE TRIGGER moc_instructions_search_version")
    assert f"stale   {id}" in reindex(built, "mocs", "--check").output
    mend = reindex(built, "mocs", "--mend")
    assert mend.code == 1
    assert mend.output.endswith("1 stale, 0 extra: left, so `lego-api reindex mocs` has to build it anew\n")
    assert reindex(built, "mocs").code == 0
    assert_index_is_database(built)


def test_what_waits_in_the_outbox_is_no_difference(built: Settings, own_database: Database) -> None:
    with Proxy(str(built.opensearch_url)) as way, serving(built, opensearch_url=way.url) as api, way.refusing():
        user = api.user()
        mocs = [new_moc(user) for _ in range(3)]
        own_database.fetch("UPDATE outbox SET available_at = available_at + interval '1 hour'")
    check = reindex(built, "mocs", "--check")
    assert check.output == (
        f"mocs: {ROWS + 3} rows, {ROWS} documents; 0 missing, 0 stale, 0 extra, 3 waiting to be written\n"
    )
    assert check.code == 0
    own_database.fetch("UPDATE outbox SET dead_at = now() WHERE payload->'ids' ? $1", mocs[0])
    check = reindex(built, "mocs", "--check")
    assert "1 missing, 0 stale, 0 extra, 2 waiting to be written" in check.output, "what is given up, nobody writes"
    assert check.code == 1
    own_database.fetch("UPDATE outbox SET dead_at = NULL, available_at = available_at - interval '1 hour'")
    assert run_maintenance(built) == 3
    assert_index_is_database(built)


def new_moc(user: User) -> str:
    answer = user.post("/api/mocs", json={"title": f"Tower {uuid4()}"}).raise_for_status()
    return str(answer.json()["moc"]["id"])


@pytest.fixture
def busy(built: Settings) -> Iterator[Settings]:
    """Some users create, change and delete all the time."""
    enough = Event()

    def write(user: User) -> int:
        count = 0
        while not enough.is_set():
            moc = new_moc(user)
            for title in (uuid4(), uuid4()):
                user.patch(f"/api/mocs/{moc}", json={"title": str(title)}).raise_for_status()
            if count % 2:
                user.delete(f"/api/mocs/{moc}").raise_for_status()
            count += 1
        return count

    with serving(built) as api, ThreadPoolExecutor(4) as threads:
        writing = [threads.submit(write, api.user()) for _ in range(4)]
        yield built
        enough.set()
        assert all(writer.result() for writer in writing)


def test_what_is_just_being_written_is_no_difference(busy: Settings, own_database: Database) -> None:
    for _ in range(2):
        check = reindex(busy, "mocs", "--check")
        assert check.code == 0, check.output + check.errors
        assert "0 missing, 0 stale, 0 extra" in check.output
    drift(own_database, busy)
    assert reindex(busy, "mocs", "--mend").code == 0
