"""Writing the parts that a file has down at its list."""

import asyncio
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from lego_api.metrics import count
from lego_api.models import PartsList
from lego_api.parts_lists.formats.refusals import PARSING_ERROR, PartsListError, refused
from lego_api.parts_lists.parts import Part
from lego_api.parts_lists.repository import PartsListRepository

logger = logging.getLogger(__name__)

BATCH = 1000  # parts that are written at once
UNREADABLE = "The file cannot be read"
OWN_DESCRIPTION = re.compile(r"Parsed [A-Z ]+ parts list with \d+ total pieces")


async def write_parts(parts: PartsListRepository, parts_list: PartsList, format: str, rows: Iterable[Part]) -> None:
    """Replaces the parts of a list. Raises `PartsListError`; then the transaction must not be committed."""
    await parts.clear(parts_list.id)
    remaining, number = iter(rows), 1
    while batch := await asyncio.to_thread(_next_batch, remaining):
        await parts.copy(parts_list.id, number, batch)
        number += len(batch)
    totals = await parts.totals(parts_list.id)
    changes: dict[str, Any] = {
        "status": "ready",
        "format": format,
        "problems": None,
        "total_parts_count": str(totals.pieces),
        "unique_parts_count": totals.unique,
        "spare_parts_count": totals.spares,
    }
    if describes_itself(parts_list):
        changes["description"] = _description(format, totals.pieces)
    await parts.update(parts_list, changes)
    count("PartsListsImported")


def told(error: PartsListError) -> list[dict[str, Any]]:
    """The reasons as the old server told them: a line only where one is to blame."""
    return [{name: value for name, value in reason._asdict().items() if value is not None} for reason in error.reasons]


def describes_itself(parts_list: PartsList) -> bool:
    """Whether the description, if any, is ours."""
    return not parts_list.description or OWN_DESCRIPTION.fullmatch(parts_list.description) is not None


@contextmanager
def mistakes_refused() -> Iterator[None]:
    """What a file makes a format's code fail with, it would every time: it is refused, and the log has our mistake."""
    try:
        yield
    except (PartsListError, OSError, MemoryError):
        raise
    except Exception as error:
        logger.exception("a parts list cannot be read because of a mistake in its format's code")
        raise refused(PARSING_ERROR, UNREADABLE) from error


def _next_batch(rows: Iterator[Part]) -> list[Part]:
    with mistakes_refused():
        return list(islice(rows, BATCH))


def _description(format: str, pieces: int) -> str:
    return f"Parsed {format.replace('-', ' ').upper()} parts list with {pieces} total pieces"
