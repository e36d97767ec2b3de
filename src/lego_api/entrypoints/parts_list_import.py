"""The function that S3's events call: reads parts lists that have been stored.

An object that fails for now makes the invocation fail, so that it is tried again; of SQS messages, only its own.
"""

import asyncio
import logging
from typing import Any

from lego_api.adapters import tracing
from lego_api.entrypoints.process import prepare
from lego_api.errors import Unavailable
from lego_api.parts_lists.events import stored_objects
from lego_api.parts_lists.importing import PartsListImports
from lego_api.resources import Resources

logger = logging.getLogger(__name__)

# One loop and one set of connections for the sandbox's life: connections belong to the loop that opened them.
_runner = asyncio.Runner()
_resources: Resources | None = None


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    global _resources
    if _resources is None:
        _resources = Resources(prepare())
    return _runner.run(_run(event, _resources))


async def _run(event: dict[str, Any], resources: Resources) -> dict[str, Any]:
    with tracing.invocation("parts list import"):
        return await import_stored(event, resources)


async def import_stored(event: dict[str, Any], resources: Resources) -> dict[str, Any]:
    """Answers the messages of SQS that are to be sent again; raises what else failed, after all have been tried."""
    imports = PartsListImports(resources)
    failures: list[Exception] = []
    again: dict[str, None] = {}  # of a message with several objects, more than one may fail
    for stored in stored_objects(event):
        if stored.bucket != resources.settings.s3_bucket:
            logger.warning("an event of another bucket is ignored", extra={"bucket": stored.bucket})
            continue
        try:
            await imports.import_object(stored.key)
        except Exception as error:
            _log(stored.key, error)
            if stored.message_id is None:
                failures.append(error)
            else:
                again[stored.message_id] = None
    if failures:
        raise ExceptionGroup("parts lists that could not be read", failures)
    return {"batchItemFailures": [{"itemIdentifier": id} for id in again]}


def _log(key: str, error: Exception) -> None:
    if isinstance(error, Unavailable):
        logger.warning("a parts list cannot be read yet: %s", error.message, extra={"key": key})
    else:
        logger.error("a parts list could not be read", extra={"key": key}, exc_info=error)
