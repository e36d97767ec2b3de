"""Writes documents: what the rows are now, and nothing where there is no row any more."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.adapters.search import JOB_SECONDS, SearchCluster, operation
from lego_api.errors import SearchUnavailable
from lego_api.outbox import Effect, Payload
from lego_api.search_index.kinds import KINDS, Kind

BATCH = 500  # outbox entries at once
BATCH_SECONDS = 10.0  # then what is left of it is put off, and what is done is done
ROWS = 500  # read and written at once: RDS Proxy takes 16 KB of a statement, and the next ones have their own time
BULK_BYTES = 1_000_000  # of one request; a small node analyses it well within its time
OLDER = 409  # the index has this version, or a newer one
GONE = 404
# No row comes after its deletion: ids are never used again.
LAST_VERSION = 2**62


class Refused(Exception):
    """OpenSearch does not take a document, whose row is in order: so it is the mapping that is not."""


class Documents:
    def __init__(self, cluster: SearchCluster, prefix: str) -> None:
        self._cluster = cluster
        self._prefix = prefix

    @property
    def effect(self) -> Effect:
        return Effect(self._relay, batch=BATCH, is_away=lambda: self._cluster.breaker.is_resting)

    async def sync(
        self,
        session: AsyncSession,
        kind: Kind,
        ids: Sequence[UUID],
        alias: str,
        *,
        seconds: float | None = None,
        until: float = math.inf,
    ) -> Mapping[UUID, Exception]:
        """Makes the documents what the rows are; what went wrong with some, `SearchUnavailable` included.

        `until`: on the monotonic clock; after it, none is begun with.
        """
        failures: dict[UUID, Exception] = {}
        for start in range(0, len(ids), ROWS):
            part = ids[start : start + ROWS]
            if time.monotonic() > until or self._cluster.breaker.is_resting:
                failures |= dict.fromkeys(part, SearchUnavailable())
                continue
            rows = (await session.execute(kind.rows().where(kind.model.id.in_(part)))).mappings()
            deletions = {id: operation("delete", str(id), LAST_VERSION) for id in part}
            operations = deletions | _writes(kind, rows)
            failures |= await self._write(operations, alias, refresh=True, seconds=seconds, until=until)
        return failures

    async def index(self, kind: Kind, rows: Iterable[RowMapping], alias: str) -> Mapping[UUID, Exception]:
        """Writes the documents of these rows, to be found later; what went wrong with some."""
        return await self._write(_writes(kind, rows), alias, refresh=False, seconds=JOB_SECONDS)

    async def _write(
        self,
        operations: Mapping[UUID, list[bytes]],
        alias: str,
        *,
        refresh: bool,
        seconds: float | None,
        until: float = math.inf,
    ) -> Mapping[UUID, Exception]:
        failures: dict[UUID, Exception] = {}
        for part in _parts(operations):
            lines = [operations[id] for id in part]
            try:
                if time.monotonic() > until:
                    raise SearchUnavailable
                outcomes = await self._cluster.bulk(alias, lines, refresh=refresh, seconds=seconds)
            except SearchUnavailable as unavailable:
                failures |= dict.fromkeys(part, unavailable)  # the other parts may have been, or may be, written
                continue
            for id, outcome in zip(part, outcomes, strict=True):
                if error := _error(outcome):
                    failures[id] = error
        return failures

    async def _relay(self, session: AsyncSession, payloads: Sequence[Payload]) -> Sequence[Exception | None]:
        until = time.monotonic() + BATCH_SECONDS
        outcomes: list[Exception | None] = [None] * len(payloads)
        wanted: dict[str, dict[int, list[UUID]]] = {}  # by the name of the kind, then by the number of the entry
        for number, payload in enumerate(payloads):
            try:
                wanted.setdefault(KINDS[payload["kind"]].name, {})[number] = [UUID(id) for id in payload["ids"]]
            except (KeyError, TypeError, ValueError, AttributeError):
                outcomes[number] = Refused("nothing that this version knows")
        for name, entries in wanted.items():
            kind = KINDS[name]
            every = list(dict.fromkeys(id for ids in entries.values() for id in ids))  # the oldest entry's first
            failures = await self.sync(session, kind, every, kind.alias(self._prefix), until=until)
            for number, ids in entries.items():
                outcomes[number] = next((failures[id] for id in ids if id in failures), None)
        return outcomes


def _writes(kind: Kind, rows: Iterable[RowMapping]) -> dict[UUID, list[bytes]]:
    return {row["id"]: operation("index", str(row["id"]), row["search_version"], kind.document(row)) for row in rows}


def _error(outcome: Mapping[str, object]) -> Exception | None:
    if "error" not in outcome or outcome["status"] == OLDER:
        return None  # also the deletion of a document that never was
    status = outcome["status"]
    if isinstance(status, int) and (status >= 500 or status in (GONE, 429)):
        return SearchUnavailable()  # no index yet, or no room for more work just now
    return Refused(str(outcome["error"])[:500])


def _parts(operations: Mapping[UUID, list[bytes]]) -> Iterator[list[UUID]]:
    part: list[UUID] = []
    size = 0
    for id, lines in operations.items():
        bytes_ = sum(map(len, lines))
        if part and (size + bytes_ > BULK_BYTES or len(part) == ROWS):
            yield part
            part, size = [], 0
        part.append(id)
        size += bytes_
    if part:
        yield part
