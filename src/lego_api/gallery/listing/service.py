"""A user's images and albums in one list."""

from dataclasses import replace

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import gallery_scope
from lego_api.db import UnitOfWork
from lego_api.gallery.albums.presenter import AlbumPresenter
from lego_api.gallery.albums.repository import AlbumRepository, CoveredAlbum
from lego_api.gallery.images.presenter import ImagePresenter
from lego_api.gallery.images.repository import ImageRepository
from lego_api.gallery.images.schemas import ImageFilter
from lego_api.gallery.listing.schemas import GalleryPage, ListedAlbum, ListedImage
from lego_api.gallery.paging import Listing, read_page
from lego_api.models import GalleryImage
from lego_api.resources import Resources

Item = GalleryImage | CoveredAlbum


class GalleryListing:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._session = work.session
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
        listings: list[Listing[Item]] = []
        if kind in ("all", "image"):
            listings.append(self._images.listing(replace(wanted, outside_albums=True)))
        if kind in ("all", "album") and not wanted.is_about_images:
            listings.append(self._albums.listing(wanted.search))

        async def load() -> GalleryPage:
            page = await read_page(self._session, listings, cursor, limit)
            items = [self._present(item) for item in page.rows]
            return GalleryPage(items=items, next_cursor=page.next_cursor, has_more=page.next_cursor is not None)

        return await self._cache.get_json(self._scope, ["gallery", kind, *wanted.key(), cursor, limit], load)

    def _present(self, item: Item) -> ListedAlbum | ListedImage:
        if isinstance(item, CoveredAlbum):
            return self._present_album.one_as(ListedAlbum, item)
        return self._present_image.one_as(ListedImage, item)
