"""Writes documents: what the rows are now, and nothing where there is no row any more."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.adapters.search import JOB_SECONDS, SearchCluster, operation
from lego_api.errors import SearchRefused, SearchUnavailable
from lego_api.outbox import Effect, NotBegun, Payload
from lego_api.search_index.kinds import KINDS, Kind

BATCH = 500  # outbox entries at once
BATCH_SECONDS = 10.0  # then what is left of it is for the next batch, and what is done is done
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
            if time.monotonic() > until:
                failures |= dict.fromkeys(part, NotBegun())
                continue
            if self._cluster.breaker.is_resting:
                failures |= dict.fromkeys(part, SearchUnavailable())
                continue
            rows = (await session.execute(kind.rows().where(kind.model.id.in_(part)))).mappings()
            documents: dict[UUID, RowMapping | None] = dict.fromkeys(part) | {row["id"]: row for row in rows}
            failures |= await self._write(kind, documents, alias, refresh=True, seconds=seconds, until=until)
        return failures

    async def index(self, kind: Kind, rows: Iterable[RowMapping], alias: str) -> Mapping[UUID, Exception]:
        """Writes the documents of these rows, to be found later; what went wrong with some."""
        documents = {row["id"]: row for row in rows}
        return await self._write(kind, documents, alias, refresh=False, seconds=JOB_SECONDS)

    async def _write(
        self,
        kind: Kind,
        rows: Mapping[UUID, RowMapping | None],
        alias: str,
        *,
        refresh: bool,
        seconds: float | None,
        until: float = math.inf,
    ) -> Mapping[UUID, Exception]:
        failures: dict[UUID, Exception] = {}
        for part in _parts(kind, rows):
            if time.monotonic() > until:
                failures |= dict.fromkeys(part, NotBegun())
                continue
            try:
                outcomes = await self._cluster.bulk(alias, list(part.values()), refresh=refresh, seconds=seconds)
            except SearchRefused:
                failures |= dict.fromkeys(part, Refused("the request"))
                continue
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


def _error(outcome: Mapping[str, object]) -> Exception | None:
    if "error" not in outcome or outcome["status"] == OLDER:
        return None  # also the deletion of a document that never was
    status = outcome["status"]
    if isinstance(status, int) and (status >= 500 or status in (GONE, 429)):
        return SearchUnavailable()  # no index yet, or no room for more work just now
    # Not its reason: that quotes the value.
    return Refused(str(outcome["error"].get("type")) if isinstance(outcome["error"], dict) else "a document")


def _parts(kind: Kind, rows: Mapping[UUID, RowMapping | None]) -> Iterator[dict[UUID, list[bytes]]]:
    """The lines of requests that are not too large; no row: a deletion."""
    part: dict[UUID, list[bytes]] = {}
    size = 0
    for id, row in rows.items():
        if row is None:
            lines = operation("delete", str(id), LAST_VERSION)
        else:
            lines = operation("index", str(id), row["search_version"], kind.document(row))
        length = sum(map(len, lines))
        if part and (size + length > BULK_BYTES or len(part) == ROWS):
            yield part
            part, size = {}, 0
        part[id] = lines
        size += length
    if part:
        yield part
