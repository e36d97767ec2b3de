"""A user's images and albums in one list."""

from dataclasses import replace

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import gallery_scope
from lego_api.db import UnitOfWork
from lego_api.gallery.albums.presenter import AlbumPresenter
from lego_api.gallery.albums.repository import AlbumRepository
from lego_api.gallery.images.presenter import ImagePresenter
from lego_api.gallery.images.repository import ImageRepository
from lego_api.gallery.images.schemas import ImageFilter
from lego_api.gallery.listing.schemas import GalleryPage, ListedAlbum, ListedImage
from lego_api.resources import Resources


class GalleryListing:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._albums = AlbumRepository(work.session, caller.user_id)
        self._images = ImageRepository(work.session, caller.user_id)
        self._present_album = AlbumPresenter(resources.storage)
        self._present_image = ImagePresenter(resources.storage)
        self._scope = gallery_scope(caller.user_id)
        self._cache = resources.cache

    async def page(self, kind: str, wanted: ImageFilter, cursor: int | None, limit: int) -> bytes:
        """`kind` is `all`, `image` or `album`; of another kind there is nothing.

        Images that are in an album are listed only where it is asked for. What only images have excludes albums.
        """

        async def load() -> GalleryPage:
            found: list[tuple[int, ListedAlbum | ListedImage]] = []
            more = False
            if kind in ("all", "image"):
                images = await self._images.read(replace(wanted, outside_albums=True), cursor, limit)
                more |= images.next_cursor is not None
                found += [(image.position, self._present_image.one_as(ListedImage, image)) for image in images.rows]
            if kind in ("all", "album") and not wanted.is_about_images:
                albums = await self._albums.read(wanted.search, cursor, limit)
                more |= albums.next_cursor is not None
                found += [
                    (covered.album.position, self._present_album.one_as(ListedAlbum, covered))
                    for covered in albums.rows
                ]
            found.sort(key=lambda item: item[0], reverse=True)
            more |= len(found) > limit
            found = found[:limit]
            return GalleryPage(
                items=[item for _, item in found], next_cursor=found[-1][0] if more else None, has_more=more
            )

        return await self._cache.get_json(self._scope, ["gallery", kind, *wanted.key(), cursor, limit], load)
