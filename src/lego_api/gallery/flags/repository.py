"""Flags: one per user and image."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import func, select

from lego_api.models import GalleryFlag
from lego_api.repository import OwnedRepository


class FlagRepository(OwnedRepository[GalleryFlag]):
    model = GalleryFlag
    missing = "Flag not found"
    updated_at = "last_updated_at"
    conflicts: ClassVar = {"gallery_flags_image_user_unique": "You have already flagged this image"}

    async def count(self, image_id: UUID) -> int:
        """Everybody's."""
        statement = select(func.count()).select_from(GalleryFlag).where(GalleryFlag.image_id == image_id)
        return await self.session.scalar(statement) or 0
