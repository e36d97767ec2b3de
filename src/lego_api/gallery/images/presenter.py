"""Gallery images as clients see them: stored references become URLs."""

from collections.abc import Iterable
from typing import TypeVar

from lego_api.adapters.storage import Storage
from lego_api.models import GalleryImage
from lego_api.rows import GalleryImageOut

S = TypeVar("S", bound=GalleryImageOut)


class ImagePresenter:
    def __init__(self, storage: Storage) -> None:
        self._context = {"file_url": storage.url}

    def one(self, image: GalleryImage) -> GalleryImageOut:
        return self.one_as(GalleryImageOut, image)

    def one_as(self, model: type[S], image: GalleryImage) -> S:
        return model.model_validate(image, context=self._context)

    def all(self, images: Iterable[GalleryImage]) -> list[GalleryImageOut]:
        return [self.one(image) for image in images]
