"""The images of a gallery: found, described, filed in albums and deleted."""

import re
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from lego_api.adapters.content_types import WEBP
from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import gallery_scope, showing_gallery
from lego_api.db import UnitOfWork
from lego_api.gallery.images.presenter import ImagePresenter
from lego_api.gallery.images.repository import ImageRepository
from lego_api.gallery.images.schemas import Choices, ImageFilter, Images, ImageUpdate, check_title
from lego_api.gallery.paging import read_counted_page
from lego_api.models import GalleryImage
from lego_api.resources import Resources
from lego_api.rows import GalleryImageOut
from lego_api.search_index import GALLERY_IMAGES, Results, Wanted, search
from lego_api.uploads import clean_filename

# Of the file that an image without a title of its own is called after.
PICTURE_EXTENSION = re.compile(r"\.(jpe?g|jfif|png|webp|hei[cf])$", re.IGNORECASE)


class ImageService:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._caller = caller
        self._images = ImageRepository(work.session, caller.user_id)
        self._present = ImagePresenter(resources.storage)
        self._scope = gallery_scope(caller.user_id)
        self._cache = resources.cache
        self._storage = resources.storage
        self._outbox = resources.outbox
        self._index = resources.search_index

    async def page(self, wanted: ImageFilter, cursor: int | None, limit: int) -> bytes:
        async def load() -> Images:
            page = await read_counted_page(self._work.session, self._images.listing(wanted), cursor, limit)
            return Images(images=self._present.all(page.rows), total=page.total, next_cursor=page.next_cursor)

        return await self._cache.get_json(self._scope, ["images", *wanted.key(), cursor, limit], load)

    async def search(self, wanted: ImageFilter, offset: int, limit: int) -> Results[GalleryImageOut]:
        """The most relevant first; without words to look for, the newest."""
        asked = Wanted(
            GALLERY_IMAGES,
            wanted.search,
            self._caller.user_id,
            offset,
            limit,
            filters=wanted.in_index(),
            order=(("position", "desc"),),
        )

        async def load(ids: Sequence[UUID]) -> Sequence[GalleryImage]:
            return await self._images.load(self._images.filtered(replace(wanted, search="")), ids)

        async def fall_back() -> tuple[Sequence[GalleryImage], int]:
            return await self._images.search(wanted, offset, limit)

        found = await search(self._index, asked, load, fall_back)
        return Results(self._present.all(found.rows), found.total, found.source)

    async def tags(self) -> bytes:
        async def load() -> Choices:
            return Choices(list(await self._images.tags()))

        return await self._cache.get_json(self._scope, ["tags"], load)

    async def categories(self) -> bytes:
        async def load() -> Choices:
            return Choices(list(await self._images.categories()))

        return await self._cache.get_json(self._scope, ["categories"], load)

    async def get(self, id: str) -> GalleryImageOut:
        return self._present.one(await self._own(id, "view"))

    async def download_url(self, id: str) -> str:
        """Where the image can be had as a file named after its title."""
        image = await self._own(id, "download")
        if not self._storage.is_key(image.image_url):
            return image.image_url
        title = PICTURE_EXTENSION.sub("", re.sub(r"[/\\]", "-", image.title))
        name = clean_filename(f"{title}.webp")
        return await self._storage.download_url(image.image_url, name, WEBP)

    async def update(self, id: str, data: ImageUpdate) -> GalleryImageOut:
        changes = data.model_dump(exclude_unset=True)
        check_title(changes.get("title"))
        if "album_id" in changes:
            # Not locked yet: albums come first.
            found = await self._images.get_editable(
                id, _forbidden("edit"), is_admin=self._caller.is_admin, for_update=False
            )
            changes["album_id"] = await self._images.hold_albums(found, data.album_id)
        image = await self._images.get_editable(id, _forbidden("edit"), is_admin=self._caller.is_admin)
        if changes.get("album_id", image.album_id) != image.album_id:
            await self._images.uncover(image.id)
        await self._images.update(image, changes)
        self._changed([image])
        return self._present.one(image)

    async def delete(self, id: str) -> GalleryImageOut:
        """Its objects go, too."""
        image_id = self._images.parse_id(id)
        await self._images.hold_covered_albums([image_id])
        image = await self._images.get_editable(image_id, _forbidden("delete"), is_admin=self._caller.is_admin)
        deleted = self._present.one(image)
        await self._remove([image])
        return deleted

    async def delete_all(self, ids: Sequence[str]) -> list[UUID]:
        """All or none. Raises `NotFound` and `Forbidden`."""
        image_ids = self._images.parse_ids(ids)
        await self._images.hold_covered_albums(image_ids)
        forbidden = "Forbidden: You do not have permission to delete these images"
        images = await self._images.lock(image_ids, forbidden, is_admin=self._caller.is_admin)
        await self._remove(images)
        return image_ids

    async def _own(self, id: str, verb: str) -> GalleryImage:
        return await self._images.get_editable(id, _forbidden(verb), for_update=False)

    async def _remove(self, images: Sequence[GalleryImage]) -> None:
        await self._images.delete_all(images)
        references = [reference for image in images for reference in (image.image_url, image.thumbnail_url)]
        keys = [reference for reference in references if reference and self._storage.is_key(reference)]
        self._outbox.delete_objects(self._work, keys)
        self._changed(images)

    def _changed(self, images: Sequence[GalleryImage]) -> None:
        self._index.changed(self._work, GALLERY_IMAGES, [image.id for image in images])
        scopes = {scope for image in images for scope in showing_gallery(image.user_id)}
        self._work.after_commit(lambda: self._cache.forget(*scopes))


def _forbidden(verb: str) -> str:
    return f"Forbidden: You do not have permission to {verb} this image"
