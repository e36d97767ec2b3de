"""Files that are stored with a MOC or added to it.

Each method opens its own, short transactions: none is open while a file is worked on or travels.
"""

from collections.abc import Sequence
from typing import TypeGuard, get_args
from uuid import uuid4

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.errors import AppError, Invalid
from lego_api.fields import field_problem
from lego_api.mocs.files.kinds import INSTRUCTION_MISSING, FileType
from lego_api.mocs.files.preparation import FilePreparation, PreparedFile, check_distinct_names, rows_of
from lego_api.mocs.files.repository import MocFileRepository
from lego_api.mocs.files.schemas import FailedFile, FileSaved, FilesSaved
from lego_api.mocs.files.service import MocFileService
from lego_api.mocs.presenter import MocPresenter
from lego_api.mocs.repository import THUMBNAIL, MocRepository
from lego_api.mocs.schemas import MocWithFiles, MocWithFilesCreate
from lego_api.models import Moc
from lego_api.resources import Resources
from lego_api.search_index import MOCS
from lego_api.uploads import Upload

MAY_NOT_ADD = "Forbidden: You do not have permission to upload files to this MOC"


class MocFileUploads:
    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._caller = caller
        self._resources = resources
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
            raise Invalid(INSTRUCTION_MISSING, details=field_problem("instructionsFile", INSTRUCTION_MISSING))
        moc = Moc(id=uuid4(), **data.new_columns())
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
            await self._files(work).add(rows_of(files))
            self._resources.search_index.changed(work, MOCS, [moc.id])
            self._changed(work, moc)
        rows = [file.row for file in files]
        return self._present.moc_as(MocWithFiles, moc, files=rows, images=self._present.images(rows))

    async def check_editable(self, moc_id: str) -> None:
        """Raises `NotFound` and `Forbidden`: before a file is read that nobody wants."""
        async with unit_of_work(self._resources.read_sessions) as work:
            await self._editable(work, moc_id, for_update=False)

    async def add(self, moc_id: str, file_type: str | None, uploads: Sequence[Upload]) -> FileSaved | FilesSaved:
        """Adds one file, or several of which those that are good are kept.

        A new thumbnail takes the place of the old one.
        """
        kind = _file_type(file_type)
        async with unit_of_work(self._resources.read_sessions) as work:
            moc = await self._editable(work, moc_id, for_update=False)
            await self._files(work).check_room(moc.id, kind)
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
            moc = await self._editable(work, moc_id)
            await self._files(work).check_room(moc.id, kind)
            if kind == THUMBNAIL:
                replaced = await self._files(work).of_type(moc.id, THUMBNAIL)
                await MocFileService(work, self._caller, self._resources).remove(moc, replaced)
                moc.thumbnail_url = files[0].row.file_url
            await self._files(work).add(rows_of(files))
            await self._mocs(work).update(moc, {})
            self._changed(work, moc)
        return moc

    async def _editable(self, work: UnitOfWork, moc_id: str, *, for_update: bool = True) -> Moc:
        return await self._mocs(work).get_editable(
            moc_id, MAY_NOT_ADD, is_admin=self._caller.is_admin, for_update=for_update
        )

    def _mocs(self, work: UnitOfWork) -> MocRepository:
        return MocRepository(work.session, self._caller.user_id)

    def _files(self, work: UnitOfWork) -> MocFileRepository:
        return MocFileRepository(work.session)

    def _changed(self, work: UnitOfWork, moc: Moc) -> None:
        scopes = showing_moc(moc.id, moc.user_id)
        work.after_commit(lambda: self._resources.cache.forget(*scopes))


def _file_type(given: str | None) -> FileType:
    if not _is_file_type(given):
        raise Invalid("Invalid file type. Must be instruction, parts-list, or thumbnail")
    return given


def _is_file_type(given: str | None) -> TypeGuard[FileType]:
    return given in get_args(FileType)
