"""Pictures of wishlist items: made small, stored, and never left behind."""

from datetime import timedelta
from uuid import uuid4

from lego_api.adapters.identity import Caller
from lego_api.adapters.images import PHOTOS, Rendition
from lego_api.cache_scopes import showing_wishlist
from lego_api.db import unit_of_work
from lego_api.errors import Invalid, PayloadTooLarge
from lego_api.object_store import NewObject
from lego_api.resources import Resources
from lego_api.uploads import MEGABYTE, Upload
from lego_api.wishlist.image_references import ImageReferences, image_prefix
from lego_api.wishlist.repository import WishlistRepository
from lego_api.wishlist.schemas import FileInfo, ItemWithImage, UploadedImage, WishlistItemOut

PICTURE = Rendition("picture", max_edge=800)
UNUSED_AFTER = timedelta(hours=24)  # how long an uploaded picture waits for an item to show it


class WishlistImages:
    """Its methods open their own transactions: none is open while a picture is worked on or travels."""

    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._user_id = caller.user_id
        self._resources = resources

    async def upload(self, upload: Upload) -> UploadedImage:
        """Stores a picture that an item may show later; unless one does, it is deleted again."""
        picture, info = await self._process(upload)
        await self._resources.object_store.put_announced([picture], keep_for=UNUSED_AFTER)
        return UploadedImage(image_url=self._resources.storage.url(picture.key), file_info=info)

    async def attach(self, item_id: str, upload: Upload) -> ItemWithImage:
        """Stores a picture and shows it on an item; the one it showed before goes, unless another item shows it."""
        async with unit_of_work(self._resources.read_sessions) as work:
            await WishlistRepository(work.session, self._user_id).get_to("modify", item_id)
        picture, info = await self._process(upload)
        async with self._resources.object_store.stored([picture]) as work:
            items = WishlistRepository(work.session, self._user_id)
            references = ImageReferences(work, items, self._user_id, self._resources)
            await references.hold()
            item = await items.get_to("modify", item_id, for_update=True)
            previous = item.image_url
            await items.update(item, {"image_url": picture.key})
            await references.release(previous)
            work.after_commit(lambda: self._resources.cache.forget(*showing_wishlist(self._user_id)))
        file_url = self._resources.storage.url
        shown = WishlistItemOut.model_validate(item, context={"file_url": file_url})
        return ItemWithImage(item=shown, image_url=shown.image_url, file_info=info)

    async def _process(self, upload: Upload) -> tuple[NewObject, FileInfo]:
        limit = self._resources.settings.max_image_bytes
        if upload.size > limit:
            # The old server's word for it beside the common code.
            message = f"File size too large. Maximum allowed size is {limit // MEGABYTE}MB."
            raise PayloadTooLarge(message, extra={"error": "FILE_ERROR"})
        upload.check_size(limit)
        sent_as = upload.content_type()
        if sent_as not in PHOTOS:
            raise Invalid(f"Unsupported file type: {sent_as}. Only JPEG, PNG, WebP and HEIC files are supported.")
        picture = (await self._resources.images.render(upload.body, [PICTURE]))[PICTURE.name]
        info = FileInfo(original_name=upload.filename, size=round(upload.size / MEGABYTE, 2), type=sent_as)
        return NewObject(f"{image_prefix(self._user_id)}{uuid4()}.webp", picture.data, picture.content_type), info
