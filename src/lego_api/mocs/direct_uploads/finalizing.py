"""Files that have been sent to the storage directly: looked at, and kept or discarded, one by one."""

from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast
from uuid import UUID

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import Conflict, Invalid, NotFound, PayloadTooLarge
from lego_api.mocs.direct_uploads.schemas import FailedUpload, UploadedFile, UploadsFinalized
from lego_api.mocs.files.kinds import FileType
from lego_api.mocs.files.preparation import FilePreparation
from lego_api.mocs.files.repository import MocFileRepository
from lego_api.mocs.files.service import MocFileService
from lego_api.mocs.files.uploading import MAY_NOT_ADD
from lego_api.mocs.presenter import MocPresenter
from lego_api.mocs.repository import PICTURES, THUMBNAIL, MocRepository
from lego_api.mocs.schemas import MocWithFiles
from lego_api.models import Moc, PendingUpload
from lego_api.pending_uploads import UNKNOWN, PendingUploads, accept_document, check_sent, complete_size, open_sent
from lego_api.resources import Resources
from lego_api.uploads import Upload

NOT_SENT = "The file could not be sent"

REFUSED = (Invalid, PayloadTooLarge, Conflict)
SPOOLED_BYTES = 4 * 1024 * 1024  # more of a picture than this goes to disk


class UploadFinalizing:
    """Each file has transactions of its own, and none is open while it is looked at or worked on.

    The same file may be finalized by several requests at once, and read by the event that it was stored. Whoever
    locks the MOC and finds the upload still pending has its way; to the others it is over.
    """

    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._caller = caller
        self._resources = resources
        self._present = MocPresenter(resources.storage)

    async def finalize(self, moc_id: str, uploaded: Sequence[UploadedFile]) -> UploadsFinalized:
        """Can be repeated: what is a file of the MOC is good, whoever made it one. What was not sent may still come.

        Raises `NotFound` and `Forbidden` for the MOC; and `StorageUnavailable`: those before are done with, then.
        """
        sent = {file.file_id: file.success for file in uploaded}
        async with unit_of_work(self._resources.read_sessions) as work:
            moc = await self._editable(work, moc_id)
            pending = {upload.id: upload for upload in await self._uploads(work).of_moc(moc.id, sent)}
        problems: dict[UUID, str] = {}
        for id in sent:
            try:
                if id in pending:
                    await self._finalize(moc, pending[id], sent=sent[id])
            except (NotFound, *REFUSED) as error:
                problems[id] = error.message
        async with unit_of_work(self._resources.read_sessions) as work:
            moc = await self._editable(work, moc_id)
            files = await MocRepository(work.session, None).files(moc.id)
        there = {file.id for file in files}
        failed = [
            FailedUpload(
                file_id=id,
                filename=pending[id].filename if id in pending else None,
                error=problems.get(id, UNKNOWN),
            )
            for id in sent
            if id not in there
        ]
        message = f"{len(sent) - len(failed)} of {len(sent)} files finalized"
        shown = self._present.moc_as(MocWithFiles, moc, files=files, images=self._present.images(files))
        return UploadsFinalized(message=message, moc=shown, failed=failed)

    async def _finalize(self, moc: Moc, upload: PendingUpload, *, sent: bool) -> None:
        """Raises `NotFound` for what is not there; and what `REFUSED` says for what was wrong, and is discarded now."""
        try:
            if not sent:
                raise Invalid(NOT_SENT)
            if upload.file_type in PICTURES:
                await self._accept_picture(moc, upload)
            else:
                await accept_document(upload, self._resources)
        except REFUSED:
            await self._discard(upload)
            raise

    async def _accept_picture(self, moc: Moc, upload: PendingUpload) -> None:
        """What is made of it is kept, and what was sent goes. A new thumbnail takes the place of another."""
        with SpooledTemporaryFile(SPOOLED_BYTES) as received:
            sent = await self._whole(upload, received)
            check_sent(upload, sent)
            preparation = FilePreparation(self._resources, moc.user_id, moc.id)
            picture = await preparation.prepare(sent, cast(FileType, upload.file_type))
        row = picture.row
        row.id = upload.id
        async with self._resources.object_store.stored([picture.stored]) as work:
            uploads = self._uploads(work)
            moc, locked = await uploads.claim(upload)
            await uploads.discard(locked)
            files, changes = MocFileRepository(work.session), {}
            if row.file_type == THUMBNAIL:
                replaced = await files.of_type(moc.id, THUMBNAIL)
                await MocFileService(work, self._caller, self._resources).remove(moc, replaced)
            if row.file_type == THUMBNAIL or moc.thumbnail_url is None:
                changes["thumbnail_url"] = row.file_url
            await files.add([row])
            await MocRepository(work.session, None).update(moc, changes)
            self._changed(work, moc)

    async def _discard(self, upload: PendingUpload) -> None:
        async with unit_of_work(self._resources.sessions) as work:
            locked = await self._uploads(work).lock(upload.moc_id, upload.id)
            if locked is not None:
                await self._uploads(work).discard(locked)

    async def _whole(self, upload: PendingUpload, into: IO[bytes]) -> Upload:
        """What has another size than was announced is not fetched."""
        stored = await open_sent(upload, self._resources.storage)
        size = complete_size(stored)
        try:
            if size == upload.size_bytes:
                async for chunk in stored.body:
                    into.write(chunk)
        finally:
            stored.close()
        return Upload(upload.filename, size, cast(BinaryIO, into))

    async def _editable(self, work: UnitOfWork, moc_id: str) -> Moc:
        mocs = MocRepository(work.session, self._caller.user_id)
        return await mocs.get_editable(moc_id, MAY_NOT_ADD, is_admin=self._caller.is_admin, for_update=False)

    def _uploads(self, work: UnitOfWork) -> PendingUploads:
        return PendingUploads(work, self._resources.outbox)

    def _changed(self, work: UnitOfWork, moc: Moc) -> None:
        scopes = showing_moc(moc.id, moc.user_id)
        work.after_commit(lambda: self._resources.cache.forget(*scopes))
