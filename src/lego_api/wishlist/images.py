"""Pictures of wishlist items: made small, stored, and never left behind."""

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

from lego_api.adapters.images import Rendition
from lego_api.adapters.storage import Storage
from lego_api.db import unit_of_work
from lego_api.errors import Invalid
from lego_api.object_store import NewObject
from lego_api.resources import Resources
from lego_api.uploads import MEGABYTE, Upload
from lego_api.wishlist.repository import WishlistRepository
from lego_api.wishlist.schemas import FileInfo, ItemWithImage, UploadedImage, WishlistItemOut
from lego_api.wishlist.scope import wishlist_scope

PICTURE = Rendition("picture", max_edge=800)
UNUSED_AFTER = timedelta(hours=24)  # how long an uploaded picture waits for an item to show it


def own_image_key(storage: Storage, user_id: str, url: str) -> str | None:
    """The object key behind a URL, if it is one of this user's wishlist pictures."""
    key = storage.key(url)
    return key if key and key.startswith(_prefix(user_id)) else None


class WishlistImages:
    """Its methods open their own transactions: none is open while a picture is worked on or travels."""

    def __init__(self, user_id: str, resources: Resources) -> None:
        self._user_id = user_id
        self._resources = resources

    async def upload(self, upload: Upload | None) -> UploadedImage:
        """Stores a picture that an item may show later; unless one does, it is deleted again."""
        picture, info = await self._process(upload)
        await self._resources.object_store.put_announced([picture], keep_for=UNUSED_AFTER)
        return UploadedImage(image_url=self._resources.storage.url(picture.key), file_info=info)

    async def attach(self, item_id: str, upload: Upload | None) -> ItemWithImage:
        """Stores a picture and shows it on an item; the one it showed before goes."""
        async with unit_of_work(self._resources.read_sessions) as work:
            await WishlistRepository(work.session, self._user_id).get(item_id)
        picture, info = await self._process(upload)
        file_url = self._resources.storage.url
        async with self._resources.object_store.stored([picture]) as work:
            items = WishlistRepository(work.session, self._user_id)
            item = await items.get(item_id, for_update=True)
            previous = own_image_key(self._resources.storage, self._user_id, file_url(item.image_url) or "")
            await items.update(item, {"image_url": picture.key})
            if previous and not await items.uses_image(previous):
                self._resources.outbox.delete_objects(work, [previous])
            work.after_commit(lambda: self._resources.cache.forget(wishlist_scope(self._user_id)))
        shown = WishlistItemOut.model_validate(item, context={"file_url": file_url})
        return ItemWithImage(item=shown, image_url=file_url(picture.key), file_info=info)

    async def _process(self, upload: Upload | None) -> tuple[NewObject, FileInfo]:
        if upload is None:
            raise Invalid("No file provided. Please upload an image file.")
        upload.check_size(self._resources.settings.max_image_bytes)
        sent_as = upload.content_type()
        picture = (await self._resources.images.render(upload.body, [PICTURE]))[PICTURE.name]
        info = FileInfo(original_name=upload.filename, size=round(upload.size / MEGABYTE, 2), type=sent_as)
        return NewObject(f"{_prefix(self._user_id)}{uuid4()}.webp", picture.data, picture.content_type), info


def _prefix(user_id: str) -> str:
    return f"wishlist/{quote(user_id, safe='')}/"
