"""MOCs whose files go from the browser to the storage directly: too large for a request, or too many."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_moc
from lego_api.db import unit_of_work
from lego_api.errors import AppError, Conflict
from lego_api.fields import field_problem, invalid_field
from lego_api.mocs.direct_uploads.schemas import DirectUploadCreate, FileToUpload, UploadUrl, UploadUrls
from lego_api.mocs.files.kinds import MAX_IMAGES, MAX_INSTRUCTIONS, MAX_PARTS_LISTS, announced
from lego_api.mocs.files.preparation import object_prefix
from lego_api.mocs.repository import PICTURES, THUMBNAIL, MocRepository
from lego_api.models import Moc, PendingUpload, utc_now
from lego_api.pending_uploads import INCOMING, PendingUploads
from lego_api.resources import Resources
from lego_api.search_index import MOCS
from lego_api.uploads import clean_filename

PERMISSION_SECONDS = 900


class DirectUploads:
    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._user_id = caller.user_id
        self._resources = resources

    async def initialize(self, data: DirectUploadCreate) -> UploadUrls:
        """The MOC without its files, and for each of them the permission to send it.

        Raises `Invalid`, `PayloadTooLarge` and `Conflict`, and `StorageUnavailable` when nothing can be signed.
        """
        _check_numbers(data.files)
        now = utc_now()
        columns = {"uploaded_date": now} | data.new_columns()
        columns.pop("thumbnail_url", None)  # the first picture is the thumbnail
        moc = Moc(id=uuid4(), created_at=now, updated_at=now, **columns)
        ends_at = now + timedelta(seconds=PERMISSION_SECONDS)
        uploads = [self._upload(moc.id, file, position, ends_at) for position, file in enumerate(data.files)]
        _check_names(uploads)
        urls = [await self._url(upload) for upload in uploads]
        async with unit_of_work(self._resources.sessions) as work:
            pending = PendingUploads(work, self._resources.outbox)
            given_up = await pending.make_room(self._user_id, moc.title)
            await MocRepository(work.session, self._user_id).add(moc)
            await pending.allow(uploads)
            self._resources.search_index.changed(work, MOCS, [moc.id, *given_up])
            scopes = {scope for id in (moc.id, *given_up) for scope in showing_moc(id, self._user_id)}
            work.after_commit(lambda: self._resources.cache.forget(*scopes))
        return UploadUrls(moc_id=moc.id, upload_urls=urls, expires_in=PERMISSION_SECONDS)

    def _upload(self, moc_id: UUID, file: FileToUpload, position: int, ends_at: datetime) -> PendingUpload:
        try:
            filename = clean_filename(file.filename)
            extension, mime_type = announced(filename, file.file_type, file.size, self._resources.settings)
        except AppError as error:
            error.details = field_problem("files", f"{position}: {error.message}")
            raise
        id = uuid4()
        prefix = object_prefix(file.file_type, self._user_id, moc_id)
        if file.file_type in PICTURES:  # what is kept is made of it later
            prefix = f"{INCOMING}{prefix}"
        return PendingUpload(
            id=id,
            moc_id=moc_id,
            file_type=file.file_type,
            filename=filename,
            mime_type=mime_type,
            size_bytes=file.size,
            object_key=f"{prefix}{id}{extension}",
            expires_at=ends_at,
        )

    async def _url(self, upload: PendingUpload) -> UploadUrl:
        url, fields = await self._resources.storage.presigned_post(
            upload.object_key,
            upload.mime_type,
            upload.size_bytes,
            seconds=PERMISSION_SECONDS,
            save_as=None if upload.file_type in PICTURES else upload.filename,
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
    if not numbers["instruction"]:
        raise invalid_field("files", "At least one instructions file is required (PDF or .io format)")
    pictures = sum(numbers[file_type] for file_type in PICTURES)
    for number, most, what in (
        (numbers["instruction"], MAX_INSTRUCTIONS, "instructions files"),
        (numbers["parts-list"], MAX_PARTS_LISTS, "parts lists"),
        (numbers[THUMBNAIL], 1, "thumbnail"),
        (pictures, MAX_IMAGES, "images, the thumbnail among them,"),
    ):
        if number > most:
            raise invalid_field("files", f"At most {most} {what} can come with a MOC")


def _check_names(uploads: Sequence[PendingUpload]) -> None:
    names = Counter(upload.filename for upload in uploads)
    for name, number in names.items():
        if number > 1:
            message = f"Two files are named {name}"
            raise Conflict(message, details=field_problem("files", message))
