"""Reading the files whose event was lost, or came and failed too often."""

import logging
import time
from datetime import timedelta

from lego_api.db import unit_of_work
from lego_api.errors import Unavailable
from lego_api.models import utc_now
from lego_api.parts_lists.importing import PartsListImports
from lego_api.parts_lists.repository import PartsListRepository
from lego_api.resources import Resources

logger = logging.getLogger(__name__)

OVERDUE = timedelta(minutes=5)  # so long after it was stored, or tried, a file that is not read is tried again
RESUME_SECONDS = 40.0  # for one run


async def resume_imports(resources: Resources, *, seconds: float = RESUME_SECONDS) -> int:
    """Reads what has been waiting too long; how many files that were. What fails is put off, and stops no other.

    A file is put off before it is tried: one that brings the process down does not do so again at once.
    """
    deadline, since, tried = time.monotonic() + seconds, utc_now() - OVERDUE, 0
    imports = PartsListImports(resources)
    while time.monotonic() < deadline:
        async with unit_of_work(resources.sessions) as work:
            key = await PartsListRepository(work.session).take_unread(since)
        if key is None:
            return tried
        logger.warning("a parts list has not been read in time; it is read now", extra={"key": key})
        tried += 1
        try:
            await imports.import_object(key)
        except Exception as error:
            unknown = None if isinstance(error, Unavailable) else error
            logger.error("a parts list still cannot be read", extra={"key": key}, exc_info=unknown)  # noqa: TRY400
    logger.warning("parts lists are left to the next run")
    return tried
