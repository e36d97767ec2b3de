"""The outbox: what a write causes outside the database happens, whatever fails, and to no other entry's cost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lego_api.config import Settings
from lego_api.db import create_engine, session_makers, unit_of_work
from lego_api.errors import StorageUnavailable
from lego_api.object_store import NewObject
from lego_api.outbox import Effect, Outbox, one_by_one
from lego_api.outbox.relaying import FIRST_RETRY, LONGEST_RETRY
from lego_api.resources import Resources
from tests.support.database import Database, run
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects

Payload = Mapping[str, Any]
Handlers = Mapping[str, Callable[[Payload], Awaitable[None]]]


def effects(handlers: Handlers) -> Mapping[str, Effect]:
    return {kind: one_by_one(handler) for kind, handler in handlers.items()}


@asynccontextmanager
async def outbox_of(settings: Settings, handlers: Handlers, budget: float = 30.0) -> AsyncIterator[Outbox]:
    engine = create_engine(settings)
    try:
        yield Outbox(session_makers(engine)[0], effects(handlers), budget=budget)
    finally:
        await engine.dispose()


class Done:
    """A handler that remembers what it was called with, and fails for some of it."""

    def __init__(self, *failing: int) -> None:
        self.seen: list[int] = []
        self._failing = failing

    async def __call__(self, payload: Payload) -> None:
        self.seen.append(payload["n"])
        if payload["n"] in self._failing:
            raise RuntimeError("a secret that is not for the table")


def insert(database: Database, kind: str, count: int = 1) -> None:
    """The oldest first."""
    database.fetch(
        "INSERT INTO outbox (kind, payload, available_at)"
        " SELECT $1, jsonb_build_object('n', n), now() at time zone 'UTC' - interval '1 hour' + n * interval '1 second'"
        " FROM generate_series(1, $2::int) AS n",
        kind,
        count,
    )


def test_one_that_fails_holds_up_no_other_and_is_put_off_ever_longer(
    own_settings: Settings, own_database: Database
) -> None:
    insert(own_database, "work", 5)
    pauses: list[timedelta] = []
    for attempt in range(1, 13):

        async def relay() -> tuple[int, list[int]]:
            done = Done(2, 3)
            async with outbox_of(own_settings, {"work": done}) as outbox:
                return await outbox.relaying.run(), sorted(done.seen)

        assert run(relay()) == ((3, [1, 2, 3, 4, 5]) if attempt == 1 else (0, [2, 3]))
        assert run(relay()) == (0, []), "not before its time"
        for row in own_database.fetch("SELECT *, available_at - now() at time zone 'UTC' AS pause FROM outbox"):
            assert (row["attempts"], row["last_error"]) == (attempt, "RuntimeError")
            pauses.append(row["pause"])
        hours_pass(own_database)
    assert timedelta() < min(pauses[:2]) <= max(pauses[:2]) <= FIRST_RETRY
    assert min(pauses[8:10]) > FIRST_RETRY * 5
    assert LONGEST_RETRY * 0.4 < min(pauses[-2:]) <= max(pauses[-2:]) <= LONGEST_RETRY


def test_a_kind_that_nobody_knows_stays_and_stops_nobody(own_settings: Settings, own_database: Database) -> None:
    insert(own_database, "from a newer version", 3)
    insert(own_database, "work", 3)

    async def relay() -> int:
        async with outbox_of(own_settings, {"work": Done()}) as outbox:
            return await outbox.relaying.run()

    assert run(relay()) == 3
    left = own_database.fetch("SELECT kind, attempts FROM outbox")
    assert left == [{"kind": "from a newer version", "attempts": 1}] * 3


def test_a_part_that_hangs_holds_up_only_its_own_kind(own_settings: Settings, own_database: Database) -> None:
    insert(own_database, "slow", 2)
    insert(own_database, "work", 2)

    async def relay() -> int:
        quick = Done()
        others_are_done = asyncio.Event()

        async def work(payload: Payload) -> None:
            await quick(payload)
            if quick.seen == [1, 2]:
                others_are_done.set()

        async def slow(_payload: Payload) -> None:
            await others_are_done.wait()

        async with outbox_of(own_settings, {"slow": slow, "work": work}) as outbox:
            return await outbox.relaying.run()

    assert run(relay()) == 4


@pytest.mark.parametrize("failing", [(), range(1, 41)], ids=["that succeed", "that fail"])
def test_two_relays_at_once_try_each_entry_once(
    own_settings: Settings, own_database: Database, failing: Sequence[int]
) -> None:
    insert(own_database, "work", 40)

    async def relay_twice() -> tuple[int, list[int]]:
        done = Done(*failing)
        async with outbox_of(own_settings, {"work": done}) as one, outbox_of(own_settings, {"work": done}) as another:
            counts = await asyncio.gather(one.relaying.run(), another.relaying.run())
        return sum(counts), sorted(done.seen)

    assert run(relay_twice()) == (40 - len(failing), list(range(1, 41)))
    assert own_database.count("outbox", "attempts = 1") == own_database.count("outbox") == len(failing)


def test_a_run_ends_in_time_and_the_next_goes_on(own_settings: Settings, own_database: Database) -> None:
    insert(own_database, "work", 3)

    async def relay() -> list[int]:
        async with outbox_of(own_settings, {"work": Done()}) as outbox:
            return [await outbox.relaying.run(seconds=-1.0), await outbox.relaying.run()]

    assert run(relay()) == [0, 3]


def test_what_a_failed_write_recorded_never_happens(own_settings: Settings, own_database: Database) -> None:
    async def write() -> list[int]:
        done = Done()
        engine = create_engine(own_settings)
        sessions = session_makers(engine)[0]
        outbox = Outbox(sessions, effects({"work": done}), budget=30.0)

        async def fail() -> None:
            async with unit_of_work(sessions) as work:
                outbox.record(work, "work", {"n": 1})
                await work.session.flush()
                raise LookupError

        with pytest.raises(LookupError):
            await fail()
        assert await outbox.relaying.run() == 0
        async with unit_of_work(sessions) as work:
            outbox.record(work, "work", {"n": 2})
            outbox.record(work, "work", {"n": 3})
            assert done.seen == [], "not before the commit"
        await engine.dispose()
        return done.seen

    assert run(write()) == [2, 3]
    assert own_database.count("outbox") == 0


def test_a_write_does_not_wait_longer_than_its_budget(own_settings: Settings, own_database: Database) -> None:
    async def write() -> None:
        cut_off = asyncio.Event()

        async def never_ends(_payload: Payload) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cut_off.set()

        engine = create_engine(own_settings)
        sessions = session_makers(engine)[0]
        outbox = Outbox(sessions, effects({"work": never_ends}), budget=0.3)
        async with unit_of_work(sessions) as work:
            outbox.record(work, "work", {"n": 1})
        assert cut_off.is_set()
        await engine.dispose()

    run(write())
    assert own_database.fetch("SELECT attempts, available_at < now() at time zone 'UTC' AS due FROM outbox") == [
        {"attempts": 0, "due": True}
    ]


def test_what_is_being_claimed_is_not_deleted(own_settings: Settings, own_database: Database) -> None:
    async def claim_while_relaying() -> None:
        resources = Resources(own_settings)
        outbox, keys = resources.outbox, [f"test/{uuid4()}"]
        await outbox.announce_objects(keys)
        hours_pass(own_database)
        async with unit_of_work(resources.sessions) as work:
            assert await outbox.claim_objects(work, keys)
            assert await outbox.relaying.run() == 0
        assert await outbox.relaying.run() == 0
        async with unit_of_work(resources.sessions) as work:
            assert not await outbox.claim_objects(work, keys)
        await resources.aclose()

    run(claim_while_relaying())
    assert own_database.count("outbox") == 0


def test_objects_that_were_given_up_meanwhile_get_no_row(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    """The request took longer than the maintenance job waits: better no row than one without its object."""
    key = f"test/{uuid4()}"

    async def store() -> None:
        resources = Resources(own_settings)
        try:
            async with resources.object_store.stored([NewObject(key, b"data", "text/plain")]):
                hours_pass(own_database)
                assert await resources.outbox.relaying.run() == 1
        finally:
            await resources.aclose()

    with pytest.raises(StorageUnavailable):
        run(store())
    assert key not in objects.keys("test/")
    assert own_database.count("outbox") == 0
    assert run_maintenance(own_settings) == 0
