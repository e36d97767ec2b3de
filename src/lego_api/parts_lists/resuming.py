"""Reading the files whose event was lost, or came and failed too often."""

import logging
import time
from datetime import timedelta

from lego_api.db import unit_of_work
from lego_api.errors import Unavailable
from lego_api.models import PartsList, utc_now
from lego_api.parts_lists.importing import PartsListImports
from lego_api.parts_lists.repository import PartsListRepository
from lego_api.resources import Resources

logger = logging.getLogger(__name__)

OVERDUE = timedelta(minutes=5)  # so long after it was stored, or tried, a file that is not read is tried again
MOST_ATTEMPTS = timedelta(days=1) // OVERDUE  # a day in which the job always runs
RESUME_SECONDS = 40.0  # for one run


async def resume_imports(resources: Resources, *, seconds: float = RESUME_SECONDS) -> int:
    """Reads what has been waiting too long; how many files that were. What fails is put off, and stops no other.

    A file is counted as tried, and put off, before it is: one that brings the process down does not do so again at
    once, nor for ever. What has been tried `MOST_ATTEMPTS` times is given up.
    """
    deadline, since, tried = time.monotonic() + seconds, utc_now() - OVERDUE, 0
    imports = PartsListImports(resources)
    while time.monotonic() < deadline:
        async with unit_of_work(resources.sessions) as work:
            unread = await PartsListRepository(work.session).take_unread(since)
        if unread is None:
            return tried
        tried += 1
        await _resume(imports, *unread)
    logger.warning("parts lists are left to the next run")
    return tried


async def _resume(imports: PartsListImports, parts_list: PartsList, key: str) -> None:
    about = {"key": key, "attempts": parts_list.read_attempts}
    try:
        if parts_list.read_attempts > MOST_ATTEMPTS:
            logger.error("a parts list could not be read for a day and is given up", extra=about)
            await imports.give_up(parts_list)
        else:
            logger.warning("a parts list has not been read in time; it is read now", extra=about)
            await imports.import_object(key)
    except Exception as error:
        unknown = None if isinstance(error, Unavailable) else error
        logger.error("a parts list still cannot be read", extra=about, exc_info=unknown)  # noqa: TRY400
