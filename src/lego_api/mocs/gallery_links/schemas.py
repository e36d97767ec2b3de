"""What linking gallery images to a MOC takes and answers."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from lego_api.schemas import FileUrl, RequestSchema, Schema, StoredTags, Timestamp


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
    tags: StoredTags
    created_at: Timestamp
    last_updated_at: Timestamp
    linked_at: Timestamp | None


class LinkedImages(Schema):
    message: str
    images: list[LinkedImage]
