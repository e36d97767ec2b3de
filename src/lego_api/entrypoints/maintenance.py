"""The scheduled function: finishes what requests could not."""

import asyncio
import logging
from dataclasses import asdict
from typing import Any

from lego_api import maintenance, metrics
from lego_api.config import get_settings
from lego_api.observability import configure_logging
from lego_api.resources import Resources

logger = logging.getLogger(__name__)

# One loop and one set of connections for the sandbox's life: connections belong to the loop that opened them.
_runner = asyncio.Runner()
_resources: Resources | None = None


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    global _resources
    if _resources is None:
        configure_logging(get_settings().log_level)
        metrics.configure(get_settings().environment)
        _resources = Resources(get_settings())
    done = asdict(_runner.run(maintenance.run_once(_resources)))
    logger.info("maintenance", extra=done)
    return done
