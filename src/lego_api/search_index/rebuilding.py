"""Builds an index anew from the database, while everybody goes on searching the old one and writing.

It fills an index that nobody searches yet, in the order of ids, so whoever comes after a process that died goes on
where that ended. Then it compares both and mends what was written meanwhile, lets the searches change over, and mends
once more what was on its way at that moment. Nothing of this minds that another process does the same.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from uuid import UUID

from lego_api.adapters.search import JOB_SECONDS, SearchCluster
from lego_api.db import Sessions, unit_of_work
from lego_api.search_index.comparing import Comparing, Drift
from lego_api.search_index.documents import Documents
from lego_api.search_index.kinds import KINDS, Kind

logger = logging.getLogger(__name__)

FILL_ROWS = 1000  # read and written at once
SECOND_LOOKS, SECOND_LOOK_SECONDS = 10, 1.0
MOST_ROUNDS = 5  # of mending before the change over; what is left is in the outbox, or mended after it

Progress = Callable[[int, int], None]  # rows that are done, and all of them


class OutOfTime(Exception):
    """The next run goes on from here."""


class Rebuilding:
    def __init__(self, cluster: SearchCluster, sessions: Sessions, read_sessions: Sessions, prefix: str) -> None:
        self._cluster = cluster
        self._sessions = sessions
        self._read_sessions = read_sessions
        self._prefix = prefix
        self._documents = Documents(cluster, prefix)
        self._comparing = Comparing(cluster, read_sessions)

    async def missing(self) -> list[Kind]:
        """The kinds that cannot be searched, because their index is not there or not complete. Raises as all do."""
        indices = await self._cluster.indices(f"{self._prefix}-*")
        aliases = {alias for of_one in indices.values() for alias in of_one}
        return [kind for kind in KINDS.values() if kind.alias(self._prefix) not in aliases]

    async def rebuild(self, kind: Kind, progress: Progress = lambda _done, _all: None, *, until: float = 0.0) -> None:
        """`until`: on the monotonic clock; 0 is for ever. Raises `SearchUnavailable` and `OutOfTime`."""
        index = await self._unfinished(kind)
        filling = _filling(index)
        await self._fill(kind, filling, progress, until)
        for _ in range(MOST_ROUNDS):
            if not (await self.mend(kind, filling)).ids:
                break
        await self._change_over(kind, index)
        await self.mend(kind, kind.alias(self._prefix))

    async def check(self, kind: Kind) -> Drift:
        """What differs, and still does a while later: what is just being written is no difference."""
        alias = kind.alias(self._prefix)
        total = Drift()
        async for page in self._comparing.pages(kind, alias):
            for _ in range(SECOND_LOOKS):
                if not page.ids:
                    break
                await asyncio.sleep(SECOND_LOOK_SECONDS)
                again = await self._comparing.some(kind, alias, page.ids)
                page.missing, page.stale, page.extra = again.missing, again.stale, again.extra
            total.add(page)
        return total

    async def mend(self, kind: Kind, alias: str | None = None) -> Drift:
        """Brings what differs up to date; what that was."""
        alias = alias or kind.alias(self._prefix)
        total = Drift()
        async for page in self._comparing.pages(kind, alias):
            total.add(page)
            if page.ids:
                async with unit_of_work(self._sessions) as work:
                    _raise_first(await self._documents.sync(work.session, kind, page.ids, alias, seconds=JOB_SECONDS))
        return total

    async def _unfinished(self, kind: Kind) -> str:
        """The index to build: one that somebody has begun, else a new one."""
        alias = kind.alias(self._prefix)
        indices = await self._cluster.indices(f"{alias}-*")
        begun = [name for name, aliases in indices.items() if _filling(name) in aliases and alias not in aliases]
        if begun:
            return max(begun)
        last = max((int(name.rpartition("-")[2]) for name in indices), default=0)
        index = f"{alias}-{last + 1:06}"
        # Written to by an alias only, so that no write can bring an index into being that is not as it should be.
        await self._cluster.create(index, {**kind.mapping, "aliases": {_filling(index): {}}})
        return index

    async def _fill(self, kind: Kind, alias: str, progress: Progress, until: float) -> None:
        id = kind.id_and_version[0]
        after, total = await self._comparing.last_id(alias), await self._comparing.count(kind)
        done = 0 if after is None else await self._comparing.count(kind, up_to=after)
        while True:
            progress(done, total)
            if until and time.monotonic() > until:
                raise OutOfTime
            statement = kind.rows().order_by(id).limit(FILL_ROWS)
            if after is not None:
                statement = statement.where(id > after)
            async with unit_of_work(self._read_sessions) as work:
                rows = (await work.session.execute(statement)).mappings().all()
            if not rows:
                return
            _raise_first(await self._documents.index(kind, rows, alias))
            after, done = rows[-1]["id"], done + len(rows)

    async def _change_over(self, kind: Kind, index: str) -> None:
        """Searches and writes go to this index from now on; the others of its kind go, but those being built."""
        alias, others = kind.alias(self._prefix), await self._cluster.indices(f"{kind.family(self._prefix)}-*")
        bearing = [name for name, aliases in others.items() if alias in aliases and name != index]
        add = {"add": {"index": index, "alias": alias}}
        await self._cluster.change_aliases(
            [add, *({"remove": {"index": name, "alias": alias, "must_exist": False}} for name in bearing)]
        )
        for name, aliases in others.items():
            if name != index and aliases - {_filling(name)}:
                await self._cluster.delete(name)
        logger.info("%s is searched in %s", kind.name, index)


def _filling(index: str) -> str:
    """The alias by which an index is filled."""
    return f"{index}.filling"


def _raise_first(failures: Mapping[UUID, Exception]) -> None:
    for failure in failures.values():
        raise failure
