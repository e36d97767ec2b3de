"""MOC rows. Everybody may see them; only their owner, or an admin, may change them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from lego_api.errors import Conflict
from lego_api.fulltext import has_tag, matching
from lego_api.metrics import count
from lego_api.mocs.fields import MocSort, MocType
from lego_api.models import Moc, MocFile, MocGalleryImage, PartsList
from lego_api.repository import OwnedRepository

THUMBNAIL = "thumbnail"
GALLERY_IMAGE = "gallery-image"
PICTURES = (THUMBNAIL, GALLERY_IMAGE)

TITLE_TAKEN = "You already have a MOC with this title"

ORDERS: dict[MocSort, tuple[ColumnElement[Any], ...]] = {
    "newest": (Moc.created_at.desc(), Moc.id.desc()),
    "oldest": (Moc.created_at.asc(), Moc.id.asc()),
    "updated": (Moc.updated_at.desc(), Moc.id.desc()),
    "title": (Moc.title.asc(), Moc.id.asc()),
}


class MocRepository(OwnedRepository[Moc]):
    model = Moc
    missing = "MOC not found"
    missing_code = "MOC_NOT_FOUND"
    conflicts: ClassVar = {"moc_instructions_user_title_unique": TITLE_TAKEN}

    def visible(self) -> Select[Moc]:
        return select(Moc)

    def filtered(
        self, statement: Select[Moc], *, tag: str | None = None, type_: MocType | None = None, theme: str | None = None
    ) -> Select[Moc]:
        """Only what bears the tag, in whatever case, and has the type and the theme, where one is given."""
        if tag:
            statement = statement.where(has_tag(Moc.tags, tag))
        if type_:
            statement = statement.where(Moc.type == type_)
        if theme:
            statement = statement.where(Moc.theme == theme)
        return statement

    async def search(
        self, statement: Select[Moc], query: str, sort: MocSort, offset: int, limit: int
    ) -> tuple[Sequence[Moc], int]:
        """A page of what the statement finds, and how much that is in all.

        With a query, only what matches it, the most relevant first.
        """
        order = ORDERS[sort]
        if query:
            found, relevance = matching(query, headline=Moc.title, vector=Moc.search_vector, document=Moc.search_text)
            statement, order = statement.where(found), (relevance.desc(), *order)
        return await self.page(statement, order, offset, limit, sorts=bool(query))

    async def check_title(self, title: str) -> None:
        """Raises `Conflict` early, before work that would be in vain; the index decides in the end."""
        if await self.session.scalar(self.owned().where(Moc.title == title).with_only_columns(Moc.id)):
            raise Conflict(TITLE_TAKEN)

    async def add(self, row: Moc) -> Moc:
        added = await super().add(row)
        count("MocsCreated")
        return added

    async def delete(self, row: Moc) -> None:
        """Its links to images first, in the order in which deleting images takes them: neither waits for the other."""
        links = select(MocGalleryImage.id).where(MocGalleryImage.moc_id == row.id)
        await self.session.execute(links.order_by(MocGalleryImage.gallery_image_id).with_for_update())
        await super().delete(row)

    async def files(self, moc_id: UUID) -> Sequence[MocFile]:
        statement = select(MocFile).where(MocFile.moc_id == moc_id).order_by(MocFile.created_at, MocFile.id)
        return (await self.session.scalars(statement)).all()

    async def parts_lists(self, moc_id: UUID) -> Sequence[PartsList]:
        statement = select(PartsList).where(PartsList.moc_id == moc_id).order_by(PartsList.created_at, PartsList.id)
        return (await self.session.scalars(statement)).all()

    async def pictures(self, moc_ids: Sequence[UUID]) -> Mapping[UUID, list[MocFile]]:
        """The pictures of each MOC, the oldest first."""
        by_moc: dict[UUID, list[MocFile]] = {id: [] for id in moc_ids}
        if not moc_ids:
            return by_moc
        statement = (
            select(MocFile)
            .where(MocFile.moc_id.in_(moc_ids), MocFile.file_type.in_(PICTURES))
            .order_by(MocFile.created_at, MocFile.id)
        )
        for file in await self.session.scalars(statement):
            by_moc[file.moc_id].append(file)
        return by_moc
