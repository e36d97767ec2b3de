"""Gallery images, the albums they are in, and the flags users put on them.

Images and albums are listed together, the newest first. `position` is that order, one for both tables: numbers that
never change and never repeat, so a list can be read on from where a page ended.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Sequence, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lego_api.models.base import Base, OwnedRecord, updated_timestamp
from lego_api.models.searching import (
    DESCRIPTION,
    DESCRIPTION_VECTOR,
    TAGS_TEXT,
    TAGS_VECTOR,
    TITLE_VECTOR,
    search_text,
    search_vector,
    search_version,
    words_vector,
)

FIRST_POSITION = 1_000_000_000  # all positions are more, so that a number of things is no position
GALLERY_POSITIONS = Sequence("gallery_positions", start=FIRST_POSITION + 1, metadata=Base.metadata)


def _position() -> Mapped[int]:
    return mapped_column(BigInteger, server_default=GALLERY_POSITIONS.next_value(), sort_order=94)


class GalleryImage(OwnedRecord):
    """`image_url` and `thumbnail_url` are object keys, or else addresses of the old server."""

    __tablename__ = "gallery_images"

    title: Mapped[str]
    description: Mapped[str | None]
    tags: Mapped[list[str] | None]
    image_url: Mapped[str]
    album_id: Mapped[UUID | None]
    flagged: Mapped[bool | None] = mapped_column(default=False, server_default=text("false"))
    last_updated_at: Mapped[datetime] = updated_timestamp()
    thumbnail_url: Mapped[str | None] = mapped_column(sort_order=93)
    author: Mapped[str | None] = mapped_column(sort_order=93)
    category: Mapped[str | None] = mapped_column(sort_order=93)
    position: Mapped[int] = _position()
    search_vector: Mapped[str] = search_vector(
        TITLE_VECTOR,
        TAGS_VECTOR,
        words_vector("coalesce(category, '') || ' ' || coalesce(author, '')"),
        DESCRIPTION_VECTOR,
    )
    search_text: Mapped[str] = search_text(
        "title", TAGS_TEXT, "coalesce(category, '')", "coalesce(author, '')", DESCRIPTION
    )
    search_version: Mapped[int] = search_version()

    __table_args__ = (
        # An image is in an album of its own user. When the album goes, the image stays.
        ForeignKeyConstraint(
            ["album_id", "user_id"],
            ["gallery_albums.id", "gallery_albums.user_id"],
            name="gallery_images_album_fk",
            ondelete="SET NULL (album_id)",
            use_alter=True,
        ),
        Index("idx_gallery_images_album_created", "album_id", "created_at"),
        Index("idx_gallery_images_album_id_lazy", "album_id"),
        Index("idx_gallery_images_user_created", "user_id", "created_at"),
        Index("idx_gallery_images_user_id_lazy", "user_id"),
        Index("idx_gallery_images_user_position", "user_id", "position"),
        Index("idx_gallery_images_outside_albums", "user_id", "position", postgresql_where=text("album_id IS NULL")),
        Index("idx_gallery_images_album_position", "album_id", "position"),
        Index("idx_gallery_images_search_vector", "search_vector", postgresql_using="gin"),
    )


class GalleryAlbum(OwnedRecord):
    __tablename__ = "gallery_albums"

    title: Mapped[str]
    description: Mapped[str | None]
    cover_image_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("gallery_images.id", name="gallery_albums_cover_image_fk", ondelete="SET NULL", use_alter=True)
    )
    last_updated_at: Mapped[datetime] = updated_timestamp()
    position: Mapped[int] = _position()
    search_vector: Mapped[str] = search_vector(TITLE_VECTOR, DESCRIPTION_VECTOR)
    search_text: Mapped[str] = search_text("title", DESCRIPTION)

    __table_args__ = (
        UniqueConstraint("id", "user_id", name="gallery_albums_id_user_unique"),
        Index("idx_gallery_albums_user_created", "user_id", "created_at"),
        Index("idx_gallery_albums_user_id_lazy", "user_id"),
        Index("idx_gallery_albums_user_position", "user_id", "position"),
        Index("idx_gallery_albums_cover_image", "cover_image_id"),
        Index("idx_gallery_albums_search_vector", "search_vector", postgresql_using="gin"),
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
