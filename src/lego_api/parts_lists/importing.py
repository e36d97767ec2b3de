"""Reading the file of a parts list into rows: all of them, or none and the reasons why not."""

import asyncio
import hashlib
import logging
import os
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import NotFound, Unavailable
from lego_api.models import Moc, MocFile, PartsList, utc_now
from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.formats.refusals import INVALID_FILE_TYPE, PartsListError
from lego_api.parts_lists.parts import Part
from lego_api.parts_lists.repository import PartsListRepository
from lego_api.pending_uploads import PendingUploads
from lego_api.piece_counts import recount
from lego_api.resources import Resources

logger = logging.getLogger(__name__)

BATCH = 1000  # parts that are written at once
SPOOLED_BYTES = 4 * 1024 * 1024  # more of a file than this goes to disk
OVERDUE = timedelta(minutes=5)  # by then the event that a file was stored has been lost
RESUMED_AT_ONCE = 20


class NotYetKnown(Unavailable):
    """The object's row is still being written: the event came first."""

    def __init__(self) -> None:
        super().__init__("The file is not known yet")


async def write_parts(parts: PartsListRepository, parts_list: PartsList, format: str, rows: Iterable[Part]) -> None:
    """Replaces the parts of a list. Raises `PartsListError`; then the transaction must not be committed."""
    await parts.clear(parts_list.id)
    remaining, number = iter(rows), 1
    while batch := await asyncio.to_thread(lambda: list(islice(remaining, BATCH))):
        await parts.copy(parts_list.id, number, batch)
        number += len(batch)
    totals = await parts.totals(parts_list.id)
    changes = {
        "status": "ready",
        "format": format,
        "problems": None,
        "total_parts_count": str(totals.pieces),
        "unique_parts_count": totals.unique,
        "spare_parts_count": totals.spares,
    }
    if not parts_list.description:
        name = format.replace("-", " ").upper()
        changes["description"] = f"Parsed {name} parts list with {totals.pieces} total pieces"
    await parts.update(parts_list, changes)


def told(error: PartsListError) -> list[dict[str, Any]]:
    """The reasons as the old server told them: a line only where one is to blame."""
    return [{name: value for name, value in reason._asdict().items() if value is not None} for reason in error.reasons]


class PartsListImports:
    """What happens when a file has been stored. May be called any number of times, at once, and in any order."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        settings = resources.settings
        self._max_bytes = settings.max_parts_list_bytes
        self._limits = Limits(max_rows=settings.max_parts_list_rows, max_bytes=settings.max_parts_list_bytes)

    async def import_object(self, key: str) -> None:
        """Reads the object into the list of the file that is stored as `key`.

        What can never succeed is written down at the list. Raises `Unavailable` for what may succeed later.
        """
        with SpooledTemporaryFile(SPOOLED_BYTES) as file:
            try:
                content_hash = await self._download(key, file)
            except NotFound:
                logger.info("a stored file is gone again", extra={"key": key})
                return
            async with unit_of_work(self._resources.sessions) as work:
                await self._import(work, key, file, content_hash)

    async def resume(self) -> int:
        """Reads the files whose event never came; how many there were."""
        async with unit_of_work(self._resources.read_sessions) as work:
            keys = await PartsListRepository(work.session).unfinished(utc_now() - OVERDUE, RESUMED_AT_ONCE)
        for key in keys:
            await self.import_object(key)
        return len(keys)

    async def _import(self, work: UnitOfWork, key: str, source: IO[bytes], content_hash: str) -> None:
        parts = PartsListRepository(work.session)
        moc = await parts.lock_moc_of(key)
        file = await parts.file_stored_as(key) if moc else None
        if moc and file is None:
            file = await self._accept(work, key, source)
        if moc is None or file is None:
            if await self._resources.outbox.is_announced(key):
                raise NotYetKnown
            logger.warning("a stored file belongs to no parts list", extra={"key": key})
            return
        parts_list = await parts.of_file(file.id)
        if parts_list and parts_list.content_hash == content_hash and parts_list.status != "processing":
            return
        try:
            async with work.session.begin_nested():
                await self._read(parts, parts_list, file, source, content_hash)
        except PartsListError as error:
            if parts_list is None and error.code == INVALID_FILE_TYPE:
                return  # instructions and tables of other kinds may be sent as parts lists, too
            await self._fail(parts, parts_list or PartsList.read_from(file), error, content_hash)
        await recount(work.session, moc.id)
        self._changed(work, moc)

    async def _accept(self, work: UnitOfWork, key: str, source: IO[bytes]) -> MocFile | None:
        """The file of a direct upload that nobody has finalized yet, if it is what was announced."""
        uploads = PendingUploads(work, self._resources.outbox)
        pending = await uploads.stored_as(key)
        if pending is None or source.seek(0, os.SEEK_END) != pending.size_bytes:
            return None
        return await uploads.accept(pending)

    async def _read(
        self,
        parts: PartsListRepository,
        parts_list: PartsList | None,
        file: MocFile,
        source: IO[bytes],
        content_hash: str,
    ) -> None:
        source.seek(0)
        reading = await asyncio.to_thread(read, cast(BinaryIO, source), file.original_filename or "", self._limits)
        if parts_list is None:
            parts_list = PartsList.read_from(file)
            await parts.add(parts_list)
        await write_parts(parts, parts_list, reading.format, reading)
        await parts.update(parts_list, {"content_hash": content_hash})

    async def _fail(
        self, parts: PartsListRepository, parts_list: PartsList, error: PartsListError, content_hash: str
    ) -> None:
        await parts.add(parts_list)
        await parts.clear(parts_list.id)
        changes = {"status": "failed", "problems": told(error), "total_parts_count": None}
        await parts.update(parts_list, changes | {"content_hash": content_hash})

    async def _download(self, key: str, into: IO[bytes]) -> str:
        """The SHA-256 of the object's bytes. Of one that is too large, one byte too many: reading says the rest."""
        stored = await self._resources.storage.open(key)
        digest, size = hashlib.sha256(), 0
        try:
            async for chunk in stored.body:
                into.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                if size > self._max_bytes:
                    break
        finally:
            stored.close()
        return digest.hexdigest()

    def _changed(self, work: UnitOfWork, moc: Moc) -> None:
        scopes = showing_moc(moc.id, moc.user_id)
        work.after_commit(lambda: self._resources.cache.forget(*scopes))
