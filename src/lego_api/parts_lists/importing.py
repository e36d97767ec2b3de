"""Reading the file of a parts list into rows: all of them, or none and the reasons why not."""

import asyncio
import hashlib
import logging
import re
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast
from uuid import UUID

from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import Conflict, Invalid, NotFound, Unavailable
from lego_api.models import Moc, PartsList
from lego_api.object_store import PARTS_LISTS
from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits, Reading
from lego_api.parts_lists.formats.refusals import PartsListError, refused
from lego_api.parts_lists.repository import PartsListRepository
from lego_api.parts_lists.writing import describes_itself, mistakes_refused, told, write_parts
from lego_api.pending_uploads import INCOMING, PendingUploads, accept_document
from lego_api.piece_counts import recount
from lego_api.resources import Resources
from lego_api.uploads import PARTS_LIST

logger = logging.getLogger(__name__)

SPOOLED_BYTES = 4 * 1024 * 1024  # more of a file than this goes to disk
FILE_NOT_FOUND = "FILE_NOT_FOUND"
IMPORT_FAILED = "IMPORT_FAILED"
GIVEN_UP = "The file could not be read, although it was tried for a day. Upload it again."
GONE = "The file is not there any more. Upload it again."
# <folder><owner>/<MOC>/<file>, the owner as in a URL
KEY = re.compile(PARTS_LISTS + r"[\w.~%-]+/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[\w.-]+", re.ASCII)


class NotYetKnown(Unavailable):
    """The object's row is still being written: the event came first."""

    def __init__(self) -> None:
        super().__init__("The file is not known yet")


@dataclass(frozen=True, slots=True)
class Download:
    """The bytes of an object at one time."""

    source: IO[bytes]
    content_hash: str
    etag: str | None


class PartsListImports:
    """What happens when a file has been stored. May be called any number of times, at once, and in any order."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        settings = resources.settings
        self._max_bytes = settings.max_parts_list_bytes
        self._limits = Limits(max_rows=settings.max_parts_list_rows, max_bytes=settings.max_parts_list_bytes)

    async def import_object(self, key: str) -> None:
        """Reads the object into the list of the file that is stored as `key`; a direct upload becomes one first.

        What can never succeed is written down at the list. Raises `Unavailable` for what may succeed later.
        """
        if key.startswith(INCOMING):
            accepted = await self._accept(key)
            if accepted is None:
                return
            key = accepted
        named = KEY.fullmatch(key)
        if named is None:
            logger.warning("an object whose key is no parts list's is ignored", extra={"key": key})
            return
        with SpooledTemporaryFile(SPOOLED_BYTES) as file:
            download = await self._download(key, file)
            # Asked before the rows are: who claims the object writes its row in the same transaction.
            announced = await self._resources.outbox.is_announced(key)
            async with unit_of_work(self._resources.sessions) as work:
                await self._import(work, UUID(named[1]), key, download, announced=announced)

    async def give_up(self, parts_list: PartsList) -> None:
        """Writes down at a list that its file cannot be read. An event that comes after all may still read it.

        Not where it has been read meanwhile, or is to be read from another file.
        """
        async with unit_of_work(self._resources.sessions) as work:
            parts = PartsListRepository(work.session)
            moc = await parts.lock_moc(parts_list.moc_id)
            unread = await parts.of_file(parts_list.file_id) if moc and parts_list.file_id else None
            if moc and unread and (unread.status, unread.read_attempts) == ("processing", parts_list.read_attempts):
                await self._fail(work, moc, unread, refused(IMPORT_FAILED, GIVEN_UP), None)

    async def _accept(self, key: str) -> str | None:
        """What finalizing does, where nobody has finalized it yet: then, under which key the file is stored."""
        async with unit_of_work(self._resources.read_sessions) as work:
            upload = await PendingUploads(work, self._resources.outbox).sent_as(key)
        if upload is None or upload.file_type != PARTS_LIST:
            logger.info("what was sent is no parts list that is waited for, or not any more", extra={"key": key})
            return None
        try:
            return (await accept_document(upload, self._resources)).file_url
        except (Invalid, Conflict, NotFound) as error:
            # There the user is told why. What was sent again meanwhile has an event of its own.
            logger.warning("a direct upload is left to finalizing", extra={"key": key, "reason": error.message})
            return None

    async def _import(
        self, work: UnitOfWork, moc_id: UUID, key: str, download: Download | None, *, announced: bool
    ) -> None:
        parts = PartsListRepository(work.session)
        moc = await parts.lock_moc(moc_id)
        file = await parts.file_stored_as(moc_id, key) if moc else None
        parts_list = await parts.of_file(file.id) if file else None
        if moc is None or file is None:
            if announced and download:
                raise NotYetKnown
            logger.warning("a stored file belongs to nobody", extra={"key": key})
        elif parts_list is None:
            logger.info("a stored file has no parts list, or not any more", extra={"key": key})
        elif download is None:
            logger.warning("the file of a parts list is gone", extra={"key": key})
            if parts_list.status == "processing":
                await self._fail(work, moc, parts_list, refused(FILE_NOT_FOUND, GONE), None)
        elif parts_list.status == "ready" and parts_list.content_hash is None:
            logger.info("a parts list that somebody wrote by hand is left as it is", extra={"key": key})
        elif parts_list.content_hash == download.content_hash and parts_list.status != "processing":
            logger.info("a parts list has been read before", extra={"key": key})
        elif not await self._is_current(key, download):
            logger.info("a stored file has been replaced meanwhile", extra={"key": key})
        else:
            await self._read(work, moc, parts_list, file.original_filename or "", download)

    async def _read(self, work: UnitOfWork, moc: Moc, parts_list: PartsList, filename: str, download: Download) -> None:
        parts = PartsListRepository(work.session)
        download.source.seek(0)
        try:
            async with work.session.begin_nested():
                reading = await asyncio.to_thread(_read, download.source, filename, self._limits)
                await write_parts(parts, parts_list, reading.format, reading)
                await parts.update(parts_list, {"content_hash": download.content_hash})
        except PartsListError as error:
            await work.session.refresh(parts_list)
            await self._fail(work, moc, parts_list, error, download.content_hash)
            return
        await recount(work.session, moc.id)
        self._changed(work, moc)

    async def _fail(
        self, work: UnitOfWork, moc: Moc, parts_list: PartsList, error: PartsListError, content_hash: str | None
    ) -> None:
        """The parts go: they were read from a file whose place this one has taken, and nobody can look them up in it.

        So a list says of its own file only, and the pieces of a MOC are always the sum over what its lists say.
        """
        parts = PartsListRepository(work.session)
        await parts.clear(parts_list.id)
        changes: dict[str, Any] = {
            "status": "failed",
            "problems": told(error),
            "content_hash": content_hash,
            **dict.fromkeys(("format", "total_parts_count", "unique_parts_count", "spare_parts_count")),
        }
        if describes_itself(parts_list):
            changes["description"] = None
        await parts.update(parts_list, changes)
        await recount(work.session, moc.id)
        self._changed(work, moc)

    async def _download(self, key: str, into: IO[bytes]) -> Download | None:
        """Of an object that is too large, one byte too many or some more: reading says the rest. None: it is gone."""
        try:
            stored = await self._resources.storage.open(key)
        except NotFound:
            return None
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
        return Download(into, digest.hexdigest(), stored.headers.get("etag"))

    async def _is_current(self, key: str, download: Download) -> bool:
        """Whether nobody has stored something else there since. Who has, has caused another event."""
        try:
            stored = await self._resources.storage.open(key, "bytes=0-0")
        except NotFound:
            return False
        stored.close()
        return stored.headers.get("etag") == download.etag

    def _changed(self, work: UnitOfWork, moc: Moc) -> None:
        scopes = showing_moc(moc.id, moc.user_id)
        work.after_commit(lambda: self._resources.cache.forget(*scopes))


def _read(source: IO[bytes], filename: str, limits: Limits) -> Reading:
    with mistakes_refused():
        return read(cast(BinaryIO, source), filename, limits)
