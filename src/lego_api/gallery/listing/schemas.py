"""What the one list of images and albums answers."""

from typing import Annotated, Literal

from pydantic import Field

from lego_api.gallery.albums.schemas import AlbumOut
from lego_api.rows import GalleryImageOut
from lego_api.schemas import Schema


class ListedAlbum(AlbumOut):
    type: Literal["album"] = "album"


class ListedImage(GalleryImageOut):
    type: Literal["image"] = "image"


class GalleryPage(Schema):
    items: list[Annotated[ListedAlbum | ListedImage, Field(discriminator="type")]]
    next_cursor: int | None
    has_more: bool
