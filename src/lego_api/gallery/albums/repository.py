"""Albums, with how many images are in each and which of them is its cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, func, or_, select, true, update
from sqlalchemy.orm import aliased

from lego_api.fulltext import matching
from lego_api.gallery.paging import Listing
from lego_api.models import GalleryAlbum, GalleryImage, utc_now
from lego_api.repository import OwnedRepository

SHOWN_WITH_ALBUMS = 10  # images of each album, where albums are listed with them


@dataclass(frozen=True, slots=True)
class CoveredAlbum:
    """`url` and `thumbnail_url` refer to the cover: the image that was chosen, else the newest; None if it is empty.

    `chosen_id` is that of a chosen image which is in the album. An old row may name one that is not.
    """

    album: GalleryAlbum
    image_count: int = 0
    chosen_id: UUID | None = None
    url: str | None = None
    thumbnail_url: str | None = None


class AlbumRepository(OwnedRepository[GalleryAlbum]):
    model = GalleryAlbum
    missing = "Album not found"
    missing_code = "ALBUM_NOT_FOUND"
    updated_at = "last_updated_at"

    def visible(self) -> Select[GalleryAlbum]:
        return select(GalleryAlbum)

    def listing(self, search: str = "") -> Listing[CoveredAlbum]:
        """Of the user's own albums, those that match, all if there is nothing to search for."""
        own = self.owned()
        if search:
            title, vector, document = GalleryAlbum.title, GalleryAlbum.search_vector, GalleryAlbum.search_text
            own = own.where(matching(search, headline=title, vector=vector, document=document)[0])
        return Listing(own, each=_covered, beside=_with_cover)

    async def covered(self, album: GalleryAlbum) -> CoveredAlbum:
        """Raises `NotFound` for an album that has been deleted since it was read."""
        statement = _with_cover(select(GalleryAlbum).where(GalleryAlbum.id == album.id))
        row = (await self.session.execute(statement)).one_or_none()
        if row is None:
            raise self._not_found()
        return _covered(row)

    async def images(self, album_ids: Sequence[UUID]) -> Mapping[UUID, list[GalleryImage]]:
        """The newest images of each album, at most `SHOWN_WITH_ALBUMS`."""
        by_album: dict[UUID, list[GalleryImage]] = {id: [] for id in album_ids}
        newest = (
            select(GalleryImage)
            .where(GalleryImage.album_id == GalleryAlbum.id)
            .order_by(GalleryImage.position.desc())
            .limit(SHOWN_WITH_ALBUMS)
            .lateral()
        )
        image = aliased(GalleryImage, newest)
        statement = select(image).select_from(GalleryAlbum).join(newest, true())
        statement = statement.where(GalleryAlbum.id.in_(album_ids)).order_by(newest.c.position.desc())
        for found in await self.session.scalars(statement):
            assert found.album_id is not None
            by_album[found.album_id].append(found)
        return by_album

    async def hold(self, album_id: UUID, image_ids: Sequence[UUID]) -> None:
        """Locks the album that images come into, and those whose covers they are: before any image is locked."""
        losing = GalleryAlbum.cover_image_id.in_(image_ids)
        albums = select(GalleryAlbum.id).where(or_(GalleryAlbum.id == album_id, losing)).order_by(GalleryAlbum.id)
        await self.session.execute(albums.with_for_update())

    async def fill(self, album: GalleryAlbum, images: Sequence[GalleryImage]) -> Sequence[UUID]:
        """Puts images into the album, out of the one they were in, whose cover they can no longer be; which came."""
        ids = [image.id for image in images if image.album_id != album.id]
        if ids:
            changes = {"album_id": album.id, "last_updated_at": utc_now()}
            await self.session.execute(update(GalleryImage).where(GalleryImage.id.in_(ids)).values(changes))
            losing = GalleryAlbum.cover_image_id.in_(ids), GalleryAlbum.id != album.id
            await self.session.execute(update(GalleryAlbum).where(*losing).values(cover_image_id=None))
        return ids

    async def lock_inside(self, album: GalleryAlbum) -> Sequence[UUID]:
        """The images in the album, locked as everybody locks them, in the order of their ids."""
        inside = select(GalleryImage.id).where(GalleryImage.album_id == album.id).order_by(GalleryImage.id)
        return (await self.session.scalars(inside.with_for_update(key_share=True))).all()


def _with_cover(albums: Select[GalleryAlbum]) -> Select[Any]:
    inside = GalleryImage.album_id == GalleryAlbum.id
    count = select(func.count()).where(inside).correlate(GalleryAlbum).scalar_subquery()
    chosen_first = (GalleryImage.id == GalleryAlbum.cover_image_id).desc().nulls_last()
    cover = (
        select(
            case((GalleryImage.id == GalleryAlbum.cover_image_id, GalleryImage.id)).label("chosen_id"),
            GalleryImage.image_url,
            GalleryImage.thumbnail_url,
        )
        .where(inside)
        .order_by(chosen_first, GalleryImage.position.desc())
        .limit(1)
        .lateral()
    )
    return albums.add_columns(count, *cover.c).outerjoin(cover, true())


def _covered(row: Row[Any]) -> CoveredAlbum:
    return CoveredAlbum(*row[:5])
