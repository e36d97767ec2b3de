"""Compares an index with the database, id by id, in memory that does not grow with either."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from lego_api.adapters.search import JOB_SECONDS, SearchCluster
from lego_api.db import Sessions, unit_of_work
from lego_api.search_index.kinds import Kind

PAGE = 2000

Versions = dict[UUID, int]


@dataclass(slots=True)
class Drift:
    """Ids in which an index and the database differ: `missing` from the index, older there, or without a row."""

    rows: int = 0
    documents: int = 0
    missing: list[UUID] = field(default_factory=list)
    stale: list[UUID] = field(default_factory=list)
    extra: list[UUID] = field(default_factory=list)

    @property
    def ids(self) -> Sequence[UUID]:
        return [*self.missing, *self.stale, *self.extra]

    def note(self, rows: Versions, documents: Versions) -> None:
        """Adds the differences between some rows and the documents of the same ids."""
        self.rows += len(rows)
        self.documents += len(documents)
        self.missing += rows.keys() - documents.keys()
        self.stale += (id for id in rows.keys() & documents.keys() if rows[id] != documents[id])
        self.extra += documents.keys() - rows.keys()

    def add(self, other: "Drift") -> None:
        self.rows += other.rows
        self.documents += other.documents
        self.missing += other.missing
        self.stale += other.stale
        self.extra += other.extra


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

    async def pages(self, kind: Kind, alias: str) -> AsyncIterator[Drift]:
        """The differences, one part of all the ids after the other.

        While others write, some are none any more when they are looked at: between two readings a row came or went.
        """
        await self._cluster.refresh(alias)
        after: UUID | None = None
        while True:
            rows, documents = await self._rows(kind, after), await self._documents(alias, after)
            last = _common_end(rows, documents)
            drift = Drift()
            drift.note(_up_to(last, rows), _up_to(last, documents))
            yield drift
            if last is None:
                return
            after = last

    async def some(self, kind: Kind, alias: str, ids: Sequence[UUID]) -> Drift:
        """The differences of a page of ids at most."""
        await self._cluster.refresh(alias)
        drift = Drift()
        drift.note(await self._rows(kind, among=ids), await self._documents(alias, among=ids))
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


def _common_end(rows: Versions, documents: Versions) -> UUID | None:
    """Up to which id both pages are whole; None: both are the last."""
    ends = [max(page) for page in (rows, documents) if len(page) == PAGE]
    return min(ends) if ends else None


def _up_to(last: UUID | None, versions: Versions) -> Versions:
    return {id: version for id, version in versions.items() if last is None or id <= last}
