from typing import Any

from sqlalchemy import JSON, text
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.models import GalleryImage, Moc
from lego_api.rows import GalleryImageOut, MocOut
from lego_api.users.schemas import Statistics

RECENT = 5


def _shown(row: type[Moc] | type[GalleryImage], shape: type[MocOut] | type[GalleryImageOut]) -> str:
    return ", ".join(column.name for column in row.__table__.columns if column.name in shape.model_fields)


# Each part reads one index of its table, and all of them are one round trip.
PROFILE = text(f"""
    SELECT
        (SELECT count(*) FROM moc_instructions WHERE user_id = :user_id) AS mocs_count,
        (SELECT count(*) FROM gallery_images WHERE user_id = :user_id) AS images_count,
        (SELECT count(*) FROM gallery_albums WHERE user_id = :user_id) AS albums_count,
        (SELECT count(*) FROM wishlist_items WHERE user_id = :user_id) AS wishlist_count,
        (SELECT coalesce(json_agg(newest), '[]') FROM (
            SELECT {_shown(Moc, MocOut)} FROM moc_instructions
            WHERE user_id = :user_id ORDER BY created_at DESC, id DESC LIMIT {RECENT}
        ) AS newest) AS recent_mocs,
        (SELECT coalesce(json_agg(newest), '[]') FROM (
            SELECT {_shown(GalleryImage, GalleryImageOut)} FROM gallery_images
            WHERE user_id = :user_id ORDER BY created_at DESC, position DESC LIMIT {RECENT}
        ) AS newest) AS recent_images
""").columns(recent_mocs=JSON, recent_images=JSON)


class ProfileRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: str) -> dict[str, Any]:
        """The fields of a `ProfileOut`, with stored file references as they are. Any text is the id of somebody."""
        row = (await self._session.execute(PROFILE, {"user_id": user_id})).one()
        return {
            "user_id": user_id,
            "stats": Statistics.model_validate(row),
            "recent_mocs": row.recent_mocs,
            "recent_images": row.recent_images,
        }
