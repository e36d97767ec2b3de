"""Files of MOCs that go from the browser to the storage directly: too large for a request, or too many."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import AppError, Conflict
from lego_api.fields import field_problem, invalid_field
from lego_api.mocs.direct_uploads.schemas import FilesOfMoc, FilesOfNewMoc, FileToUpload, UploadUrl, UploadUrls
from lego_api.mocs.files.kinds import INSTRUCTION_MISSING, MAX_IMAGES, MAX_INSTRUCTIONS, MAX_PARTS_LISTS, announced
from lego_api.mocs.files.repository import MocFileRepository
from lego_api.mocs.files.uploading import MAY_NOT_ADD
from lego_api.mocs.repository import PICTURES, THUMBNAIL, MocRepository
from lego_api.models import Moc, PendingUpload, utc_now
from lego_api.object_store import moc_folder
from lego_api.pending_uploads import INCOMING, PendingUploads
from lego_api.resources import Resources
from lego_api.search_index import MOCS
from lego_api.uploads import clean_filename

PERMISSION_SECONDS = 900


class DirectUploads:
    """Both ways answer a permission for each file.

    They raise `Invalid`, `PayloadTooLarge` and `Conflict`, and `StorageUnavailable` when nothing can be signed.
    """

    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._caller = caller
        self._resources = resources

    async def create(self, data: FilesOfNewMoc) -> UploadUrls:
        """For a new MOC, which has no files yet."""
        if not any(file.file_type == "instruction" for file in data.files):
            raise invalid_field("files", INSTRUCTION_MISSING)
        now, user_id = utc_now(), self._caller.user_id
        moc = Moc(id=uuid4(), user_id=user_id, created_at=now, updated_at=now, **data.new_columns())
        uploads = self._uploads(moc, data.files)
        urls = [await self._url(upload) for upload in uploads]
        async with unit_of_work(self._resources.sessions) as work:
            pending = PendingUploads(work, self._resources.outbox)
            given_up = await pending.make_room(user_id, moc.title)
            await MocRepository(work.session, user_id).add(moc)
            await pending.allow(uploads)
            self._resources.search_index.changed(work, MOCS, [moc.id, *given_up])
            scopes = {scope for id in (moc.id, *given_up) for scope in showing_moc(id, user_id)}
            work.after_commit(lambda: self._resources.cache.forget(*scopes))
        return UploadUrls(moc_id=moc.id, upload_urls=urls, expires_in=PERMISSION_SECONDS)

    async def add(self, data: FilesOfMoc) -> UploadUrls:
        """For a MOC that is there. It counts as updated, so it stays whatever becomes of the files.

        Raises `NotFound` and `Forbidden`, too.
        """
        async with unit_of_work(self._resources.read_sessions) as work:
            moc = await self._editable(work, data.moc_id, for_update=False)
            uploads = self._uploads(moc, data.files)
            await _check_room(work, moc, uploads)
        urls = [await self._url(upload) for upload in uploads]
        async with unit_of_work(self._resources.sessions) as work:
            moc = await self._editable(work, data.moc_id)
            await _check_room(work, moc, uploads)
            await MocRepository(work.session, None).update(moc, {})
            await PendingUploads(work, self._resources.outbox).allow(uploads)
            scopes = showing_moc(moc.id, moc.user_id)
            work.after_commit(lambda: self._resources.cache.forget(*scopes))
        return UploadUrls(moc_id=moc.id, upload_urls=urls, expires_in=PERMISSION_SECONDS)

    async def _editable(self, work: UnitOfWork, moc_id: str, *, for_update: bool = True) -> Moc:
        mocs = MocRepository(work.session, self._caller.user_id)
        return await mocs.get_editable(moc_id, MAY_NOT_ADD, is_admin=self._caller.is_admin, for_update=for_update)

    def _uploads(self, moc: Moc, files: Sequence[FileToUpload]) -> list[PendingUpload]:
        _check_numbers(files)
        ends_at = utc_now() + timedelta(seconds=PERMISSION_SECONDS)
        uploads = [self._upload(moc, file, position, ends_at) for position, file in enumerate(files)]
        _check_names(uploads)
        return uploads

    def _upload(self, moc: Moc, file: FileToUpload, position: int, ends_at: datetime) -> PendingUpload:
        try:
            filename = clean_filename(file.filename)
            extension, mime_type = announced(filename, file.file_type, file.size, self._resources.settings)
        except AppError as error:
            error.details = field_problem("files", f"{position}: {error.message}")
            raise
        id = uuid4()
        return PendingUpload(
            id=id,
            moc_id=moc.id,
            file_type=file.file_type,
            filename=filename,
            mime_type=mime_type,
            size_bytes=file.size,
            object_key=f"{INCOMING}{moc_folder(moc.user_id, moc.id, file.file_type)}{id}{extension}",
            expires_at=ends_at,
        )

    async def _url(self, upload: PendingUpload) -> UploadUrl:
        url, fields = await self._resources.storage.presigned_post(
            upload.object_key, upload.mime_type, upload.size_bytes, seconds=PERMISSION_SECONDS
        )
        return UploadUrl(
            file_id=upload.id,
            filename=upload.filename,
            file_type=upload.file_type,
            upload_url=url,
            fields=fields,
            expires_in=PERMISSION_SECONDS,
        )


def _check_numbers(files: Sequence[FileToUpload]) -> None:
    numbers: Counter[str] = Counter(file.file_type for file in files)
    pictures = sum(numbers[file_type] for file_type in PICTURES)
    for number, most, what in (
        (numbers["instruction"], MAX_INSTRUCTIONS, "instructions files"),
        (numbers["parts-list"], MAX_PARTS_LISTS, "parts lists"),
        (numbers[THUMBNAIL], 1, "thumbnail"),
        (pictures, MAX_IMAGES, "images, the thumbnail among them,"),
    ):
        if number > most:
            raise invalid_field("files", f"At most {most} {what} can be sent at once")


def _check_names(uploads: Sequence[PendingUpload]) -> None:
    names = Counter(upload.filename for upload in uploads)
    for name, number in names.items():
        if number > 1:
            raise _conflict(f"Two files are named {name}")


async def _check_room(work: UnitOfWork, moc: Moc, uploads: Sequence[PendingUpload]) -> None:
    """Early, before files are sent in vain; finalizing decides in the end. A thumbnail takes the place of another."""
    files = MocFileRepository(work.session)
    taken = await files.names(moc.id, besides=THUMBNAIL)
    for upload in uploads:
        if upload.filename in taken:
            raise _conflict(f"This MOC already has a file named {upload.filename}")


def _conflict(message: str) -> Conflict:
    return Conflict(message, details=field_problem("files", message))
