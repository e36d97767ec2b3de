"""`lego-api reindex`: the search index built, checked and mended by hand, with a progress bar."""

import sys
from collections.abc import Awaitable, Callable, Sequence

from tqdm import tqdm

from lego_api.config import Settings
from lego_api.errors import DatabaseUnavailable, SearchUnavailable
from lego_api.resources import Resources
from lego_api.search_index import KINDS, Kind
from lego_api.search_index.comparing import Drift
from lego_api.search_index.documents import Refused
from lego_api.search_index.rebuilding import Rebuilding


async def rebuild(settings: Settings, names: Sequence[str] | None) -> bool:
    async def job(rebuilding: Rebuilding, kind: Kind) -> bool:
        with tqdm(desc=kind.name, unit=" rows", file=sys.stderr) as bar:

            def progress(done: int, total: int) -> None:
                if bar.total is None:
                    bar.initial = bar.n = done  # the rate is of what this run does
                bar.total = max(total, done)
                bar.update(done - bar.n)

            await rebuilding.rebuild(kind, progress)
        return True

    return await _each(settings, names, job)


async def check(settings: Settings, names: Sequence[str] | None) -> bool:
    """Whether the index is what the database is."""

    async def job(rebuilding: Rebuilding, kind: Kind) -> bool:
        drift = await rebuilding.check(kind)
        print(f"{kind.name}: {drift.rows} rows, {drift.documents} documents; {_differences(drift)}")
        for name in ("missing", "stale", "extra"):
            for id in getattr(drift, name):
                print(f"  {name:8}{id}")
        return not drift.ids

    return await _each(settings, names, job)


async def mend(settings: Settings, names: Sequence[str] | None) -> bool:
    """Whether the index is what the database is, afterwards."""

    async def job(rebuilding: Rebuilding, kind: Kind) -> bool:
        mended, left = await rebuilding.mend(kind), await rebuilding.check(kind)
        print(f"{kind.name}: {_differences(mended)}: mended")
        if left.ids:  # newer than the database: it has been set back
            print(f"{kind.name}: {_differences(left)}: left, so `lego-api reindex {kind.name}` has to build it anew")
        return not left.ids

    return await _each(settings, names, job)


def _differences(drift: Drift) -> str:
    waiting = f", {drift.waiting} waiting to be written" if drift.waiting else ""
    return f"{len(drift.missing)} missing, {len(drift.stale)} stale, {len(drift.extra)} extra{waiting}"


async def _each(
    settings: Settings, names: Sequence[str] | None, job: Callable[[Rebuilding, Kind], Awaitable[bool]]
) -> bool:
    if unknown := set(names or ()) - KINDS.keys():
        return _failed(f"there is no kind {', '.join(unknown)}: it is one of {', '.join(KINDS)}")
    resources = Resources(settings)
    try:
        return all([await job(resources.rebuilding, KINDS[name]) for name in names or KINDS])
    except SearchUnavailable:
        return _failed("OpenSearch does not answer, or has no complete index yet; see the log above")
    except DatabaseUnavailable:
        return _failed("the database does not answer; see the log above")
    except Refused as error:
        return _failed(f"OpenSearch refuses a document: {error}")
    finally:
        await resources.aclose()


def _failed(reason: str) -> bool:
    print(reason, file=sys.stderr)
    return False
