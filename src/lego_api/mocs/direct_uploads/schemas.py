"""What uploading directly to the storage takes and answers."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, WrapValidator

from lego_api.mocs.files.kinds import MAX_IMAGES, MAX_INSTRUCTIONS, MAX_PARTS_LISTS, FileType
from lego_api.mocs.schemas import MocWithFiles, MocWithFilesCreate
from lego_api.schemas import RequestSchema, Schema

MAX_FILES = MAX_INSTRUCTIONS + MAX_PARTS_LISTS + MAX_IMAGES


class FileToUpload(RequestSchema):
    """`size` in bytes. What it is says the extension of its name, and not what the browser takes it for."""

    filename: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    file_type: FileType
    mime_type: Annotated[str, StringConstraints(max_length=255)] | None = None
    size: Annotated[int, Field(ge=1, strict=True)]


FilesToUpload = Annotated[list[FileToUpload], Field(min_length=1, max_length=MAX_FILES)]


class FilesOfNewMoc(MocWithFilesCreate):
    """A MOC, and the files that are to be sent for it."""

    files: FilesToUpload


class FilesOfMoc(RequestSchema):
    """Files that are to be sent for a MOC that is there."""

    moc_id: str
    files: FilesToUpload


def _as_said(value: Any, _: Any) -> FilesOfNewMoc | FilesOfMoc:
    """So that what is wrong is told of what was meant."""
    names_moc = isinstance(value, Mapping) and value.get("mocId") is not None
    return FilesOfMoc.model_validate(value) if names_moc else FilesOfNewMoc.model_validate(value)


UploadsInitialize = Annotated[FilesOfNewMoc | FilesOfMoc, WrapValidator(_as_said)]


class UploadUrl(Schema):
    """Where to send a file: a form with these fields, and the file after them in the field `file`."""

    file_id: UUID
    filename: str
    file_type: str
    upload_url: str
    fields: dict[str, str]
    method: str = "POST"
    expires_in: int  # seconds


class UploadUrls(Schema):
    moc_id: UUID
    upload_urls: list[UploadUrl]
    expires_in: int


class UploadsInitialized(Schema):
    message: str
    data: UploadUrls


class UploadedFile(RequestSchema):
    """`success`: whether the client has sent it all, as far as it knows."""

    file_id: UUID
    success: bool = True


class UploadsFinalize(RequestSchema):
    uploaded_files: Annotated[list[UploadedFile], Field(min_length=1, max_length=MAX_FILES)]


class FailedUpload(Schema):
    """`filename` is null where no upload with this id is known."""

    file_id: UUID
    filename: str | None
    error: str


class UploadsFinalized(Schema):
    """`failed` says why a file is not among those of the MOC."""

    message: str
    moc: MocWithFiles
    failed: list[FailedUpload]
