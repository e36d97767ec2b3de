"""What requests could not finish: side effects that failed or were cut off, uploads and parts lists left lying."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lego_api.config import Settings
from lego_api.db import unit_of_work
from lego_api.parts_lists.resuming import resume_imports
from lego_api.pending_uploads import PendingUploads
from lego_api.resources import Resources

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """Outbox entries that are done with, direct uploads that were never finalized, parts lists that were read late."""

    relayed: int
    expired: int
    imported: int


async def run_once(resources: Resources) -> Done:
    """Everything is tried, also when something fails. Then raises what failed."""
    failures: list[Exception] = []

    async def tried(job: Callable[[Resources], Awaitable[int]]) -> int:
        try:
            return await job(resources)
        except Exception as error:
            failures.append(error)
            return 0

    done = Done(relayed=await tried(_relay), expired=await tried(_expire), imported=await tried(resume_imports))
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


async def run_for_ever(resources: Resources) -> None:
    """The schedule of a server that is its own; in AWS a function is called instead."""
    while True:
        await asyncio.sleep(resources.settings.maintenance_interval)
        try:
            await run_once(resources)
        except Exception:
            logger.exception("maintenance failed; it runs again in a moment")


async def _relay(resources: Resources) -> int:
    return await resources.outbox.relay()


async def _expire(resources: Resources) -> int:
    async with unit_of_work(resources.sessions) as work:
        return await PendingUploads(work, resources.outbox).expire(resources.cache)
