"""Asks every part, side by side, and waits for none longer than `TIMEOUT`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from lego_api.db import ping
from lego_api.health.schemas import Component, Components
from lego_api.resources import Resources

logger = logging.getLogger(__name__)

TIMEOUT = 1.0  # seconds


async def probe_all(resources: Resources) -> Components:
    database, redis, opensearch, storage = await asyncio.gather(
        _probe("database", lambda: ping(resources.read_sessions)),
        _probe("redis", resources.cache.ping if resources.cache.enabled else None),
        _probe("opensearch", resources.search.ping if resources.search.enabled else None),
        _probe("storage", resources.storage.ping),
    )
    return Components(database=database, redis=redis, opensearch=opensearch, storage=storage)


async def _probe(part: str, ask: Callable[[], Awaitable[None]] | None) -> Component:
    if ask is None:
        return "disabled"
    try:
        async with asyncio.timeout(TIMEOUT):
            await ask()
    except Exception as error:
        logger.warning("%s does not answer: %s", part, type(error).__name__)
        return "unhealthy"
    return "healthy"
