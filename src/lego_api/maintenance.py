"""What requests could not finish: side effects that failed or were cut off, uploads and parts lists left lying."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from lego_api.config import Settings
from lego_api.db import unit_of_work
from lego_api.errors import SearchUnavailable
from lego_api.metrics import SECONDS, emit
from lego_api.outbox import Backlog
from lego_api.parts_lists.resuming import resume_imports
from lego_api.pending_uploads import PendingUploads
from lego_api.resources import Resources
from lego_api.search_index.documents import Refused
from lego_api.search_index.rebuilding import OutOfTime

logger = logging.getLogger(__name__)

RUN_SECONDS = 120.0  # after which a run begins nothing more
BUILD_SECONDS = 40.0  # for the indices of one run


@dataclass(frozen=True, slots=True)
class Done:
    """Outbox entries that are done with, direct uploads that were never finalized, parts lists that were read late.

    `built`: indices that could not be searched before. Of the outbox, in all: entries that are still `due`, and those
    that are given up, `dead`.
    """

    relayed: int
    expired: int
    imported: int
    built: int
    due: int
    dead: int


async def run_once(resources: Resources) -> Done:
    """Everything is tried, also when something fails. Then raises what failed."""
    until = time.monotonic() + RUN_SECONDS
    failures: list[Exception] = []

    async def tried(job: Callable[[Resources], Awaitable[int]]) -> int:
        try:
            return await job(resources)
        except Exception as error:
            failures.append(error)
            return 0

    await tried(_find_search)
    relayed, expired, imported = await tried(_relay), await tried(_expire), await tried(resume_imports)
    built = await tried(_build_missing)  # last, for it may take longer than there is time for
    if built and (left := until - time.monotonic()) > 0:
        relayed += await tried(lambda resources: resources.outbox.relaying.run(left))
    backlog = Backlog(0, 0.0, 0)
    try:
        backlog = await _measure(resources)
    except Exception as error:
        failures.append(error)
    done = Done(relayed, expired, imported, built, backlog.due, backlog.dead)
    if failures:
        raise ExceptionGroup(f"of the maintenance, this was done: {done}", failures)
    return done


async def run_alone(settings: Settings) -> Done:
    """The same, with connections of its own."""
    resources = Resources(settings)
    try:
        return await run_once(resources)
    finally:
        await resources.aclose()


async def revive(settings: Settings) -> int:
    """Makes the outbox entries that are given up due again; how many there were."""
    resources = Resources(settings)
    try:
        return await resources.outbox.relaying.revive()
    finally:
        await resources.aclose()


async def run_for_ever(resources: Resources) -> None:
    """The schedule of a server that is its own; in AWS a function is called instead."""
    while True:
        await asyncio.sleep(resources.settings.maintenance_interval)
        try:
            await run_once(resources)
        except Exception:
            logger.exception("maintenance failed; it runs again in a moment")


async def _find_search(resources: Resources) -> int:
    """It may be back while its breaker still rests: nothing is to wait for the next run because of that."""
    if resources.search_cluster.enabled and resources.search_cluster.breaker.state == "open":
        with suppress(SearchUnavailable):
            await resources.search_cluster.probe(f"{resources.settings.opensearch_index_prefix}-*")
    return 0


async def _build_missing(resources: Resources) -> int:
    """Indices of a cluster that is new, or of a mapping that is."""
    if not resources.search_cluster.enabled:
        return 0
    until, built = time.monotonic() + BUILD_SECONDS, 0
    refused: list[Exception] = []
    try:
        for kind in await resources.rebuilding.missing():
            try:
                await resources.rebuilding.rebuild(kind, until=until)
                built += 1
            except Refused as error:  # of this kind; the others can be searched all the same
                refused.append(error)
    except SearchUnavailable:
        logger.warning("OpenSearch does not answer: PostgreSQL answers searches")
    except OutOfTime:
        logger.warning("the search index is being built: the next run goes on")
    if refused:
        raise ExceptionGroup("OpenSearch refuses documents", refused)
    return built


async def _relay(resources: Resources) -> int:
    return await resources.outbox.relaying.run()


async def _measure(resources: Resources) -> Backlog:
    backlog = await resources.outbox.relaying.backlog()
    emit("OutboxDue", backlog.due)
    emit("OutboxAge", backlog.oldest_seconds, SECONDS)
    emit("OutboxDead", backlog.dead)
    return backlog


async def _expire(resources: Resources) -> int:
    async with unit_of_work(resources.sessions) as work:
        return await PendingUploads(work, resources.outbox).expire(resources.cache, resources.search_index)
