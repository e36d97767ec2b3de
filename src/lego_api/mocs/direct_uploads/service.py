"""MOCs whose files go from the browser to the storage directly: too large for a request, or too many."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import AppError, Invalid
from lego_api.fields import field_problem, invalid_field
from lego_api.mocs.direct_uploads.schemas import DirectUploadCreate, FileToUpload, UploadUrl, UploadUrls
from lego_api.mocs.files.kinds import announced
from lego_api.mocs.files.preparation import object_prefix
from lego_api.mocs.repository import MocRepository
from lego_api.models import Moc, PendingUpload, utc_now
from lego_api.pending_uploads import PendingUploads
from lego_api.resources import Resources
from lego_api.uploads import clean_filename

URL_SECONDS = 900
MOST = {"instruction": 10, "parts-list": 10, "thumbnail": 1, "gallery-image": 3}
DOCUMENTS = ("instruction", "parts-list")


class DirectUploads:
    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._user_id = caller.user_id
        self._resources = resources

    async def initialize(self, data: DirectUploadCreate) -> UploadUrls:
        """The MOC without its files, and for each of them the permission to send it."""
        _check_numbers(data.files)
        now = utc_now()
        columns = {"uploaded_date": now} | data.new_columns()
        columns.pop("thumbnail_url", None)
        moc = Moc(id=uuid4(), created_at=now, updated_at=now, **columns)
        pending = [self._pending(moc.id, position, file) for position, file in enumerate(data.files)]
        _check_names(pending)
        urls = [await self._url(upload) for upload in pending]
        async with unit_of_work(self._resources.sessions) as work:
            await MocRepository(work.session, self._user_id).add(moc)
            await PendingUploads(work, self._resources.outbox).allow(pending)
            self._changed(work, moc)
        return UploadUrls(moc_id=moc.id, upload_urls=urls, expires_in=URL_SECONDS)

    def _pending(self, moc_id: UUID, position: int, file: FileToUpload) -> PendingUpload:
        try:
            filename = clean_filename(file.filename)
            extension, mime_type = announced(filename, file.file_type, file.size, self._resources.settings)
        except AppError as error:
            error.details = field_problem("files", f"{position}: {error.message}")
            raise
        id = uuid4()
        prefix = object_prefix(file.file_type, self._user_id, moc_id)
        if file.file_type not in DOCUMENTS:  # what is kept is made of it later
            prefix = f"incoming/{prefix}"
        return PendingUpload(
            id=id,
            moc_id=moc_id,
            file_type=file.file_type,
            filename=filename,
            mime_type=mime_type,
            size_bytes=file.size,
            object_key=f"{prefix}{id}{extension}",
            expires_at=utc_now() + timedelta(seconds=URL_SECONDS),
        )

    async def _url(self, upload: PendingUpload) -> UploadUrl:
        url, fields = await self._resources.storage.presigned_post(
            upload.object_key,
            upload.mime_type,
            upload.size_bytes,
            seconds=URL_SECONDS,
            save_as=upload.filename if upload.file_type in DOCUMENTS else None,
        )
        return UploadUrl(
            file_id=upload.id,
            filename=upload.filename,
            file_type=upload.file_type,
            upload_url=url,
            fields=fields,
            expires_in=URL_SECONDS,
        )

    def _changed(self, work: UnitOfWork, moc: Moc) -> None:
        scopes = showing_moc(moc.id, moc.user_id)
        work.after_commit(lambda: self._resources.cache.forget(*scopes))


def _check_numbers(files: Sequence[FileToUpload]) -> None:
    numbers = Counter(file.file_type for file in files)
    if not numbers["instruction"]:
        raise invalid_field("files", "At least one instructions file is required (PDF or .io format)")
    for file_type, number in numbers.items():
        if number > MOST[file_type]:
            raise invalid_field("files", f"At most {MOST[file_type]} files may be of type {file_type}")


def _check_names(pending: Sequence[PendingUpload]) -> None:
    names = Counter(upload.filename for upload in pending)
    twice = next((name for name, number in names.items() if number > 1), None)
    if twice is not None:
        raise Invalid(f"Two files are named {twice}", details=field_problem("files", f"Two files are named {twice}"))
