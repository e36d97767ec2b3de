"""Rows that more than one domain answers, as clients see them. Validate with `context={"file_url": storage.url}`."""

from typing import Annotated
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
