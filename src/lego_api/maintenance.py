"""What requests could not finish: side effects that failed or were cut off."""

import asyncio
import logging
from dataclasses import dataclass

from lego_api.config import Settings
from lego_api.db import unit_of_work
from lego_api.parts_lists.importing import PartsListImports
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
    relayed = await resources.outbox.relay()
    async with unit_of_work(resources.sessions) as work:
        expired = await PendingUploads(work, resources.outbox).expire()
    return Done(relayed, expired, imported=await PartsListImports(resources).resume())


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
        try:
            await run_once(resources)
        except Exception:
            logger.exception("maintenance failed; it runs again in a moment")
        await asyncio.sleep(resources.settings.maintenance_interval)
