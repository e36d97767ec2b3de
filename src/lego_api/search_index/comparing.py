"""Compares an index with the database, id by id, in memory that grows only with what differs."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, column, func, select, table
from sqlalchemy.dialects.postgresql import ARRAY

from lego_api.adapters.search import JOB_SECONDS, SearchCluster
from lego_api.db import Sessions, unit_of_work
from lego_api.models import OutboxEntry
from lego_api.models.searching import SEARCH_VERSIONS
from lego_api.search_index.kinds import INDEX, Kind

PAGE = 2000
FEW = 400  # ids in one statement: RDS Proxy takes 16 KB of it

Versions = dict[UUID, int]


@dataclass(slots=True)
class Drift:
    """Ids in which an index and the database differ: `missing` from the index, of another version there, without a row.

    `waiting`: how many more differ and are in the outbox, to be written yet.
    """

    rows: int = 0
    documents: int = 0
    missing: list[UUID] = field(default_factory=list)
    stale: list[UUID] = field(default_factory=list)
    extra: list[UUID] = field(default_factory=list)
    waiting: int = 0

    @property
    def ids(self) -> Sequence[UUID]:
        return [*self.missing, *self.stale, *self.extra]

    def add(self, other: "Drift") -> None:
        self.rows += other.rows
        self.documents += other.documents
        self.missing += other.missing
        self.stale += other.stale
        self.extra += other.extra
        self.waiting += other.waiting


class Comparing:
    def __init__(self, cluster: SearchCluster, sessions: Sessions) -> None:
        """`sessions` whose statements each stand alone."""
        self._cluster = cluster
        self._sessions = sessions

    async def count(self, kind: Kind, *, up_to: UUID | None = None) -> int:
        """How many rows there are; with ids up to one, if it is given."""
        statement = select(func.count()).select_from(kind.model)
        if up_to is not None:
            statement = statement.where(kind.model.id <= up_to)
        async with unit_of_work(self._sessions) as work:
            return await work.session.scalar(statement) or 0

    async def last_id(self, alias: str) -> UUID | None:
        """The greatest in the index."""
        await self._cluster.refresh(alias)
        body = {"size": 1, "sort": [{"id": "desc"}], "_source": False}
        hits = (await self._cluster.search(alias, body, seconds=JOB_SECONDS))["hits"]
        return UUID(hits[0]["_id"]) if hits else None

    async def last_version(self) -> int:
        """What is written from now on has a greater one, but for what others have begun to write."""
        statement: Select[Any] = select(column("last_value")).select_from(table(SEARCH_VERSIONS.name))
        async with unit_of_work(self._sessions) as work:
            return int(await work.session.scalar(statement))

    async def written_since(self, kind: Kind, last_version: int) -> Sequence[UUID]:
        """The ids of the rows with a greater version."""
        id, version = kind.id_and_version
        async with unit_of_work(self._sessions) as work:
            return (await work.session.scalars(select(id).where(version > last_version))).all()

    async def pages(self, kind: Kind, alias: str) -> AsyncIterator[Drift]:
        """The differences, one part of all the ids after the other.

        While others write, some are none any more when they are looked at: between two readings a row came or went.
        """
        await self._cluster.refresh(alias)
        after: UUID | None = None
        while True:
            rows, documents = await self._rows(kind, after), await self._documents(alias, after)
            last = _common_end(rows, documents)
            yield _differences(_up_to(last, rows), _up_to(last, documents))
            if last is None:
                return
            after = last

    async def for_good(self, kind: Kind, alias: str, ids: Sequence[UUID]) -> Drift:
        """Of ids that differed, those that still do, although nobody is about to write them."""
        drift = Drift()
        for few in in_batches(ids, FEW):
            drift.add(await self._few_for_good(kind, alias, few))
        return drift

    async def _few_for_good(self, kind: Kind, alias: str, ids: Sequence[UUID]) -> Drift:
        """A row's entry in the outbox is there before the row can be seen, and until the document is as new as that.

        So a document that is older than a row whose entry was gone already will stay so.
        """
        before, waiting = await self._rows(kind, among=ids), await self._waiting(kind, ids)
        await self._cluster.refresh(alias)
        documents, now = await self._documents(alias, among=ids), await self._rows(kind, among=ids)
        drift = Drift()
        for id in ids:
            document = documents.get(id, 0)
            if id in waiting:
                drift.waiting += document != now.get(id, 0)
            elif id not in now:
                if document and id not in before:
                    drift.extra.append(id)
            elif not document:
                if id in before:
                    drift.missing.append(id)
            elif not before.get(id, 0) <= document <= now[id]:
                drift.stale.append(id)
        return drift

    async def _rows(self, kind: Kind, after: UUID | None = None, among: Sequence[UUID] | None = None) -> Versions:
        id, version = kind.id_and_version
        statement = select(id, version).order_by(id).limit(PAGE)
        if after is not None:
            statement = statement.where(id > after)
        if among is not None:
            statement = statement.where(id.in_(among))
        async with unit_of_work(self._sessions) as work:
            return {row.id: row.search_version for row in await work.session.execute(statement)}

    async def _documents(self, alias: str, after: UUID | None = None, among: Sequence[UUID] | None = None) -> Versions:
        body: dict[str, Any] = {"size": PAGE, "sort": [{"id": "asc"}], "_source": False, "version": True}
        if after is not None:
            body["search_after"] = [str(after)]
        if among is not None:
            body["query"] = {"ids": {"values": [str(id) for id in among]}}
        hits = (await self._cluster.search(alias, body, seconds=JOB_SECONDS))["hits"]
        return {UUID(hit["_id"]): hit["_version"] for hit in hits}

    async def _waiting(self, kind: Kind, ids: Sequence[UUID]) -> set[UUID]:
        """Those that the outbox has yet to write."""
        of_entry = OutboxEntry.payload["ids"]
        entries = select(func.jsonb_array_elements_text(of_entry)).where(
            OutboxEntry.kind == INDEX,
            OutboxEntry.dead_at.is_(None),
            OutboxEntry.payload["kind"].astext == kind.name,
            of_entry.has_any(cast([str(id) for id in ids], ARRAY(Text))),
        )
        async with unit_of_work(self._sessions) as work:
            return {UUID(id) for id in await work.session.scalars(entries)}.intersection(ids)


def in_batches(ids: Sequence[UUID], size: int) -> list[Sequence[UUID]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _differences(rows: Versions, documents: Versions) -> Drift:
    return Drift(
        rows=len(rows),
        documents=len(documents),
        missing=list(rows.keys() - documents.keys()),
        stale=[id for id in rows.keys() & documents.keys() if rows[id] != documents[id]],
        extra=list(documents.keys() - rows.keys()),
    )


def _common_end(rows: Versions, documents: Versions) -> UUID | None:
    """Up to which id both pages are whole; None: both are the last."""
    ends = [max(page) for page in (rows, documents) if len(page) == PAGE]
    return min(ends) if ends else None


def _up_to(last: UUID | None, versions: Versions) -> Versions:
    return {id: version for id, version in versions.items() if last is None or id <= last}
