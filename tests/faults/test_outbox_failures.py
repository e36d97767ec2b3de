"""Entries that fail for good, effects that fail in the database, parts that are away: each at nobody else's cost."""

import json
from collections.abc import Mapping, Sequence

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.config import Settings
from lego_api.db import create_engine, session_makers
from lego_api.errors import StorageUnavailable
from lego_api.outbox import Effect, Outbox, Payload, one_by_one
from lego_api.outbox.relaying import MOST_ATTEMPTS, MOST_AWAY
from lego_api.search_index import WISHES
from tests.faults.processes import python
from tests.faults.searches import assert_nothing_is_left_to_do
from tests.support.database import Database, run
from tests.support.index_entries import changed_wishes
from tests.support.maintenance import hours_pass, maintain
from tests.support.search_documents import assert_index_is_database

ENTRIES = 60


def relayed(settings: Settings, effects: Mapping[str, Effect]) -> int:
    async def relay() -> int:
        engine = create_engine(settings)
        try:
            return await Outbox(session_makers(engine)[0], effects, budget=30.0).relaying.run()
        finally:
            await engine.dispose()

    return run(relay())


def insert(database: Database, kind: str, count: int) -> None:
    database.fetch(
        "INSERT INTO outbox (kind, payload, available_at)"
        " SELECT $1, jsonb_build_object('n', n), now() at time zone 'UTC' - interval '1 hour' + n * interval '1 second'"
        " FROM generate_series(1, $2::int) AS n",
        kind,
        count,
    )


@pytest.fixture
def refusing_index(own_search_settings: Settings) -> str:
    """Takes wishes whose titles are numbers, and refuses all others, as one may that somebody has made by hand."""
    prefix = own_search_settings.opensearch_index_prefix
    index = f"{own_search_settings.opensearch_url}/{prefix}-wishes-by-hand"
    body = {"aliases": {WISHES.alias(prefix): {}}, "mappings": {"properties": {"title": {"type": "integer"}}}}
    httpx.put(index, json=body, timeout=60).raise_for_status()
    return index


def command(settings: Settings, *arguments: str) -> dict[str, int]:
    with python(settings, "-m", "lego_api.cli", "relay", *arguments) as process:
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    printed: dict[str, int] = json.loads(output.splitlines()[-1])
    return printed


def test_what_is_refused_for_good_is_kept_counted_and_can_be_revived(
    own_search_settings: Settings, own_database: Database, refusing_index: str
) -> None:
    settings = own_search_settings
    ids = changed_wishes(own_database, ENTRIES)
    refused = ids[7]
    own_database.fetch("UPDATE wishlist_items SET title = sort_order WHERE id::text <> $1", refused)
    done = maintain(settings)
    assert (done.relayed, done.dead) == (ENTRIES - 1, 0), "it holds up nothing that stands in the same batch"
    for attempt in range(1, MOST_ATTEMPTS):
        assert own_database.fetch("SELECT attempts, dead_at, last_error FROM outbox") == [
            {"attempts": attempt, "dead_at": None, "last_error": "Refused"}
        ]
        hours_pass(own_database)
        done = maintain(settings)
    assert (done.relayed, done.dead) == (0, 1)
    hours_pass(own_database)
    printed = command(settings)
    assert (printed["relayed"], printed["dead"]) == (0, 1)
    assert own_database.value("SELECT attempts FROM outbox") == MOST_ATTEMPTS, "it is no longer tried"

    httpx.delete(refusing_index, timeout=60).raise_for_status()
    printed = command(settings, "--revive")
    assert (printed["relayed"], printed["dead"]) == (1, 0)
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)


def test_a_dead_entry_is_due_to_nobody(own_settings: Settings, own_database: Database) -> None:
    insert(own_database, "work", 3)
    own_database.fetch("UPDATE outbox SET dead_at = available_at WHERE payload->>'n' = '2'")
    seen: list[int] = []

    async def work(payload: Payload) -> None:
        seen.append(payload["n"])

    assert relayed(own_settings, {"work": one_by_one(work)}) == 2
    assert seen == [1, 3]
    assert maintain(own_settings).dead == 1


def test_an_effect_that_fails_in_the_database_stops_no_other_kind(
    own_settings: Settings, own_database: Database
) -> None:
    """Its transaction is of no more use, and yet what has failed is put off."""
    insert(own_database, "broken", 3)
    insert(own_database, "work", 3)

    async def divide(session: AsyncSession, _payloads: Sequence[Payload]) -> Sequence[None]:
        await session.execute(text("SELECT 1 / 0"))
        raise AssertionError

    async def work(session: AsyncSession, payloads: Sequence[Payload]) -> Sequence[None]:
        await session.execute(text("SELECT 1"))
        return [None] * len(payloads)

    effects = {"broken": Effect(divide, batch=2), "work": Effect(work, batch=2)}
    assert relayed(own_settings, effects) == 3
    left = own_database.fetch("SELECT kind, attempts, available_at > now() at time zone 'UTC' AS later FROM outbox")
    assert left == [{"kind": "broken", "attempts": 1, "later": True}] * 3


def test_some_of_a_batch_fail_and_the_others_are_done(own_settings: Settings, own_database: Database) -> None:
    insert(own_database, "work", 10)

    async def work(_session: AsyncSession, payloads: Sequence[Payload]) -> Sequence[Exception | None]:
        return [ValueError() if payload["n"] % 3 == 0 else None for payload in payloads]

    assert relayed(own_settings, {"work": Effect(work, batch=4)}) == 7
    left = own_database.fetch("SELECT payload->>'n' AS n, attempts, last_error FROM outbox ORDER BY 1")
    assert left == [{"n": n, "attempts": 1, "last_error": "ValueError"} for n in "369"]


def test_a_part_that_is_away_is_not_asked_for_every_entry(own_settings: Settings, own_database: Database) -> None:
    """Each question may cost a timeout; the next run asks first for those that have waited longest."""
    insert(own_database, "work", 10)
    asked: list[int] = []

    async def away(payload: Payload) -> None:
        asked.append(payload["n"])
        raise StorageUnavailable

    for _ in range(3):
        assert relayed(own_settings, {"work": one_by_one(away)}) == 0
    assert asked == list(range(1, 3 * MOST_AWAY + 1))
    assert own_database.count("outbox", "attempts = 0 AND dead_at IS NULL") == 10


def test_a_part_that_is_known_to_be_away_is_not_asked(own_settings: Settings, own_database: Database) -> None:
    insert(own_database, "work", 10)
    asked: list[int] = []
    is_away = False

    async def learn(_session: AsyncSession, payloads: Sequence[Payload]) -> Sequence[Exception]:
        nonlocal is_away
        is_away = True
        asked.extend(payload["n"] for payload in payloads)
        return [StorageUnavailable() for _ in payloads]

    effect = Effect(learn, batch=2, is_away=lambda: is_away)
    assert relayed(own_settings, {"work": effect}) == 0
    assert asked == [1, 2]
    is_away = False
    relayed(own_settings, {"work": effect})
    assert asked == [1, 2, 3, 4]
