"""The search index as the application uses it: things are found in it, and it is told what has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lego_api.adapters.search import SearchCluster
from lego_api.db import UnitOfWork
from lego_api.outbox import Outbox
from lego_api.schemas import CANONICAL_ID
from lego_api.search_index.kinds import INDEX, Kind
from lego_api.search_index.queries import Wanted

IDS_OF_AN_ENTRY = 200


@dataclass(frozen=True, slots=True)
class Found:
    ids: Sequence[UUID]
    total: int


class SearchIndex:
    def __init__(self, cluster: SearchCluster, outbox: Outbox, prefix: str) -> None:
        self._cluster = cluster
        self._outbox = outbox
        self._prefix = prefix

    @property
    def enabled(self) -> bool:
        return self._cluster.enabled

    def answers(self, wanted: Wanted) -> bool:
        """Whether it is to be asked, and was well when it last was."""
        return self.enabled and wanted.is_for_index and not self._cluster.breaker.is_resting

    async def find(self, wanted: Wanted) -> Found:
        """Raises `SearchUnavailable`, also where no complete index is there yet."""
        hits = await self._cluster.search(wanted.kind.alias(self._prefix), wanted.body())
        ids = [hit["_id"] for hit in hits["hits"]]
        rows = list(dict.fromkeys(UUID(id) for id in ids if CANONICAL_ID.fullmatch(id)))
        return Found(rows, hits["total"]["value"] - (len(ids) - len(rows)))

    def changed(self, work: UnitOfWork, kind: Kind, ids: Sequence[UUID]) -> None:
        """Once `work` has committed, brings the index up to date with rows that were written or deleted.

        What is written is what the rows are when it is done, so nothing need be said about the change itself.
        """
        if self.enabled:
            self._cluster.warm()
            for start in range(0, len(ids), IDS_OF_AN_ENTRY):
                part = [str(id) for id in ids[start : start + IDS_OF_AN_ENTRY]]
                self._outbox.record(work, INDEX, {"kind": kind.name, "ids": part})
