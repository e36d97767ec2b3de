"""`lego-api reindex`: the search index built, checked and mended by hand, with a progress bar."""

import sys
from collections.abc import Awaitable, Callable, Sequence

from tqdm import tqdm

from lego_api.config import Settings
from lego_api.errors import SearchUnavailable
from lego_api.resources import Resources
from lego_api.search_index import KINDS, Kind
from lego_api.search_index.comparing import Drift
from lego_api.search_index.rebuilding import Rebuilding


async def rebuild(settings: Settings, names: Sequence[str] | None) -> bool:
    async def job(rebuilding: Rebuilding, kind: Kind) -> bool:
        with tqdm(desc=kind.name, unit=" rows", file=sys.stderr) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = max(total, done)
                bar.update(done - bar.n)

            await rebuilding.rebuild(kind, progress)
        return True

    return await _each(settings, names, job)


async def check(settings: Settings, names: Sequence[str] | None) -> bool:
    """Whether the index is what the database is."""

    async def job(rebuilding: Rebuilding, kind: Kind) -> bool:
        drift = await rebuilding.check(kind)
        print(_described(kind, drift))
        for name in ("missing", "stale", "extra"):
            for id in getattr(drift, name):
                print(f"  {name:8}{id}")
        return not drift.ids

    return await _each(settings, names, job)


async def mend(settings: Settings, names: Sequence[str] | None) -> bool:
    async def job(rebuilding: Rebuilding, kind: Kind) -> bool:
        print(f"{_described(kind, await rebuilding.mend(kind))}: mended")
        return True

    return await _each(settings, names, job)


def _described(kind: Kind, drift: Drift) -> str:
    return (
        f"{kind.name}: {drift.rows} rows, {drift.documents} documents; "
        f"{len(drift.missing)} missing, {len(drift.stale)} stale, {len(drift.extra)} extra"
    )


async def _each(
    settings: Settings, names: Sequence[str] | None, job: Callable[[Rebuilding, Kind], Awaitable[bool]]
) -> bool:
    if unknown := set(names or ()) - KINDS.keys():
        print(f"there is no kind {', '.join(unknown)}: it is one of {', '.join(KINDS)}", file=sys.stderr)
        return False
    resources = Resources(settings)
    try:
        return all([await job(resources.rebuilding, KINDS[name]) for name in names or KINDS])
    except SearchUnavailable:
        print("OpenSearch does not answer, or has no complete index yet; see the log above", file=sys.stderr)
        return False
    finally:
        await resources.aclose()
