"""What must happen outside the database because of a write.

A side effect is a row written in the transaction that causes it. After the commit it is tried at once, within a small
budget of time; what fails, or is cut off by a dying process, stays a row and is tried again by the maintenance job.
Handlers may be called more than once for one row, so they must not mind.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from sqlalchemy import ColumnElement, delete, select, update

from lego_api.db import Sessions, UnitOfWork, unit_of_work
from lego_api.models import OutboxEntry, utc_now

logger = logging.getLogger(__name__)

Handler = Callable[[Mapping[str, Any]], Awaitable[None]]

DELETE_OBJECTS = "delete-objects"

ABANDONED_AFTER = timedelta(hours=1)  # far longer than a request may take
STRAGGLERS_AFTER = timedelta(minutes=1)  # by then a store whose answer was lost has arrived, or never will
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=1)
HANDLER_SECONDS = 10.0  # for one entry
RELAY_SECONDS = 40.0  # for one run
RELAY_ENTRIES = 1000  # of one kind, for one run


class Outbox:
    def __init__(self, sessions: Sessions, handlers: Mapping[str, Handler], *, budget: float) -> None:
        """`budget`: seconds a request may spend on its own side effects after it has committed."""
        self._sessions = sessions
        self._handlers = handlers
        self._budget = budget

    def record(
        self, work: UnitOfWork, kind: str, payload: Mapping[str, Any], *, delay: timedelta = timedelta()
    ) -> UUID:
        """Does `kind` once `work` has committed, or `delay` later, and not if it does not. The id is for `hasten`."""
        entry = OutboxEntry(id=uuid4(), kind=kind, payload=dict(payload), available_at=utc_now() + delay)
        work.session.add(entry)
        if not delay:
            recorded: list[UUID] = work.session.info.setdefault("outbox", [])
            if not recorded:
                work.after_commit(lambda: self._try_now(recorded))
            recorded.append(entry.id)
        return entry.id

    async def hasten(self, id: UUID) -> None:
        """Makes an entry due now, and tries it."""
        async with unit_of_work(self._sessions) as work:
            await _make_due(work, id)
        await self._try_now([id])

    def delete_objects(self, work: UnitOfWork, keys: Sequence[str]) -> None:
        """Deletes objects from storage once `work` has committed."""
        if keys:
            self.record(work, DELETE_OBJECTS, {"keys": list(keys)})

    async def announce_objects(self, keys: Sequence[str], *, keep_for: timedelta = ABANDONED_AFTER) -> None:
        """Writes down, before objects are stored, that they are to be deleted unless a transaction claims them.

        So neither a failing request nor a killed process leaves an object that no row knows. The same keys, in the
        same order, claim them or drop them.
        """
        async with unit_of_work(self._sessions) as work:
            work.session.add(_deletion(_announcement(keys), keys, keep_for))

    async def is_announced(self, key: str) -> bool:
        """Whether the object may still become somebody's, or is to be deleted."""
        entries = select(OutboxEntry.id).where(
            OutboxEntry.kind == DELETE_OBJECTS, OutboxEntry.payload["keys"].contains([key])
        )
        async with unit_of_work(self._sessions) as work:
            return await work.session.scalar(entries.limit(1)) is not None

    async def claim_objects(self, work: UnitOfWork, keys: Sequence[str]) -> bool:
        """Keeps the announced objects if, and only if, `work` commits. False: nothing (or no longer) announced."""
        statement = delete(OutboxEntry).where(OutboxEntry.id == _announcement(keys)).returning(OutboxEntry.id)
        return await work.session.scalar(statement) is not None

    async def drop_objects(self, keys: Sequence[str], *, may_still_arrive: bool = False) -> None:
        """Deletes the announced objects now, unless they were claimed after all (a commit whose answer was lost).

        `may_still_arrive`: storing failed, and perhaps only the answer was lost. Then they are deleted again later.
        """
        id = _announcement(keys)
        async with unit_of_work(self._sessions) as work:
            await _make_due(work, id)
            if may_still_arrive:
                work.session.add(_deletion(uuid4(), keys, STRAGGLERS_AFTER))
        await self._try_now([id])

    async def relay(self, *, seconds: float = RELAY_SECONDS) -> int:
        """Tries entries that are due, oldest first; the number that are done with.

        One that fails holds up no other: it is due again later. A kind whose part hangs holds up no other kind. What
        is left after about `seconds` is due in the next run.
        """
        deadline = time.monotonic() + seconds
        async with unit_of_work(self._sessions) as work:
            kinds = (await work.session.scalars(select(OutboxEntry.kind).where(_is_due()).distinct())).all()
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self._relay_kind(kind, deadline)) for kind in kinds]
        return sum(task.result() for task in running)

    async def _relay_kind(self, kind: str, deadline: float) -> int:
        async with unit_of_work(self._sessions) as work:
            due = select(OutboxEntry.id).where(OutboxEntry.kind == kind, _is_due())
            ids = (await work.session.scalars(due.order_by(OutboxEntry.available_at).limit(RELAY_ENTRIES))).all()
        done = 0
        for id in ids:
            if time.monotonic() > deadline:
                logger.warning("outbox entries are left to the next run", extra={"kind": kind})
                break
            done += await self._try(id)
        return done

    async def _try_now(self, ids: Sequence[UUID]) -> None:
        try:
            async with asyncio.timeout(self._budget):
                for id in ids:
                    await self._try(id)
        except TimeoutError:
            logger.warning("side effects are left to the maintenance job", extra={"outboxIds": [str(id) for id in ids]})

    async def _try(self, id: UUID) -> bool:
        """Whether the entry is done now. A locked one is somebody else's, and so is one that is gone or put off."""
        async with unit_of_work(self._sessions) as work:
            statement = select(OutboxEntry).where(OutboxEntry.id == id, _is_due()).with_for_update(skip_locked=True)
            entry = (await work.session.scalars(statement)).one_or_none()
            if entry is None:
                return False
            try:
                async with asyncio.timeout(HANDLER_SECONDS):
                    await self._handlers[entry.kind](entry.payload)
            except Exception as error:
                entry.attempts += 1
                entry.available_at = utc_now() + _backoff(entry.attempts)
                entry.last_error = type(error).__name__
                logger.warning("outbox %s failed", entry.kind, extra={"outboxId": str(id), "attempts": entry.attempts})
                return False
            await work.session.delete(entry)
            return True


def _is_due() -> ColumnElement[bool]:
    return OutboxEntry.available_at <= utc_now()


async def _make_due(work: UnitOfWork, id: UUID) -> None:
    await work.session.execute(update(OutboxEntry).where(OutboxEntry.id == id).values(available_at=utc_now()))


def _deletion(id: UUID, keys: Sequence[str], delay: timedelta) -> OutboxEntry:
    return OutboxEntry(id=id, kind=DELETE_OBJECTS, payload={"keys": list(keys)}, available_at=utc_now() + delay)


def _announcement(keys: Sequence[str]) -> UUID:
    return uuid5(NAMESPACE_OID, keys[0])


def _backoff(attempts: int) -> timedelta:
    return min(FIRST_RETRY * 2.0 ** min(attempts - 1, 20), LONGEST_RETRY) * random.uniform(0.5, 1.0)
