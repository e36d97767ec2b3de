"""The scheduled function: finishes what requests could not."""

import asyncio
import logging
from dataclasses import asdict
from typing import Any

from lego_api import maintenance
from lego_api.adapters import tracing
from lego_api.entrypoints.process import prepare
from lego_api.resources import Resources

logger = logging.getLogger(__name__)

# One loop and one set of connections for the sandbox's life: connections belong to the loop that opened them.
_runner = asyncio.Runner()
_resources: Resources | None = None


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    global _resources
    if _resources is None:
        _resources = Resources(prepare())
    done = asdict(_runner.run(_run(_resources)))
    logger.info("maintenance", extra=done)
    return done


async def _run(resources: Resources) -> maintenance.Done:
    with tracing.invocation("maintenance"):
        return await maintenance.run_once(resources)
