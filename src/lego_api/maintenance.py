"""What requests could not finish: side effects that failed or were cut off."""

import asyncio
import logging

from lego_api.config import Settings
from lego_api.resources import Resources

logger = logging.getLogger(__name__)


async def run_once(resources: Resources) -> int:
    """Relays what is due; the number of outbox entries that are done with."""
    return await resources.outbox.relay()


async def run_alone(settings: Settings) -> int:
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
