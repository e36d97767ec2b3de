"""Gallery images, the albums they are in, and the flags users put on them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lego_api.models.base import OwnedRecord, updated_timestamp


class GalleryImage(OwnedRecord):
    __tablename__ = "gallery_images"

    title: Mapped[str]
    description: Mapped[str | None]
    tags: Mapped[list[str] | None]
    image_url: Mapped[str]
    album_id: Mapped[UUID | None]
    flagged: Mapped[bool | None] = mapped_column(default=False, server_default=text("false"))
    last_updated_at: Mapped[datetime] = updated_timestamp()

    __table_args__ = (
        Index("idx_gallery_images_album_created", "album_id", "created_at"),
        Index("idx_gallery_images_album_id_lazy", "album_id"),
        Index("idx_gallery_images_user_created", "user_id", "created_at"),
        Index("idx_gallery_images_user_id_lazy", "user_id"),
    )


class GalleryAlbum(OwnedRecord):
    __tablename__ = "gallery_albums"

    title: Mapped[str]
    description: Mapped[str | None]
    cover_image_id: Mapped[UUID | None]
    last_updated_at: Mapped[datetime] = updated_timestamp()

    __table_args__ = (
        Index("idx_gallery_albums_user_created", "user_id", "created_at"),
        Index("idx_gallery_albums_user_id_lazy", "user_id"),
    )


class GalleryFlag(OwnedRecord):
    __tablename__ = "gallery_flags"

    image_id: Mapped[UUID] = mapped_column(
        ForeignKey("gallery_images.id", name="gallery_flags_image_id_gallery_images_id_fk", ondelete="CASCADE")
    )
    reason: Mapped[str | None]
    last_updated_at: Mapped[datetime] = updated_timestamp()

    __table_args__ = (
        Index("gallery_flags_image_user_unique", "image_id", "user_id", unique=True),
        Index("idx_gallery_flags_image_id", "image_id"),
        Index("idx_gallery_flags_user_id_lazy", "user_id"),
    )
