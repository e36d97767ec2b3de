"""Builds an index anew from the database, while everybody goes on searching the old one and writing.

It fills an index that nobody searches yet, in the order of ids, so whoever comes after a process that died goes on
where that ended. Then it compares both and mends what was written meanwhile, lets the searches change over, and mends
once more what was on its way at that moment. Nothing of this minds that another process does the same.

Until all of that is done the index has an alias of its own, by which it is filled. So anybody can tell what is left:

    its own alias alone             to be filled
    its own, and that of searches   to be mended once more
    that of searches alone          nothing
"""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from lego_api.adapters.search import JOB_SECONDS, SearchCluster
from lego_api.db import Sessions, unit_of_work
from lego_api.errors import SearchUnavailable
from lego_api.search_index.comparing import Comparing, Drift, in_batches
from lego_api.search_index.documents import Documents
from lego_api.search_index.kinds import KINDS, Kind

logger = logging.getLogger(__name__)

ROWS = 500  # read and written at once
MOST_ROUNDS = 5  # of mending before the change over; what is left is caught up with, or mended after it

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
        """The kinds whose index is not there, or not done. Raises as all do."""
        indices = await self._cluster.indices(f"{self._prefix}-*")
        done = {alias for name, aliases in indices.items() if _own(name) not in aliases for alias in aliases}
        return [kind for kind in KINDS.values() if kind.alias(self._prefix) not in done]

    async def rebuild(self, kind: Kind, progress: Progress = lambda _done, _all: None, *, until: float = 0.0) -> None:
        """`until`: on the monotonic clock; 0 is for ever. Raises `SearchUnavailable` and `OutOfTime`."""
        while True:
            index = await self._unfinished(kind)
            try:
                return await self._build(kind, index, progress, until)
            except SearchUnavailable:
                aliases = (await self._indices(kind)).get(index)
                if aliases is not None:
                    if _own(index) in aliases:
                        raise
                    return  # somebody else was quicker

    async def check(self, kind: Kind) -> Drift:
        """What differs, and will still: what is being written, or waits for it, is no difference."""
        alias = kind.alias(self._prefix)
        total = Drift()
        async for page in self._comparing.pages(kind, alias):
            total.add(page)
        left = await self._comparing.for_good(kind, alias, total.ids)
        return Drift(total.rows, total.documents, left.missing, left.stale, left.extra, left.waiting)

    async def mend(self, kind: Kind, alias: str | None = None) -> Drift:
        """Brings what differs up to date; what that was."""
        alias = alias or kind.alias(self._prefix)
        total = Drift()
        async for page in self._comparing.pages(kind, alias):
            total.add(page)
            await self._sync(kind, page.ids, alias)
        return total

    async def _build(self, kind: Kind, index: str, progress: Progress, until: float) -> None:
        own, searched = _own(index), kind.alias(self._prefix)
        await self._fill(kind, own, progress, until)
        for _ in range(MOST_ROUNDS):
            last_version = await self._comparing.last_version()
            if not (await self.mend(kind, own)).ids:
                break
        # Mending reads everything. These two do not, so hardly anything is out of date when it comes to be searched.
        last_version = await self._catch_up(kind, own, last_version)
        await self._change_over(kind, index)
        await self._catch_up(kind, searched, last_version)
        await self.mend(kind, searched)
        await self._cluster.change_aliases([{"remove": {"index": index, "alias": own, "must_exist": False}}])

    async def _unfinished(self, kind: Kind) -> str:
        """The index to build: one that somebody has begun, else a new one."""
        alias = kind.alias(self._prefix)
        indices = {name: aliases for name, aliases in (await self._indices(kind)).items() if name.startswith(alias)}
        if begun := [name for name, aliases in indices.items() if _own(name) in aliases]:
            return max(begun)
        last = max((int(name.rpartition("-")[2]) for name in indices), default=0)
        index = f"{alias}-{last + 1:06}"
        # Written to by an alias only, so that no write can bring an index into being that is not as it should be.
        await self._cluster.create(index, {**kind.mapping, "aliases": {_own(index): {}}})
        return index

    async def _fill(self, kind: Kind, alias: str, progress: Progress, until: float) -> None:
        """With time for one batch at least, so that every run gets on."""
        id = kind.id_and_version[0]
        after, total = await self._comparing.last_id(alias), await self._comparing.count(kind)
        done = 0 if after is None else await self._comparing.count(kind, up_to=after)
        while True:
            progress(done, total)
            statement = kind.rows().order_by(id).limit(ROWS)
            if after is not None:
                statement = statement.where(id > after)
            async with unit_of_work(self._read_sessions) as work:
                rows = (await work.session.execute(statement)).mappings().all()
            if not rows:
                return
            _raise_first(await self._documents.index(kind, rows, alias))
            after, done = rows[-1]["id"], done + len(rows)
            if until and time.monotonic() > until:
                raise OutOfTime

    async def _catch_up(self, kind: Kind, alias: str, last_version: int) -> int:
        """Writes what is newer than a version; how far that goes."""
        now = await self._comparing.last_version()
        await self._sync(kind, await self._comparing.written_since(kind, last_version), alias)
        return now

    async def _sync(self, kind: Kind, ids: Sequence[UUID], alias: str) -> None:
        for some in in_batches(ids, ROWS):
            async with unit_of_work(self._sessions) as work:
                _raise_first(await self._documents.sync(work.session, kind, some, alias, seconds=JOB_SECONDS))

    async def _change_over(self, kind: Kind, index: str) -> None:
        """Searches and writes go to this index from now on; the others of its kind go, but those only being built."""
        alias, others = kind.alias(self._prefix), await self._indices(kind)
        from_all = {"remove": {"index": f"{alias}-*", "alias": alias, "must_exist": False}}
        try:
            await self._cluster.change_aliases([from_all, {"add": {"index": index, "alias": alias}}])
        except SearchUnavailable:  # perhaps an old one is gone, because somebody else has changed over
            if alias not in (await self._indices(kind)).get(index, ()):
                raise
        for name, aliases in others.items():
            if name != index and aliases != {_own(name)}:
                await self._cluster.delete(name)
        logger.info("%s is searched in %s", kind.name, index)

    async def _indices(self, kind: Kind) -> Mapping[str, frozenset[str]]:
        """All of this kind, of whatever mapping, and no others: another prefix may begin with ours."""
        family = kind.family(self._prefix)
        found = await self._cluster.indices(f"{family}-*")
        ours = re.compile(re.escape(family) + r"-[0-9a-f]{8}-\d{6,}")
        return {name: aliases for name, aliases in found.items() if ours.fullmatch(name)}


def _own(index: str) -> str:
    """The alias by which an index is filled, until it is done."""
    return f"{index}.filling"


def _raise_first(failures: Mapping[UUID, Exception]) -> None:
    for failure in failures.values():
        raise failure
