"""Parts lists as files that shops accept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast
from urllib.parse import quote
from uuid import uuid4

from lego_api.adapters.content_disposition import attachment
from lego_api.adapters.identity import Caller
from lego_api.db import unit_of_work
from lego_api.errors import Conflict
from lego_api.models import PartsList
from lego_api.object_store import STORED_EXPORTS, NewObject
from lego_api.parts_lists.exports.formats import EXPORTS
from lego_api.parts_lists.exports.writing import Export, LeftOut
from lego_api.parts_lists.parts import Part
from lego_api.parts_lists.repository import MocsWithParts, PartsListRepository
from lego_api.parts_lists.schemas import ExportFormat
from lego_api.parts_lists.service import MAY_NOT_VIEW
from lego_api.resources import Resources
from lego_api.uploads import MEGABYTE, clean_filename

MAX_LINES = 2_000_000  # of one file; 2**31 pieces of one part, 999 to a line, would be more
SPOOLED_BYTES = 4 * MEGABYTE  # more of an export than this goes to disk
KEPT_FOR = timedelta(hours=1)  # longer than the URL of a stored export works
NOT_READY = {
    "processing": "The parts list is still being processed. Please try again in a moment.",
    "failed": "The file of the parts list could not be read. Upload it again.",
}
NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|.]')


@dataclass(frozen=True, slots=True)
class ExportedList:
    """Either `body`, or the `url` where it is for a while. `left_out`: pieces that the format cannot say."""

    media_type: str
    disposition: str
    left_out: int
    body: bytes = b""
    url: str | None = None


class PartsListExports:
    """No transaction is open while a file travels."""

    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._user_id = caller.user_id
        self._resources = resources

    async def export(self, moc_id: str, list_id: str, format: ExportFormat) -> ExportedList:
        """A whole file or none: it is complete before anything is answered.

        A large one is put into the storage, because a Lambda function cannot answer it. Raises `Conflict` for a list
        that was not read, or not yet, and where the format can say nothing of it, or not in a file of a useful size.
        """
        export = EXPORTS[format]
        left_out = LeftOut()
        with SpooledTemporaryFile(SPOOLED_BYTES) as file:
            async with unit_of_work(self._resources.sessions) as work:
                parts = PartsListRepository(work.session)
                await parts.see_one_moment()
                moc = await MocsWithParts(work.session, self._user_id).get_editable(
                    moc_id, MAY_NOT_VIEW, for_update=False
                )
                parts_list = await parts.get(moc.id, list_id)
                if parts_list.status != "ready":
                    raise Conflict(NOT_READY[parts_list.status])
                counted = count()
                await parts.read_through(
                    parts_list.id, lambda rows: _write(export.write(_counted(rows, counted), left_out), file)
                )
                if next(counted) == 0:
                    raise Conflict("This list has no parts")
                totals = await parts.totals(parts_list.id) if left_out else None
            if totals and left_out.total() == totals.pieces + totals.spares:
                raise Conflict(f"This list cannot be written as {format}: {_reasons(left_out)}")
            return await self._answer(export, _filename(parts_list, export), left_out.total(), file)

    async def _answer(self, export: Export, filename: str, left_out: int, file: IO[bytes]) -> ExportedList:
        media_type = f"{export.media_type}; charset=utf-8"
        size = file.tell()
        file.seek(0)
        if size <= self._resources.settings.inline_export_bytes:
            return ExportedList(media_type, attachment(filename), left_out, body=file.read())
        key = f"{STORED_EXPORTS}{quote(self._user_id, safe='')}/{uuid4()}{export.extension}"
        stored = NewObject(key, cast(BinaryIO, file), media_type, filename)
        await self._resources.object_store.put_announced([stored], keep_for=KEPT_FOR)
        url = await self._resources.storage.download_url(key, filename, media_type)
        return ExportedList(media_type, attachment(filename), left_out, url=url)


def _counted(parts: Iterator[Part], counter: Iterator[int]) -> Iterator[Part]:
    for part in parts:
        next(counter)
        yield part


def _write(chunks: Iterator[str], file: IO[bytes]) -> Iterator[None]:
    lines = 0
    for chunk in chunks:
        file.write(chunk.encode())
        lines += chunk.count("\n")
        if lines > MAX_LINES:
            raise Conflict(f"The file would have more than {MAX_LINES:,} lines")
        yield


def _reasons(left_out: LeftOut) -> str:
    return ", ".join(f"{obstacle} ({pieces:,} pieces)" for obstacle, pieces in left_out.most_common())


def _filename(parts_list: PartsList, export: Export) -> str:
    """The title, without what no name of a file may have."""
    kept = (character if character.isprintable() else " " for character in NOT_IN_NAMES.sub(" ", parts_list.title))
    title = " ".join("".join(kept).split())
    return clean_filename(f"{title or 'parts-list'}{export.extension}")
