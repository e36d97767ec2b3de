"""Writes down what a transaction causes, and what becomes of objects that are stored before their rows."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from sqlalchemy import delete, select, update

from lego_api.db import Sessions, UnitOfWork, unit_of_work
from lego_api.models import OutboxEntry, utc_now
from lego_api.outbox.effects import Effect
from lego_api.outbox.relaying import Relay

DELETE_OBJECTS = "delete-objects"

ABANDONED_AFTER = timedelta(hours=1)  # far longer than a request may take
STRAGGLERS_AFTER = timedelta(minutes=1)  # by then a store whose answer was lost has arrived, or never will


class Outbox:
    def __init__(self, sessions: Sessions, effects: Mapping[str, Effect], *, budget: float) -> None:
        """`effects` by their kinds. `budget`: seconds a request may spend on its own after it has committed."""
        self._sessions = sessions
        self.relaying = Relay(sessions, effects, budget=budget)

    def record(
        self, work: UnitOfWork, kind: str, payload: Mapping[str, Any], *, delay: timedelta = timedelta()
    ) -> UUID:
        """Does `kind` once `work` has committed, or `delay` later, and not if it does not. The id is for `hasten`."""
        entry = OutboxEntry(id=uuid4(), kind=kind, payload=dict(payload), available_at=utc_now() + delay)
        work.session.add(entry)
        if not delay:
            recorded: list[tuple[str, UUID]] = work.session.info.setdefault("outbox", [])
            if not recorded:
                work.after_commit(lambda: self.relaying.try_now(recorded))
            recorded.append((kind, entry.id))
        return entry.id

    async def hasten(self, id: UUID) -> None:
        """Makes an entry due now, and tries it."""
        async with unit_of_work(self._sessions) as work:
            kind = await _make_due(work, id)
        if kind:
            await self.relaying.try_now([(kind, id)])

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
        await self.relaying.try_now([(DELETE_OBJECTS, id)])


async def _make_due(work: UnitOfWork, id: UUID) -> str | None:
    """The kind of the entry; None if it is gone."""
    entry = update(OutboxEntry).where(OutboxEntry.id == id).returning(OutboxEntry.kind)
    return await work.session.scalar(entry.values(available_at=utc_now()))


def _deletion(id: UUID, keys: Sequence[str], delay: timedelta) -> OutboxEntry:
    return OutboxEntry(id=id, kind=DELETE_OBJECTS, payload={"keys": list(keys)}, available_at=utc_now() + delay)


def _announcement(keys: Sequence[str]) -> UUID:
    return uuid5(NAMESPACE_OID, keys[0])
