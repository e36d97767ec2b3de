"""Files that have been sent to the storage directly: looked at, and kept or deleted, one by one."""

from collections.abc import Sequence
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast
from uuid import UUID

from lego_api.adapters.content_types import HEAD_BYTES
from lego_api.adapters.identity import Caller
from lego_api.adapters.storage import StoredObject
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import Invalid, NotFound
from lego_api.mocs.direct_uploads.schemas import FailedUpload, UploadedFile, UploadsFinalized
from lego_api.mocs.files.kinds import FileType, instruction, is_readable, parts_list
from lego_api.mocs.files.preparation import FilePreparation
from lego_api.mocs.files.repository import MocFileRepository
from lego_api.mocs.presenter import MocPresenter
from lego_api.mocs.repository import PICTURES, THUMBNAIL, MocRepository
from lego_api.mocs.schemas import MocWithFiles
from lego_api.models import Moc, PartsList, PendingUpload
from lego_api.pending_uploads import PendingUploads
from lego_api.resources import Resources
from lego_api.uploads import Upload

MAY_NOT_FINALIZE = "Forbidden: You do not have permission to upload files to this MOC"
SPOOLED_BYTES = 4 * 1024 * 1024
NOT_SENT_YET = "The file has not been sent yet"
GONE = "The file is no longer there. Start the upload again."


class UploadFinalizing:
    """Each file has transactions of its own: none is open while a file is looked at or worked on."""

    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._user_id = caller.user_id
        self._resources = resources
        self._present = MocPresenter(resources.storage)

    async def finalize(self, moc_id: str, uploaded: Sequence[UploadedFile]) -> UploadsFinalized:
        """Can be repeated: a file that is there is good. One that was not sent yet may still come."""
        moc = await self._moc(moc_id)
        failed = []
        for file in uploaded:
            pending = await self._pending(moc, file.file_id)
            try:
                if pending is not None:
                    await self._finalize(moc, pending, sent=file.success)
                elif not await self._is_file(moc, file.file_id):
                    raise NotFound(GONE)
            except (Invalid, NotFound) as error:
                name = pending.filename if pending else None
                failed.append(FailedUpload(file_id=file.file_id, filename=name, error=error.message))
        async with unit_of_work(self._resources.read_sessions) as work:
            mocs = MocRepository(work.session, self._user_id)
            moc = await mocs.get(moc.id)
            files = await mocs.files(moc.id)
        number = len(uploaded) - len(failed)
        shown = self._present.moc_as(MocWithFiles, moc, files=files, images=self._present.images(files))
        return UploadsFinalized(message=f"{number} of {len(uploaded)} files finalized", moc=shown, failed=failed)

    async def _finalize(self, moc: Moc, pending: PendingUpload, *, sent: bool) -> None:
        """Raises `NotFound` while the object is not there, and `Invalid` when it was wrong and is gone now."""
        try:
            if not sent:
                raise Invalid("The upload failed")
            if pending.file_type in PICTURES:
                await self._accept_picture(moc, pending)
            else:
                await self._accept_document(moc, pending)
        except Invalid:
            await self._drop(pending)
            raise

    async def _accept_document(self, moc: Moc, pending: PendingUpload) -> None:
        head, size = await self._head(pending)
        _check_size(pending, size)
        check = instruction if pending.file_type == "instruction" else parts_list
        check(Upload(pending.filename, size, BytesIO(head)), self._resources.settings)
        async with unit_of_work(self._resources.sessions) as work:
            moc = await self._locked(work, moc.id)
            uploads = PendingUploads(work, self._resources.outbox)
            locked = await uploads.lock(moc.id, pending.id)
            if locked is None:
                return  # the event that it was stored has come first, or the same request twice
            file = await uploads.accept(locked)
            if file is None:
                raise Invalid(GONE)
            if is_readable(file):
                work.session.add(PartsList.read_from(file))
            self._changed(work, moc)

    async def _accept_picture(self, moc: Moc, pending: PendingUpload) -> None:
        """Keeps what is made of the picture; the object that was sent goes."""
        with SpooledTemporaryFile(SPOOLED_BYTES) as sent:
            size = await self._download(pending, sent)
            _check_size(pending, size)
            upload = Upload(pending.filename, size, cast(BinaryIO, sent))
            preparation = FilePreparation(self._resources, self._user_id, moc.id)
            picture = await preparation.prepare(upload, cast(FileType, pending.file_type))
        picture.row.id = pending.id
        async with self._resources.object_store.stored([picture.stored]) as work:
            moc = await self._locked(work, moc.id)
            uploads = PendingUploads(work, self._resources.outbox)
            locked = await uploads.lock(moc.id, pending.id)
            if locked is None:
                raise NotFound(GONE)
            await uploads.forget([locked])
            await MocFileRepository(work.session).add([picture.row])
            if picture.row.file_type == THUMBNAIL or moc.thumbnail_url is None:
                moc.thumbnail_url = picture.row.file_url
            self._changed(work, moc)
        await self._resources.outbox.drop_objects([pending.object_key])

    async def _drop(self, pending: PendingUpload) -> None:
        async with unit_of_work(self._resources.sessions) as work:
            uploads = PendingUploads(work, self._resources.outbox)
            locked = await uploads.lock(pending.moc_id, pending.id)
            if locked is not None:
                await uploads.forget([locked])
        # Until its permission ends, the object may still be sent: it is deleted again after that.
        await self._resources.outbox.drop_objects([pending.object_key], may_still_arrive=True)

    async def _head(self, pending: PendingUpload) -> tuple[bytes, int]:
        """The first bytes, and how many there are in all. Raises `NotFound`."""
        stored = await self._open(pending, f"bytes=0-{HEAD_BYTES - 1}")
        head = b"".join([chunk async for chunk in stored.body])
        complete = stored.headers.get("content-range", "").rpartition("/")[2]
        return head, int(complete or len(head))

    async def _download(self, pending: PendingUpload, into: IO[bytes]) -> int:
        stored = await self._open(pending)
        async for chunk in stored.body:
            into.write(chunk)
            if into.tell() > pending.size_bytes:
                stored.close()
                break
        return into.tell()

    async def _open(self, pending: PendingUpload, byte_range: str | None = None) -> StoredObject:
        try:
            return await self._resources.storage.open(pending.object_key, byte_range)
        except NotFound as error:
            raise NotFound(NOT_SENT_YET) from error

    async def _pending(self, moc: Moc, file_id: UUID) -> PendingUpload | None:
        async with unit_of_work(self._resources.read_sessions) as work:
            return await PendingUploads(work, self._resources.outbox).lock(moc.id, file_id)

    async def _is_file(self, moc: Moc, file_id: UUID) -> bool:
        async with unit_of_work(self._resources.read_sessions) as work:
            return any(file.id == file_id for file in await MocRepository(work.session, None).files(moc.id))

    async def _moc(self, moc_id: str) -> Moc:
        async with unit_of_work(self._resources.read_sessions) as work:
            mocs = MocRepository(work.session, self._user_id)
            return await mocs.get_editable(moc_id, MAY_NOT_FINALIZE, for_update=False)

    async def _locked(self, work: UnitOfWork, moc_id: UUID) -> Moc:
        return await MocRepository(work.session, self._user_id).get(moc_id, for_update=True)

    def _changed(self, work: UnitOfWork, moc: Moc) -> None:
        scopes = showing_moc(moc.id, moc.user_id)
        work.after_commit(lambda: self._resources.cache.forget(*scopes))


def _check_size(pending: PendingUpload, size: int) -> None:
    if size != pending.size_bytes:
        raise Invalid(f"{pending.filename} has {size} bytes, not the {pending.size_bytes} that were announced")
