"""Rows that more than one domain answers, as clients see them. Validate with `context={"file_url": storage.url}`."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from lego_api.schemas import FileUrl, Schema, StoredTags, Timestamp


class MocOut(Schema):
    id: UUID
    user_id: str
    title: str
    description: str | None
    type: str
    author: str | None
    parts_count: int | None
    theme: str | None
    subtheme: str | None
    uploaded_date: Timestamp | None
    brand: str | None
    set_number: str | None
    release_year: int | None
    retired: bool | None
    tags: StoredTags
    thumbnail_url: FileUrl
    total_piece_count: int | None
    created_at: Timestamp
    updated_at: Timestamp


class MocFileOut(Schema):
    id: UUID
    moc_id: UUID
    file_type: str
    file_url: FileUrl
    original_filename: str | None
    mime_type: str | None
    created_at: Timestamp
    # In bytes. Left out of files of the old server, which did not know it: the web app takes a number or nothing.
    size: int | None = Field(None, validation_alias="size_bytes", exclude_if=lambda size: size is None)


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
    status: str  # processing, ready or failed
    format: str | None
    unique_parts_count: int | None
    spare_parts_count: int | None
    problems: list[dict[str, Any]] | None  # why it failed: code, message and line of each


class GalleryImageOut(Schema):
    """The columns, and beside them the names that some parts of the web app have for the image and its times."""

    id: UUID
    user_id: str
    title: str
    description: str | None
    tags: StoredTags
    image_url: FileUrl
    album_id: UUID | None
    flagged: Annotated[bool, BeforeValidator(bool)]
    created_at: Timestamp
    last_updated_at: Timestamp
    thumbnail_url: FileUrl
    author: str | None
    category: str | None
    url: FileUrl = Field(validation_alias="image_url")
    upload_date: Timestamp = Field(validation_alias="created_at")
    updated_at: Timestamp = Field(validation_alias="last_updated_at")
