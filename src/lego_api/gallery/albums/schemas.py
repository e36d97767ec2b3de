"""What albums take and answer."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, field_validator

from lego_api.fields import Title, none_if_empty
from lego_api.gallery.images.schemas import Description, ImageId
from lego_api.rows import GalleryImageOut
from lego_api.schemas import FileUrl, RequestSchema, Schema, Timestamp


class AlbumFields(RequestSchema):
    """Null, and what is empty, clears."""

    description: Description | None = None

    @field_validator("description", mode="before")
    @classmethod
    def _empty_is_null(cls, value: Any) -> Any:
        return none_if_empty(value)


class AlbumCreate(AlbumFields):
    title: Title


class AlbumUpdate(AlbumFields):
    """Only what was sent changes. Without a cover of its own, an album shows its newest image."""

    title: Title | None = None
    cover_image_id: Annotated[ImageId | None, BeforeValidator(none_if_empty)] = None

    @field_validator("title")
    @classmethod
    def _not_cleared(cls, value: str | None) -> str | None:
        if value is None:
            raise ValueError("must not be null")
        return value


class AlbumImage(RequestSchema):
    image_id: ImageId


class AlbumOut(Schema):
    """`url` is the cover's, for clients that show albums and images alike."""

    id: UUID
    user_id: str
    title: str
    description: str | None
    cover_image_id: UUID | None
    created_at: Timestamp
    last_updated_at: Timestamp
    image_count: int
    url: FileUrl
    thumbnail_url: FileUrl
    updated_at: Timestamp = Field(validation_alias="last_updated_at")


class AlbumWithImages(AlbumOut):
    images: list[GalleryImageOut]


class Albums(Schema):
    albums: list[AlbumOut]
    total: int
    next_cursor: int | None


class AlbumsWithImages(Schema):
    albums: list[AlbumWithImages]
    total: int
    next_cursor: int | None


class OneAlbum(Schema):
    """`next_cursor` is set where an album has more images than are answered at once."""

    album: AlbumOut
    images: list[GalleryImageOut]
    next_cursor: int | None


class AlbumDeleted(Schema):
    message: str
    album: AlbumOut


class ImagesAdded(Schema):
    message: str
    album_id: UUID
    added_ids: list[UUID]
