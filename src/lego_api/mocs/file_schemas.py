"""What the files of a MOC and its linked gallery images look like to a client."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from lego_api.mocs.schemas import MocImage, MocOut
from lego_api.schemas import FileUrl, RequestSchema, Schema, Timestamp


class MocFileOut(Schema):
    id: UUID
    moc_id: UUID
    file_type: str
    file_url: FileUrl
    original_filename: str | None
    mime_type: str | None
    created_at: Timestamp


class PartsListOut(Schema):
    id: UUID
    moc_id: UUID
    file_id: UUID | None
    title: str
    description: str | None
    built: bool | None
    purchased: bool | None
    inventory_percentage: str | None
    total_parts_count: str | None
    acquired_parts_count: str | None
    cost_estimate: str | None
    actual_cost: str | None
    notes: str | None
    created_at: Timestamp
    updated_at: Timestamp


class MocDetail(MocOut):
    files: list[MocFileOut]
    images: list[MocImage]
    parts_lists: list[PartsListOut]


class MocRetrieved(Schema):
    status: int
    message: str
    data: MocDetail


class MocWithFiles(MocOut):
    files: list[MocFileOut]
    images: list[MocImage]


class MocCreatedWithFiles(Schema):
    message: str
    moc: MocWithFiles


class FileSaved(Schema):
    message: str
    file: MocFileOut
    moc: MocOut


class FailedFile(Schema):
    filename: str
    error: str


class FilesSaved(Schema):
    message: str
    uploaded: list[MocFileOut]
    failed: list[FailedFile]
    moc: MocOut


class DownloadInfo(Schema):
    """`size` in bytes, null for files of the old server; `url` works until `expires_at` (null: always)."""

    url: str
    filename: str
    mime_type: str
    size: int | None
    expires_at: Timestamp | None


class FileDownload(Schema):
    file: MocFileOut
    download_info: DownloadInfo


class GalleryImageLink(RequestSchema):
    gallery_image_id: Annotated[str | None, Field(examples=["3fa85f64-5717-4562-b3fc-2c963f66afa6"])] = None


class LinkOut(Schema):
    id: UUID
    moc_id: UUID
    gallery_image_id: UUID
    linked_at: Timestamp | None


class LinkSaved(Schema):
    message: str
    link: LinkOut


class LinkedImage(Schema):
    id: UUID
    title: str
    description: str | None
    url: FileUrl
    tags: list[str] | None
    created_at: Timestamp
    last_updated_at: Timestamp
    linked_at: Timestamp | None


class LinkedImages(Schema):
    message: str
    images: list[LinkedImage]


class Message(Schema):
    message: str
