"""Albums as clients see them."""

from typing import Any, TypeVar

from lego_api.adapters.storage import Storage
from lego_api.gallery.albums.repository import CoveredAlbum
from lego_api.gallery.albums.schemas import AlbumOut

S = TypeVar("S", bound=AlbumOut)

COLUMNS = ("id", "user_id", "title", "description", "created_at", "last_updated_at")


class AlbumPresenter:
    def __init__(self, storage: Storage) -> None:
        self._context = {"file_url": storage.url}

    def one(self, covered: CoveredAlbum) -> AlbumOut:
        return self.one_as(AlbumOut, covered)

    def one_as(self, model: type[S], covered: CoveredAlbum, **parts: Any) -> S:
        """An album together with what else the model shows of it."""
        values = {name: getattr(covered.album, name) for name in COLUMNS} | {
            "cover_image_id": covered.chosen_id,
            "image_count": covered.image_count,
            "url": covered.url,
            "thumbnail_url": covered.thumbnail_url or covered.url,
        }
        return model.model_validate(values | parts, context=self._context)
