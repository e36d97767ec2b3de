"""What uploading directly to the storage takes and answers."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

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


class DirectUploadCreate(MocWithFilesCreate):
    """A MOC, and the files that are to be sent for it."""

    files: Annotated[list[FileToUpload], Field(min_length=1, max_length=MAX_FILES)]


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
