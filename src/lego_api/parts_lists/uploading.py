"""Parts lists that are sent to the application: small ones are read at once, large ones when they are stored."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import Conflict, Invalid
from lego_api.models import Moc, MocFile, PartsList
from lego_api.object_store import NewObject, moc_folder
from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.formats.refusals import ARCHIVE_TOO_LARGE, PartsListError
from lego_api.parts_lists.parts import Part
from lego_api.parts_lists.repository import MocsWithParts, PartsListRepository
from lego_api.parts_lists.schemas import CountedMoc, Parsing, Uploaded
from lego_api.parts_lists.writing import OWN_DESCRIPTION, mistakes_refused, told, write_parts
from lego_api.piece_counts import recount
from lego_api.resources import Resources
from lego_api.rows import MocFileOut, PartsListOut
from lego_api.uploads import PARTS_LIST, READABLE, Upload

DENIED = "MOC not found or access denied"
EXTENSION = re.compile(r"[.][a-z0-9]{1,10}", re.ASCII)
UNPACKED = 5  # times as much may be in a Studio file that is read while somebody waits


@dataclass(frozen=True, slots=True)
class Parsed:
    format: str
    parts: list[Part]


class PartsListUploads:
    """No transaction is open while a file is read or travels."""

    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._user_id = caller.user_id
        self._resources = resources
        self._settings = resources.settings

    async def check_owned(self, moc_id: str) -> UUID:
        """Raises `NotFound`: before a file is read that nobody wants."""
        async with unit_of_work(self._resources.read_sessions) as work:
            moc = await MocsWithParts(work.session, self._user_id).get(moc_id, missing=DENIED)
        return moc.id

    async def upload(self, moc_id: str | None, upload: Upload | None) -> Uploaded:
        """Stores the file with its parts. A file of the same name takes the place of the one before.

        Raises `Invalid` with the reasons for a file that cannot be read; then nothing has been stored.
        """
        if not moc_id or upload is None:
            raise Invalid("Missing required fields: mocId and partsListFile", code="MISSING_FIELDS")
        id = await self.check_owned(moc_id)
        if upload.size:  # what is wrong with an empty file is for the reader to say
            upload.check_size(self._settings.max_parts_list_bytes)
        parsed = await self._parse(upload)
        content_hash = await asyncio.to_thread(_hash, upload)
        stored = self._stored(id, upload)
        async with self._resources.object_store.stored([stored]) as work:
            parts = PartsListRepository(work.session)
            moc = await MocsWithParts(work.session, self._user_id).get(id, missing=DENIED, for_update=True)
            file = await self._file(work, moc, upload, stored)
            parts_list = await parts.of_file(file.id) or PartsList.read_from(file)
            await parts.add(parts_list)
            if parsed:
                await write_parts(parts, parts_list, parsed.format, parsed.parts)
                await parts.update(parts_list, {"content_hash": content_hash})
            else:
                await _await_import(parts, parts_list)
            total = await recount(work.session, moc.id)
            scopes = showing_moc(moc.id, moc.user_id)
            work.after_commit(lambda: self._resources.cache.forget(*scopes))
        return self._uploaded(file, parts_list, total)

    async def _parse(self, upload: Upload) -> Parsed | None:
        """None for what is too large to be read while somebody waits. What is no parts list is refused all the same."""
        most = self._settings.inline_parts_list_rows
        limits = Limits(
            max_rows=self._settings.max_parts_list_rows,
            max_bytes=self._settings.max_parts_list_bytes,
            max_unpacked_bytes=UNPACKED * self._settings.inline_parts_list_bytes,
        )
        try:
            with mistakes_refused():
                reading = await asyncio.to_thread(read, upload.body, upload.filename, limits)
                if upload.size > self._settings.inline_parts_list_bytes:
                    return None
                parts = await asyncio.to_thread(lambda: list(islice(reading, most + 1)))
        except PartsListError as error:
            if error.code == ARCHIVE_TOO_LARGE:
                return None
            raise Invalid("Failed to parse parts list file", code="PARSING_FAILED", details=told(error)) from error
        return Parsed(reading.format, parts) if len(parts) <= most else None

    def _stored(self, moc_id: UUID, upload: Upload) -> NewObject:
        extension = upload.extension if EXTENSION.fullmatch(upload.extension) else ""
        key = f"{moc_folder(self._user_id, moc_id, PARTS_LIST)}{uuid4()}{extension}"
        mime_type = READABLE.get(extension, "application/octet-stream")
        return NewObject(key, upload.body, mime_type, save_as=upload.filename)

    async def _file(self, work: UnitOfWork, moc: Moc, upload: Upload, stored: NewObject) -> MocFile:
        """A new row, or that of the file before, whose object goes. Raises `Conflict` where it is no parts list."""
        parts = PartsListRepository(work.session)
        columns: dict[str, Any] = {
            "file_url": stored.key,
            "mime_type": stored.content_type,
            "size_bytes": upload.size,
        }
        file = await parts.file_named(moc.id, upload.filename)
        if file is None:
            file = MocFile(
                id=uuid4(), moc_id=moc.id, file_type=PARTS_LIST, original_filename=upload.filename, **columns
            )
            await parts.add(file)
            return file
        if file.file_type != PARTS_LIST:
            raise Conflict(f"This MOC already has a file named {upload.filename}")
        if self._resources.storage.is_key(file.file_url):
            self._resources.outbox.delete_objects(work, [file.file_url])
        for name, value in columns.items():
            setattr(file, name, value)
        return file

    def _uploaded(self, file: MocFile, parts_list: PartsList, total: int | None) -> Uploaded:
        ready = parts_list.status == "ready"
        return Uploaded(
            file=MocFileOut.model_validate(file, context={"file_url": self._resources.storage.url}),
            parts_list=PartsListOut.model_validate(parts_list),
            parsing=Parsing(
                total_piece_count=int(parts_list.total_parts_count or 0) if ready else None,
                unique_parts=parts_list.unique_parts_count,
                format=parts_list.format,
                success=ready,
            ),
            moc=CountedMoc(id=file.moc_id, total_piece_count=total),
        )


async def _await_import(parts: PartsListRepository, parts_list: PartsList) -> None:
    """Until it is read, nothing is known of the list: what was read from another file goes."""
    await parts.clear(parts_list.id)
    unknown = ["format", "problems", "content_hash", "total_parts_count", "unique_parts_count", "spare_parts_count"]
    if OWN_DESCRIPTION.fullmatch(parts_list.description or ""):
        unknown.append("description")
    await parts.update(parts_list, {"status": "processing", "read_attempts": 0, **dict.fromkeys(unknown)})


def _hash(upload: Upload) -> str:
    upload.body.seek(0)
    digest = hashlib.file_digest(upload.body, "sha256").hexdigest()  # type: ignore[arg-type]
    upload.body.seek(0)
    return digest
