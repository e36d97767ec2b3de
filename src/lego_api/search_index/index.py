"""The search index as the application uses it: things are found in it, and it is told what has changed."""

import time
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
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    ids: Sequence[UUID]
    total: int


class SearchIndex:
    def __init__(self, cluster: SearchCluster, outbox: Outbox, prefix: str, *, patience: float) -> None:
        """`patience`: seconds that an entry may be due. Until then, whoever wrote it is still at it."""
        self._cluster = cluster
        self._outbox = outbox
        self._prefix = prefix
        self._patience = patience
        self._behind: dict[str, tuple[float, bool]] = {}

    @property
    def enabled(self) -> bool:
        return self._cluster.enabled

    async def answers(self, wanted: Wanted) -> bool:
        """Whether it is to be asked: it was well when it last was, and has been told all that was written."""
        if not self.enabled or not wanted.is_for_index or self._cluster.breaker.is_resting:
            return False
        return not await self._is_behind(wanted.kind)

    async def _is_behind(self, kind: Kind) -> bool:
        """Whether something waits for the maintenance job, as after an outage; looked up twice a second."""
        known_until, behind = self._behind.get(kind.name, (0.0, False))
        if time.monotonic() >= known_until:
            behind = await self._outbox.relaying.is_behind(INDEX, kind.name, self._patience)
            self._behind[kind.name] = (time.monotonic() + LOOK_SECONDS, behind)
        return behind

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
