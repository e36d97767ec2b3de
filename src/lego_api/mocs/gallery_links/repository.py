"""Which gallery images are linked to which MOCs."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.models import GalleryImage, MocGalleryImage, utc_now


class GalleryLinkRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def owners(self, image_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Who owns each of the images that exist; none of them goes away while the transaction lasts.

        Locked in the order of their ids, as everybody locks images.
        """
        statement = (
            select(GalleryImage.id, GalleryImage.user_id)
            .where(GalleryImage.id.in_(image_ids))
            .order_by(GalleryImage.id)
            .with_for_update(read=True, key_share=True)
        )
        return {row.id: row.user_id for row in await self._session.execute(statement)}

    async def add(self, moc_id: UUID, image_ids: Sequence[UUID]) -> Sequence[MocGalleryImage]:
        """Those that were not linked before."""
        rows = [{"id": uuid4(), "moc_id": moc_id, "gallery_image_id": id, "linked_at": utc_now()} for id in image_ids]
        statement = insert(MocGalleryImage).values(rows).on_conflict_do_nothing().returning(MocGalleryImage)
        return (await self._session.scalars(statement)).all()

    async def linked(self, moc_id: UUID) -> Sequence[tuple[GalleryImage, MocGalleryImage]]:
        statement = (
            select(GalleryImage, MocGalleryImage)
            .join(MocGalleryImage, MocGalleryImage.gallery_image_id == GalleryImage.id)
            .where(MocGalleryImage.moc_id == moc_id)
            .order_by(GalleryImage.created_at, GalleryImage.id)
        )
        return [(image, link) for image, link in await self._session.execute(statement)]

    async def remove(self, moc_id: UUID, image_id: UUID) -> bool:
        statement = delete(MocGalleryImage).where(
            MocGalleryImage.moc_id == moc_id, MocGalleryImage.gallery_image_id == image_id
        )
        return await self._session.scalar(statement.returning(MocGalleryImage.id)) is not None
