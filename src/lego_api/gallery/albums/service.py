"""Albums: made, filled, emptied and deleted. Deleting an album keeps its images."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import gallery_scope, showing_gallery
from lego_api.db import UnitOfWork
from lego_api.gallery.albums.presenter import AlbumPresenter
from lego_api.gallery.albums.repository import AlbumRepository, CoveredAlbum
from lego_api.gallery.albums.schemas import (
    AlbumCreate,
    AlbumOut,
    Albums,
    AlbumsWithImages,
    AlbumUpdate,
    AlbumWithImages,
    OneAlbum,
)
from lego_api.gallery.images.presenter import ImagePresenter
from lego_api.gallery.images.repository import ImageRepository
from lego_api.gallery.images.schemas import ImageFilter
from lego_api.gallery.paging import read_counted_page, read_page
from lego_api.models import GalleryAlbum, GalleryImage
from lego_api.resources import Resources
from lego_api.search_index import GALLERY_IMAGES

SHOWN_AT_ONCE = 1000  # images of an album


class AlbumService:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._caller = caller
        self._albums = AlbumRepository(work.session, caller.user_id)
        self._images = ImageRepository(work.session, caller.user_id)
        self._present = AlbumPresenter(resources.storage)
        self._present_images = ImagePresenter(resources.storage)
        self._cache = resources.cache
        self._index = resources.search_index

    async def page(self, cursor: int | None, limit: int, *, with_images: bool) -> bytes:
        """The caller's own albums, with the newest images of each if they are asked for."""

        async def load() -> Albums | AlbumsWithImages:
            page = await read_counted_page(self._work.session, self._albums.listing(), cursor, limit)
            position: dict[str, Any] = {"total": page.total, "next_cursor": page.next_cursor}
            if not with_images:
                return Albums(albums=[self._present.one(album) for album in page.rows], **position)
            images = await self._albums.images([covered.album.id for covered in page.rows])
            albums = [
                self._present.one_as(AlbumWithImages, album, images=self._present_images.all(images[album.album.id]))
                for album in page.rows
            ]
            return AlbumsWithImages(albums=albums, **position)

        key = ["albums", str(with_images), cursor, limit]
        return await self._cache.get_json(gallery_scope(self._caller.user_id), key, load)

    async def get(self, id: str, cursor: int | None = None, limit: int = SHOWN_AT_ONCE) -> OneAlbum:
        """With its images, the newest first. An admin may see anybody's."""
        forbidden = "Forbidden: You do not have permission to view this album"
        is_admin = self._caller.is_admin
        album = await self._albums.get_editable(id, forbidden, is_admin=is_admin, for_update=False)
        return await self._shown(album, cursor, limit)

    async def create(self, data: AlbumCreate) -> OneAlbum:
        album = await self._albums.add(GalleryAlbum(**data.model_dump()))
        self._changed()
        return OneAlbum(album=self._present.one(CoveredAlbum(album)), images=[], next_cursor=None)

    async def update(self, id: str, data: AlbumUpdate) -> OneAlbum:
        changes = data.model_dump(exclude_unset=True)
        if data.cover_image_id is None:
            album = await self._editable(id, "edit")
        else:
            image_id = changes["cover_image_id"] = self._images.parse_id(data.cover_image_id)
            album = await self._editable(id, "edit", receives=[image_id])
            image = await self._images.get_editable(image_id, "Forbidden: You can only use your own images")
            self._moved(await self._albums.fill(album, [image]))
        await self._albums.update(album, changes)
        self._changed()
        return await self._shown(album)

    async def delete(self, id: str) -> AlbumOut:
        album = await self._editable(id, "delete")
        deleted = self._present.one(await self._albums.covered(album))
        self._moved(await self._albums.lock_inside(album))
        await self._albums.delete(album)
        self._changed()
        return deleted

    async def add(self, id: str, image_ids: Sequence[str]) -> tuple[GalleryAlbum, list[UUID]]:
        """All the images or none: into this album, and out of the one they were in."""
        wanted = self._images.parse_ids(image_ids)
        album = await self._editable(id, "add images to", receives=wanted)
        images = await self._images.lock(wanted, "Forbidden: You can only add your own images")
        await self._fill(album, images)
        return album, wanted

    async def add_one(self, id: str, image_id: str) -> OneAlbum:
        wanted = self._images.parse_id(image_id)
        album = await self._editable(id, "add images to", receives=[wanted])
        image = await self._images.get_editable(wanted, "Forbidden: You can only add your own images")
        await self._fill(album, [image])
        return await self._shown(album)

    async def remove(self, id: str, image_id: str) -> OneAlbum:
        """The image stays in the gallery. Raises `NotFound` when it is not in the album."""
        album = await self._editable(id, "remove images from")
        image = await self._images.get_in_album(image_id, album.id)
        if album.cover_image_id == image.id:
            album.cover_image_id = None
        await self._images.update(image, {"album_id": None})
        self._moved([image.id])
        await self._albums.update(album, {})
        self._changed()
        return await self._shown(album)

    async def _fill(self, album: GalleryAlbum, images: Sequence[GalleryImage]) -> None:
        self._moved(await self._albums.fill(album, images))
        await self._albums.update(album, {})
        self._changed()

    async def _shown(self, album: GalleryAlbum, cursor: int | None = None, limit: int = SHOWN_AT_ONCE) -> OneAlbum:
        inside = ImageRepository(self._work.session, album.user_id).listing(ImageFilter(album_id=album.id))
        page = await read_page(self._work.session, [inside], cursor, limit)
        return OneAlbum(
            album=self._present.one(await self._albums.covered(album)),
            images=self._present_images.all(page.rows),
            next_cursor=page.next_cursor,
        )

    async def _editable(self, id: str, verb: str, *, receives: Sequence[UUID] = ()) -> GalleryAlbum:
        """The caller's own album, locked, and what the images that it receives are covers of: before any image is."""
        if receives:
            await self._albums.hold(self._albums.parse_id(id), receives)
        return await self._albums.get_editable(id, f"Forbidden: You do not have permission to {verb} this album")

    def _moved(self, image_ids: Sequence[UUID]) -> None:
        self._index.changed(self._work, GALLERY_IMAGES, image_ids)

    def _changed(self) -> None:
        self._work.after_commit(lambda: self._cache.forget(*showing_gallery(self._caller.user_id)))
