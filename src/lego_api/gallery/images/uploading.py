"""New images of a gallery: made small, stored, and never half there.

No transaction is open while a picture is worked on or travels.
"""

from urllib.parse import quote
from uuid import uuid4

from lego_api.adapters.identity import Caller
from lego_api.adapters.images import Rendition
from lego_api.cache_scopes import showing_gallery
from lego_api.db import unit_of_work
from lego_api.errors import Invalid
from lego_api.gallery.images.presenter import ImagePresenter
from lego_api.gallery.images.repository import ImageRepository
from lego_api.gallery.images.schemas import ImageCreate
from lego_api.models import GalleryImage
from lego_api.object_store import NewObject
from lego_api.resources import Resources
from lego_api.rows import GalleryImageOut
from lego_api.search_index import GALLERY_IMAGES
from lego_api.uploads import Upload

IMAGE = Rendition("image", max_edge=2048)
THUMBNAIL = Rendition("thumbnail", max_edge=400)


class ImageUploads:
    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._user_id = caller.user_id
        self._resources = resources
        self._present = ImagePresenter(resources.storage)

    async def upload(self, data: ImageCreate, upload: Upload | None) -> GalleryImageOut:
        if upload is None:
            raise Invalid("No file provided")
        if data.album_id:  # before work that would be in vain
            async with unit_of_work(self._resources.read_sessions) as work:
                await ImageRepository(work.session, self._user_id).hold_album(data.album_id, self._user_id)
        image = GalleryImage(id=uuid4(), **data.model_dump(exclude={"album_id", "title"}))
        image.title = data.title or upload.filename
        objects = await self._process(image, upload)
        async with self._resources.object_store.stored(objects) as work:
            images = ImageRepository(work.session, self._user_id)
            if data.album_id:
                image.album_id = await images.hold_album(data.album_id, self._user_id)
            await images.add(image)
            self._resources.search_index.changed(work, GALLERY_IMAGES, [image.id])
            work.after_commit(lambda: self._resources.cache.forget(*showing_gallery(self._user_id)))
        return self._present.one(image)

    async def _process(self, image: GalleryImage, upload: Upload) -> list[NewObject]:
        upload.check_size(self._resources.settings.max_gallery_image_bytes)
        upload.content_type()
        rendered = await self._resources.images.render(upload.body, [IMAGE, THUMBNAIL])
        prefix = f"gallery/{quote(self._user_id, safe='')}/{image.id}"
        image.image_url, image.thumbnail_url = f"{prefix}.webp", f"{prefix}-thumbnail.webp"
        keys = ((image.image_url, rendered[IMAGE.name]), (image.thumbnail_url, rendered[THUMBNAIL.name]))
        return [NewObject(key, picture.data, picture.content_type) for key, picture in keys]
