"""What gallery images take and answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, RootModel, StringConstraints, field_validator

from lego_api.errors import Invalid
from lego_api.fields import Name, Tags, Title, field_problem, none_if_empty
from lego_api.rows import GalleryImageOut
from lego_api.schemas import RequestSchema, Schema

MAX_BATCH = 200  # images in one request

ImageId = Annotated[str, StringConstraints(max_length=100)]
ImageIds = Annotated[list[ImageId], Field(min_length=1, max_length=MAX_BATCH)]
# Not a `UUID`: what names no album is a 404, whatever its form.
AlbumId = Annotated[Annotated[str, StringConstraints(max_length=100)] | None, BeforeValidator(none_if_empty)]

NO_TITLE = "Title must be a non-empty string"


def check_title(title: str | None) -> None:
    """Raises, for one that is there and blank, the 400 that clients know from the old server."""
    if title is not None and not title.strip():
        errors = field_problem("body", NO_TITLE)
        raise Invalid(NO_TITLE, details=field_problem("title", NO_TITLE), extra={"errors": errors})


Description = Annotated[str, StringConstraints(max_length=5000)]


class ImageFields(RequestSchema):
    """Null, and what is empty, clears."""

    description: Description | None = None
    tags: Tags | None = None
    album_id: AlbumId = None
    author: Name | None = None
    category: Name | None = None

    @field_validator("description", "tags", mode="before")
    @classmethod
    def _empty_is_null(cls, value: Any) -> Any:
        return none_if_empty(value)

    @field_validator("author", "category")
    @classmethod
    def _blank_is_null(cls, value: str | None) -> str | None:
        return value or None


class ImageCreate(ImageFields):
    """The texts of the upload form. An image without a title is called after its file."""

    title: Title | None = None


class ImageUpdate(ImageFields):
    """Only what was sent changes."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)] = ""  # see `check_title`


class ImageBatch(RequestSchema):
    image_ids: ImageIds


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Which images of a gallery; None and nothing are all."""

    album_id: UUID | None = None
    flagged: bool | None = None
    tags: tuple[str, ...] = ()
    category: str | None = None
    search: str = ""
    outside_albums: bool = False

    @property
    def is_about_images(self) -> bool:
        """Whether it asks for what no album has."""
        return bool(self.album_id or self.flagged or self.tags or self.category)

    def in_index(self) -> dict[str, str | bool | Sequence[str]]:
        """The same by the fields of the search index, but for the words."""
        filters: dict[str, str | bool | Sequence[str]] = {"tags.exact": self.tags}
        if self.album_id:
            filters["album_id"] = str(self.album_id)
        if self.flagged is not None:
            filters["flagged"] = self.flagged
        if self.category:
            filters["category.exact"] = self.category
        return filters

    def key(self) -> list[str]:
        """For the cache."""
        return [repr(self)]


class Choices(RootModel[list[str]]):
    """What a filter offers."""


class ImageRetrieved(Schema):
    image: GalleryImageOut


class ImageSaved(Schema):
    message: str
    image: GalleryImageOut


class Images(Schema):
    images: list[GalleryImageOut]
    total: int
    next_cursor: int | None


class FoundImages(Schema):
    images: list[GalleryImageOut]
    total: int
    source: str


class ImageData(Schema):
    """As the gallery components want it."""

    data: GalleryImageOut


class ImageDataSaved(Schema):
    message: str
    data: GalleryImageOut


class FoundData(Schema):
    data: list[GalleryImageOut]
    total: int
    source: str


class ImagesDeleted(Schema):
    message: str
    deleted_ids: list[UUID]
