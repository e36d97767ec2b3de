"""Asks every part, side by side, and waits for none longer than `TIMEOUT`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from lego_api.db import ping
from lego_api.errors import StorageUnavailable
from lego_api.health.schemas import Breakers, Component, Components
from lego_api.resources import Resources

logger = logging.getLogger(__name__)

TIMEOUT = 1.0  # seconds

Ask = Callable[[], Awaitable[None]]


class HealthProbes:
    """Anybody may ask, as often as they like: who asks while the parts are being asked gets the same answer."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._round: asyncio.Task[Components] | None = None
        self._unanswered: set[asyncio.Task[bool]] = set()  # kept from the garbage collector while they end

    def breakers(self) -> Breakers:
        parts = (self._resources.cache, self._resources.search_cluster, self._resources.user_pool)
        return Breakers.model_validate({part.breaker.part: part.breaker.state for part in parts})

    async def components(self) -> Components:
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._ask_all())
        return await asyncio.shield(self._round)

    async def _ask_all(self) -> Components:
        resources = self._resources
        # The time is for the parts to answer, and not for us to load what asks them.
        with suppress(StorageUnavailable):  # which asking finds out again
            await resources.storage.prepare()
        if resources.search_cluster.enabled:
            await resources.search_cluster.prepare()
        asked = {"database": self._start("database", lambda: ping(resources.read_sessions))}
        if resources.cache.enabled:
            asked["redis"] = self._start("redis", resources.cache.ping)
        if resources.search_cluster.enabled:
            asked["opensearch"] = self._start("opensearch", resources.search_cluster.ping)
        asked["storage"] = self._start("storage", resources.storage.ping)
        await asyncio.wait(asked.values(), timeout=TIMEOUT)
        return Components.model_validate(
            {part: self._outcome(part, asked.get(part)) for part in Components.model_fields}
        )

    def _start(self, part: str, ask: Ask) -> asyncio.Task[bool]:
        return asyncio.create_task(_answers(part, ask))

    def _outcome(self, part: str, task: asyncio.Task[bool] | None) -> Component:
        if task is None:
            return "disabled"
        if task.done():
            return "healthy" if task.result() else "unhealthy"
        logger.warning("%s did not answer in time", part)
        # Not awaited: taking leave of a connection that hangs may take longer than all the rest.
        task.cancel()
        self._unanswered.add(task)
        task.add_done_callback(self._unanswered.discard)
        return "unhealthy"


async def _answers(part: str, ask: Ask) -> bool:
    try:
        await ask()
    except Exception as error:
        logger.warning("%s does not answer: %s", part, type(error).__name__)
        return False
    return True
