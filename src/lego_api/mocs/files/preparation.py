"""From uploads to checked files: the objects to store, and the rows that will know them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID, uuid4

from lego_api.adapters.images import Rendition
from lego_api.errors import AppError, Conflict
from lego_api.fields import field_problem
from lego_api.mocs.files.kinds import Document, FileType, instruction, parts_list
from lego_api.models import MocFile, PartsList, utc_now
from lego_api.object_store import NewObject, moc_folder
from lego_api.resources import Resources
from lego_api.uploads import Upload, is_readable

PICTURE = Rendition("picture", max_edge=2048)


@dataclass(frozen=True, slots=True)
class PreparedFile:
    row: MocFile
    stored: NewObject


class FilePreparation:
    """Checks and processes what is to become the files of one MOC. Touches neither database nor storage."""

    def __init__(self, resources: Resources, owner_id: str, moc_id: UUID) -> None:
        self._settings = resources.settings
        self._images = resources.images
        self._owner_id = owner_id
        self._moc_id = moc_id

    async def prepare(self, upload: Upload, file_type: FileType) -> PreparedFile:
        """Raises `Invalid` or `PayloadTooLarge`."""
        if file_type == "instruction":
            return self._document(instruction(upload, self._settings))
        if file_type == "parts-list":
            return self._document(parts_list(upload, self._settings))
        return await self._picture(upload, file_type)

    async def prepare_all(self, uploads: Iterable[tuple[str, Upload, FileType]]) -> list[PreparedFile]:
        """All or none. What is wrong is told of the form's field. Raises `Conflict` when two have the same name."""
        prepared = []
        for field, upload, file_type in uploads:
            try:
                prepared.append(await self.prepare(upload, file_type))
            except AppError as error:
                error.details = field_problem(field, f"{upload.filename}: {error.message}")
                raise
        check_distinct_names(prepared)
        now = utc_now()
        for position, file in enumerate(prepared):  # files are listed by time, and these in the order they came
            file.row.created_at = now + timedelta(microseconds=position)
        return prepared

    def _document(self, document: Document) -> PreparedFile:
        upload = document.upload
        return self._file(
            document.file_type,
            upload,
            upload.body,
            upload.size,
            document.mime_type,
            document.extension,
            save_as=upload.filename,
        )

    async def _picture(self, upload: Upload, file_type: FileType) -> PreparedFile:
        upload.check_size(self._settings.max_image_bytes)
        upload.content_type()
        picture = (await self._images.render(upload.body, [PICTURE]))[PICTURE.name]
        return self._file(file_type, upload, picture.data, len(picture.data), picture.content_type, ".webp")

    def _file(
        self,
        file_type: FileType,
        upload: Upload,
        body: bytes | BinaryIO,
        size: int,
        mime_type: str,
        extension: str,
        *,
        save_as: str | None = None,
    ) -> PreparedFile:
        id = uuid4()
        key = f"{moc_folder(self._owner_id, self._moc_id, file_type)}{id}{extension}"
        row = MocFile(
            id=id,
            moc_id=self._moc_id,
            file_type=file_type,
            file_url=key,
            original_filename=upload.filename,
            mime_type=mime_type,
            size_bytes=size,
        )
        return PreparedFile(row, NewObject(key, body, mime_type, save_as))


def rows_of(files: Iterable[PreparedFile]) -> list[MocFile | PartsList]:
    """With a list for each file whose parts are yet to be read."""
    rows = [file.row for file in files]
    return [*rows, *(PartsList.read_from(row) for row in rows if is_readable(row))]


def check_distinct_names(files: Sequence[PreparedFile], taken: frozenset[str] = frozenset()) -> None:
    seen = set(taken)
    for file in files:
        name = str(file.row.original_filename)
        if name in seen:
            raise Conflict(f"This MOC already has a file named {name}")
        seen.add(name)
