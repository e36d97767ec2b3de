"""Files of a MOC: stored with it, added to it, taken away again, and downloaded.

Its methods that write open their own transactions: none is open while a file is worked on or travels.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args
from uuid import uuid4

from lego_api.adapters.identity import Caller
from lego_api.adapters.storage import DOWNLOAD_SECONDS
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import AppError, Conflict, Invalid
from lego_api.mocs.fields import field_problem
from lego_api.mocs.files.kinds import FileType
from lego_api.mocs.files.preparation import FilePreparation, PreparedFile, check_distinct_names
from lego_api.mocs.files.repository import MocFileRepository
from lego_api.mocs.files.schemas import (
    DownloadInfo,
    FailedFile,
    FileDownload,
    FileSaved,
    FilesSaved,
)
from lego_api.mocs.presenter import MocPresenter
from lego_api.mocs.repository import THUMBNAIL, MocRepository
from lego_api.mocs.schemas import MocWithFiles, MocWithFilesCreate
from lego_api.mocs.scopes import showing
from lego_api.models import Moc, MocFile, utc_now
from lego_api.resources import Resources
from lego_api.uploads import Upload

MAY_NOT_ADD = "Forbidden: You do not have permission to upload files to this MOC"
MAY_NOT_DELETE = "Forbidden: You do not have permission to delete files from this MOC"


class MocFileService:
    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._caller = caller
        self._resources = resources
        self._storage = resources.storage
        self._present = MocPresenter(resources.storage)

    async def create_moc(
        self,
        data: MocWithFilesCreate,
        instructions: Sequence[Upload],
        parts_lists: Sequence[Upload],
        images: Sequence[Upload],
    ) -> MocWithFiles:
        """A MOC and all its files, or neither. The first image becomes the thumbnail."""
        if not instructions:
            missing = "At least one instructions file is required (PDF or .io format)"
            raise Invalid(missing, details=field_problem("instructionsFile", missing))
        moc = Moc(id=uuid4(), **_with_defaults(data))
        async with unit_of_work(self._resources.read_sessions) as work:
            await self._mocs(work).check_title(moc.title)
        fields: list[tuple[str, Upload, FileType]] = [
            *(("instructionsFile", upload, "instruction") for upload in instructions),
            *(("partsLists", upload, "parts-list") for upload in parts_lists),
            *(("images", upload, "gallery-image" if number else "thumbnail") for number, upload in enumerate(images)),
        ]
        preparation = FilePreparation(self._resources, self._caller.user_id, moc.id)
        files = await preparation.prepare_all(fields)
        moc.thumbnail_url = next((file.row.file_url for file in files if file.row.file_type == THUMBNAIL), None)
        async with self._resources.object_store.stored([file.stored for file in files]) as work:
            await self._mocs(work).add(moc)
            await self._files(work).add(file.row for file in files)
            self._changed(work, moc)
        rows = [file.row for file in files]
        return self._present.moc_as(MocWithFiles, moc, files=rows, images=self._present.images(rows))

    async def add(self, moc_id: str, file_type: str | None, uploads: Sequence[Upload]) -> FileSaved | FilesSaved:
        """Adds one file, or several of which those that are good are kept.

        A new thumbnail takes the place of the old one.
        """
        kind = _file_type(file_type)
        async with unit_of_work(self._resources.read_sessions) as work:
            moc = await self._mocs(work).get_editable(moc_id, self._caller, MAY_NOT_ADD, for_update=False)
            await self._check_room(work, moc, kind)
            taken = await self._files(work).names(moc.id, besides=THUMBNAIL if kind == THUMBNAIL else None)
        if not uploads:
            raise Invalid("File is required")
        preparation = FilePreparation(self._resources, moc.user_id, moc.id)
        if len(uploads) == 1:
            file = await preparation.prepare(uploads[0], kind)
            check_distinct_names([file], taken)
            moc = await self._store(moc_id, kind, [file])
            return FileSaved(
                message="File uploaded successfully", file=self._present.file(file.row), moc=self._present.moc(moc)
            )
        return await self._add_several(moc_id, kind, uploads, preparation, set(taken))

    async def delete(self, moc_id: str, file_id: str, work: UnitOfWork) -> FileSaved:
        moc = await self._mocs(work).get_editable(moc_id, self._caller, MAY_NOT_DELETE)
        file = await self._files(work).get(moc.id, file_id)
        deleted = self._present.file(file)
        await self._remove(work, moc, [file])
        self._changed(work, moc)
        return FileSaved(message="File deleted successfully", file=deleted, moc=self._present.moc(moc))

    async def download(self, moc_id: str, file_id: str, work: UnitOfWork) -> FileDownload:
        """Where to get a file under its own name. MOCs are published: every signed-in user may."""
        moc = await self._mocs(work).get_visible(moc_id)
        file = await self._files(work).get(moc.id, file_id)
        filename = file.original_filename or f"{file.id}"
        mime_type = file.mime_type or "application/octet-stream"
        expires_at = None
        url = file.file_url
        if self._storage.is_key(file.file_url):
            url = await self._storage.download_url(file.file_url, filename, mime_type)
            expires_at = utc_now() + timedelta(seconds=DOWNLOAD_SECONDS)
        info = DownloadInfo(
            url=url, filename=filename, mime_type=mime_type, size=file.size_bytes, expires_at=expires_at
        )
        return FileDownload(file=self._present.file(file), download_info=info)

    async def _add_several(
        self, moc_id: str, kind: FileType, uploads: Sequence[Upload], preparation: FilePreparation, taken: set[str]
    ) -> FilesSaved:
        if kind == THUMBNAIL:
            raise Invalid("A MOC has one thumbnail: send one file")
        good: list[PreparedFile] = []
        failed: list[FailedFile] = []
        for upload in uploads:
            try:
                file = await preparation.prepare(upload, kind)
                check_distinct_names([file], frozenset(taken))
            except AppError as error:
                failed.append(FailedFile(filename=upload.filename, error=error.message))
            else:
                good.append(file)
                taken.add(upload.filename)
        if not good:
            raise Invalid("None of the files can be accepted", details=[file.model_dump() for file in failed])
        moc = await self._store(moc_id, kind, good)
        return FilesSaved(
            message=f"{len(good)} of {len(uploads)} files uploaded successfully",
            uploaded=[self._present.file(file.row) for file in good],
            failed=failed,
            moc=self._present.moc(moc),
        )

    async def _store(self, moc_id: str, kind: FileType, files: Sequence[PreparedFile]) -> Moc:
        async with self._resources.object_store.stored([file.stored for file in files]) as work:
            moc = await self._mocs(work).get_editable(moc_id, self._caller, MAY_NOT_ADD)
            await self._check_room(work, moc, kind)
            if kind == THUMBNAIL:
                await self._remove(work, moc, await self._files(work).of_type(moc.id, THUMBNAIL))
                moc.thumbnail_url = files[0].row.file_url
            await self._files(work).add(file.row for file in files)
            await self._mocs(work).update(moc, {})
            self._changed(work, moc)
        return moc

    async def _check_room(self, work: UnitOfWork, moc: Moc, kind: FileType) -> None:
        if kind == "instruction" and await self._files(work).of_type(moc.id, kind):
            raise Conflict("MOC already has an instruction file. Delete the existing one first.")

    async def _remove(self, work: UnitOfWork, moc: Moc, files: Sequence[MocFile]) -> None:
        await self._files(work).delete(files)
        references = [file.file_url for file in files]
        if moc.thumbnail_url in references:
            await self._mocs(work).update(moc, {"thumbnail_url": None})
        keys = [reference for reference in references if self._storage.is_key(reference)]
        self._resources.outbox.delete_objects(work, keys)

    def _mocs(self, work: UnitOfWork) -> MocRepository:
        return MocRepository(work.session, self._caller.user_id)

    def _files(self, work: UnitOfWork) -> MocFileRepository:
        return MocFileRepository(work.session)

    def _changed(self, work: UnitOfWork, moc: Moc) -> None:
        scopes = showing(moc.id, moc.user_id)
        work.after_commit(lambda: self._resources.cache.forget(*scopes))


def _with_defaults(data: MocWithFilesCreate) -> dict[str, object]:
    columns = {"uploaded_date": utc_now()} | data.new_columns()
    columns.pop("thumbnail_url", None)  # the first image is the thumbnail
    return columns


def _file_type(given: str | None) -> FileType:
    for file_type in get_args(FileType):
        if given == file_type:
            return file_type  # type: ignore[no-any-return]
    raise Invalid("Invalid file type. Must be instruction, parts-list, or thumbnail")
