"""Gallery images. Whoever knows an id may flag what it names; only its owner sees it in a gallery and changes it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal_column, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from lego_api.errors import Forbidden, NotFound
from lego_api.fulltext import has_tag, matching
from lego_api.gallery.images.schemas import ImageFilter
from lego_api.gallery.paging import Listing
from lego_api.models import GalleryAlbum, GalleryImage, next_search_version
from lego_api.repository import OwnedRepository, parse_id

MOST_CHOICES = 1000  # tags, or categories, to choose from
# Of an array; old rows may hold anything.
STRINGS: ColumnElement[str] = literal_column("""'strict $[*] ? (@.type() == "string")'::jsonpath""")
ITSELF: ColumnElement[str] = literal_column("'{}'::text[]")
NOT_ALL_FOUND = "One or more images were not found"


class ImageRepository(OwnedRepository[GalleryImage]):
    """Where a transaction locks both, albums come before images, and images in the order of their ids."""

    model = GalleryImage
    missing = "Image not found"
    missing_code = "IMAGE_NOT_FOUND"
    updated_at = "last_updated_at"

    def visible(self) -> Select[GalleryImage]:
        return select(GalleryImage)

    def filtered(self, wanted: ImageFilter) -> Select[GalleryImage]:
        statement = self.owned()
        if wanted.album_id:
            statement = statement.where(GalleryImage.album_id == wanted.album_id)
        elif wanted.outside_albums:
            statement = statement.where(GalleryImage.album_id.is_(None))
        if wanted.flagged is not None:
            statement = statement.where(func.coalesce(GalleryImage.flagged, False) == wanted.flagged)
        for tag in wanted.tags:
            statement = statement.where(has_tag(GalleryImage.tags, tag))
        if wanted.category:
            statement = statement.where(func.lower(GalleryImage.category) == func.lower(wanted.category))
        if wanted.search:
            statement = statement.where(_matching(wanted.search)[0])
        return statement

    def listing(self, wanted: ImageFilter) -> Listing[GalleryImage]:
        return Listing(self.filtered(wanted), each=lambda row: row[0])

    async def search(self, wanted: ImageFilter, offset: int, limit: int) -> tuple[Sequence[GalleryImage], int]:
        """The most relevant first; without words to look for, the newest."""
        order: tuple[ColumnElement[Any], ...] = (GalleryImage.position.desc(),)
        if wanted.search:
            order = (_matching(wanted.search)[1].desc(), *order)
        return await self.page(self.filtered(wanted), order, offset, limit, sorts=bool(wanted.search))

    async def tags(self) -> Sequence[str]:
        """Each once, though its case may differ from image to image."""
        array = case((func.jsonb_typeof(GalleryImage.tags) == "array", GalleryImage.tags))
        tags = func.jsonb_path_query(array, STRINGS).table_valued("tag").render_derived()
        tag: ColumnElement[str] = tags.c.tag.op("#>>")(ITSELF)
        return await self._choices(select(func.min(tag)).select_from(GalleryImage).join(tags, true()), tag)

    async def categories(self) -> Sequence[str]:
        return await self._choices(select(func.min(GalleryImage.category)), GalleryImage.category)

    async def _choices(
        self, statement: Select[Any], text: ColumnElement[Any] | InstrumentedAttribute[Any]
    ) -> Sequence[str]:
        own = statement.where(GalleryImage.user_id == self.user_id, text != "")
        sorted_ = own.group_by(func.lower(text)).order_by(func.lower(text)).limit(MOST_CHOICES)
        return (await self.session.scalars(sorted_)).all()

    def parse_ids(self, ids: Sequence[str]) -> list[UUID]:
        """Each once. Raises `NotFound` for what is no id."""
        return list(dict.fromkeys(parse_id(id, self._not_found(NOT_ALL_FOUND)) for id in ids))

    async def lock(self, ids: Sequence[UUID], forbidden: str, *, is_admin: bool = False) -> Sequence[GalleryImage]:
        """All the images, or else `NotFound`, or `Forbidden` with the text given."""
        statement = self.visible().where(GalleryImage.id.in_(ids)).order_by(GalleryImage.id).with_for_update()
        found = {image.id: image for image in await self.session.scalars(statement)}
        if len(found) < len(ids):
            raise self._not_found(NOT_ALL_FOUND)
        if not is_admin and any(image.user_id != self.user_id for image in found.values()):
            raise Forbidden(forbidden)
        return [found[id] for id in ids]

    async def update(self, row: GalleryImage, changes: dict[str, Any]) -> GalleryImage:
        """With a new version of what is searched, which a trigger draws otherwise: by another update of the row.

        In that one PostgreSQL would look for the image's album once more, and lock it, after the image.
        """
        return await super().update(row, changes | {"search_version": next_search_version()})

    async def get_in_album(self, id: str, album_id: UUID) -> GalleryImage:
        """An image to take out of an album. Raises `NotFound` when it is not in it."""
        inside = self.owned().where(GalleryImage.album_id == album_id)
        return await self._one(inside, id, missing="Image not found in this album", for_update=True)

    async def hold_album(self, album_id: str, owner_id: str | None) -> UUID:
        """An album of the images' owner, which does not go away while the transaction lasts. Raises `NotFound`.

        To be called before any image is locked.
        """
        id = parse_id(album_id, album_not_found())
        statement = select(GalleryAlbum.id).where(GalleryAlbum.id == id, GalleryAlbum.user_id == owner_id)
        if await self.session.scalar(statement.with_for_update(read=True, key_share=True)) is None:
            raise album_not_found()
        return id

    async def hold_albums(self, image: GalleryImage, album_id: str | None) -> UUID | None:
        """The one that an image comes into, whose id is returned, together with the one whose cover it has been.

        As `hold_album`, and in one order, so that images may change places.
        """
        id = None if album_id is None else parse_id(album_id, album_not_found())
        either = or_(GalleryAlbum.id == id, GalleryAlbum.cover_image_id == image.id)
        albums = select(GalleryAlbum.id).where(GalleryAlbum.user_id == image.user_id, either)
        held = (await self.session.scalars(albums.order_by(GalleryAlbum.id).with_for_update())).all()
        if id is not None and id not in held:
            raise album_not_found()
        return id

    async def hold_covered_albums(self, image_ids: Sequence[UUID]) -> None:
        """Before images are deleted, and before they are locked: their albums lose their covers."""
        albums = select(GalleryAlbum.id).where(GalleryAlbum.cover_image_id.in_(image_ids)).order_by(GalleryAlbum.id)
        await self.session.execute(albums.with_for_update())

    async def uncover(self, image_id: UUID) -> None:
        """Of an image that leaves an album, which is held."""
        covered = update(GalleryAlbum).where(GalleryAlbum.cover_image_id == image_id)
        await self.session.execute(covered.values(cover_image_id=None))

    async def delete_all(self, images: Sequence[GalleryImage]) -> None:
        for image in images:
            await self.session.delete(image)
        await self.session.flush()


def album_not_found() -> NotFound:
    return NotFound("Album not found", code="ALBUM_NOT_FOUND")


def _matching(query: str) -> tuple[ColumnElement[bool], ColumnElement[float]]:
    return matching(
        query,
        headline=GalleryImage.title,
        vector=GalleryImage.search_vector,
        document=GalleryImage.search_text,
    )
