"""Tries the entries of the outbox: right after the commit that wrote them, and later those that are left."""

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from lego_api.db import Sessions, UnitOfWork, unit_of_work
from lego_api.models import OutboxEntry, utc_now
from lego_api.outbox.effects import AWAY, Effect, NotBegun

logger = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=1)
MOST_ATTEMPTS = 20  # six to eleven hours; then an entry is dead: kept and counted, and no longer tried
ATTEMPT_SECONDS = 20.0  # for one batch; a part that hangs is found to be away sooner
RELAY_SECONDS = 40.0  # for one run
PAGE = 1000  # entries whose ids are read at once
MOST_AWAY = 3  # batches in a row that find the part away: then the rest of its kind waits for the next run


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is left: entries that are due, for how many seconds the oldest of them has been, and the dead ones."""

    due: int
    oldest_seconds: float
    dead: int


class Relay:
    def __init__(self, sessions: Sessions, effects: Mapping[str, Effect], *, budget: float) -> None:
        self._sessions = sessions
        self._effects = effects
        self._budget = budget

    async def run(self, seconds: float = RELAY_SECONDS) -> int:
        """Tries what is due, the oldest first; how much of it is done with.

        One that fails holds up no other: it is due again later. A kind whose part hangs holds up no other kind. What
        is left after about `seconds` is due in the next run.
        """
        started, deadline = utc_now(), time.monotonic() + seconds
        async with unit_of_work(self._sessions) as work:
            kinds = (await work.session.scalars(select(OutboxEntry.kind).where(is_due(started)).distinct())).all()
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self._run_kind(kind, started, deadline)) for kind in kinds]
        return sum(task.result() for task in running)

    async def try_now(self, entries: Sequence[tuple[str, UUID]]) -> None:
        """Tries entries, given by kind and id, that the caller has just committed and is waiting for."""
        by_kind: dict[str, list[UUID]] = {}
        for kind, id in entries:
            if not self._is_away(kind):
                by_kind.setdefault(kind, []).append(id)
        try:
            async with asyncio.timeout(self._budget), asyncio.TaskGroup() as group:
                for kind, ids in by_kind.items():
                    group.create_task(self._try_all(kind, ids))
        except TimeoutError:
            left = [str(id) for _, id in entries]
            logger.warning("side effects are left to the maintenance job", extra={"outboxIds": left})

    async def backlog(self) -> Backlog:
        due = func.count().filter(is_due(utc_now()))
        oldest = func.min(OutboxEntry.available_at).filter(is_due(utc_now()))
        dead = func.count().filter(OutboxEntry.dead_at.is_not(None))
        async with unit_of_work(self._sessions) as work:
            count, since, given_up = (await work.session.execute(select(due, oldest, dead))).one()
        return Backlog(count, (utc_now() - since).total_seconds() if since else 0.0, given_up)

    async def is_behind(self, kind: str, about: str, seconds: float) -> bool:
        """Whether something of the kind, with `about` as its payload's kind, has been due for so long."""
        entries = select(OutboxEntry.id).where(
            OutboxEntry.kind == kind,
            is_due(utc_now() - timedelta(seconds=seconds)),
            OutboxEntry.payload["kind"].astext == about,
        )
        async with unit_of_work(self._sessions) as work:
            return await work.session.scalar(entries.limit(1)) is not None

    async def revive(self) -> int:
        """Makes the dead entries due again, as if they were new; how many there were."""
        dead = update(OutboxEntry).where(OutboxEntry.dead_at.is_not(None)).returning(OutboxEntry.id)
        async with unit_of_work(self._sessions) as work:
            revived = await work.session.scalars(dead.values(dead_at=None, attempts=0, available_at=utc_now()))
            return len(revived.all())

    async def _run_kind(self, kind: str, started: datetime, deadline: float) -> int:
        total = aways = 0
        before: Sequence[UUID] = ()
        # Again as long as it gets on: there may be more, and of a batch the time may have been over.
        while (ids := await self._due(kind, started)) and ids != before:
            before = ids
            for batch in self._batches(kind, ids):
                if time.monotonic() > deadline:
                    logger.warning("outbox entries are left to the next run", extra={"kind": kind})
                    return total
                done, away = await self._try(kind, batch)
                total += done
                aways = aways + 1 if away else 0
                if aways == MOST_AWAY or self._is_away(kind):
                    logger.warning("outbox entries wait for a part that is away", extra={"kind": kind})
                    return total
        return total

    async def _due(self, kind: str, started: datetime) -> Sequence[UUID]:
        """Those that this run has tried without success are due later than it started."""
        due = select(OutboxEntry.id).where(OutboxEntry.kind == kind, is_due(started))
        async with unit_of_work(self._sessions) as work:
            return (await work.session.scalars(due.order_by(OutboxEntry.available_at).limit(PAGE))).all()

    async def _try_all(self, kind: str, ids: Sequence[UUID]) -> None:
        for batch in self._batches(kind, ids):
            await self._try(kind, batch)

    def _is_away(self, kind: str) -> bool:
        return kind in self._effects and self._effects[kind].is_away()

    def _batches(self, kind: str, ids: Sequence[UUID]) -> list[Sequence[UUID]]:
        size = self._effects[kind].batch if kind in self._effects else len(ids)
        return [ids[start : start + size] for start in range(0, len(ids), size)]

    async def _try(self, kind: str, ids: Sequence[UUID]) -> tuple[int, bool]:
        """How many of the entries are done with, and whether their part is away.

        A locked one is somebody else's, and so is one that is gone or put off.
        """
        outcomes: dict[UUID, Exception | None] = {}
        try:
            async with unit_of_work(self._sessions) as work:
                entries = await _lock(work, ids)
                if entries:
                    outcomes |= await self._outcomes(kind, work, entries)
                done = await _settle(work, entries, outcomes)
        except Exception:
            failed = {id: error for id, error in outcomes.items() if error}
            if not failed:
                raise
            # What went wrong has taken with it the transaction that was to write it down.
            async with unit_of_work(self._sessions) as work:
                done = await _settle(work, await _lock(work, list(failed)), failed)
        return done, bool(outcomes) and all(isinstance(error, AWAY) for error in outcomes.values())

    async def _outcomes(
        self, kind: str, work: UnitOfWork, entries: Sequence[OutboxEntry]
    ) -> Mapping[UUID, Exception | None]:
        ids = [entry.id for entry in entries]
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                outcomes = await self._effects[kind].run(work.session, [entry.payload for entry in entries])
        except Exception as error:
            return dict.fromkeys(ids, error)
        return dict(zip(ids, outcomes, strict=True))


async def _lock(work: UnitOfWork, ids: Sequence[UUID]) -> Sequence[OutboxEntry]:
    mine = select(OutboxEntry).where(OutboxEntry.id.in_(ids), is_due(utc_now()))
    locked = mine.order_by(OutboxEntry.available_at).with_for_update(skip_locked=True)
    return (await work.session.scalars(locked)).all()


async def _settle(work: UnitOfWork, entries: Sequence[OutboxEntry], outcomes: Mapping[UUID, Exception | None]) -> int:
    """Those that are done with go, so many; the others are put off."""
    for entry in entries:
        error = outcomes[entry.id]
        if error and not isinstance(error, NotBegun):
            _put_off(entry, error)
    done = [entry.id for entry in entries if outcomes[entry.id] is None]
    if done:
        await work.session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(done)))
    return len(done)


def is_due(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxEntry.available_at <= now, OutboxEntry.dead_at.is_(None))


def _put_off(entry: OutboxEntry, error: Exception) -> None:
    now = utc_now()
    entry.last_error = type(error).__name__
    if isinstance(error, AWAY):
        entry.available_at = now  # in the next run, behind those that have waited longer
    else:
        entry.attempts += 1
        entry.available_at = now + _backoff(entry.attempts)
        entry.dead_at = now if entry.attempts >= MOST_ATTEMPTS else None
    logger.log(
        logging.ERROR if entry.dead_at else logging.WARNING,
        "outbox %s %s",
        entry.kind,
        "is given up" if entry.dead_at else "failed",
        extra={"outboxId": str(entry.id), "attempts": entry.attempts, "error": entry.last_error},
        exc_info=None if isinstance(error, AWAY) else error,
    )


def _backoff(attempts: int) -> timedelta:
    return min(FIRST_RETRY * 2.0 ** min(attempts - 1, 20), LONGEST_RETRY) * random.uniform(0.5, 1.0)
