"""MOCs (and sets) with their files, parts lists and linked gallery images."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from lego_api.models.base import Base, OwnedRecord, Record, updated_timestamp, utc_now
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

_WORDS = "coalesce(set_number, '') || ' ' || coalesce(theme, '')"
_IS_SET = "type = 'set'::text"


class Moc(OwnedRecord):
    __tablename__ = "moc_instructions"

    title: Mapped[str]
    description: Mapped[str | None]
    type: Mapped[str]
    author: Mapped[str | None]
    parts_count: Mapped[int | None]
    theme: Mapped[str | None]
    subtheme: Mapped[str | None]
    uploaded_date: Mapped[datetime | None]
    brand: Mapped[str | None]
    set_number: Mapped[str | None]
    release_year: Mapped[int | None]
    retired: Mapped[bool | None]
    tags: Mapped[list[str] | None]
    thumbnail_url: Mapped[str | None]
    total_piece_count: Mapped[int | None]
    updated_at: Mapped[datetime] = updated_timestamp()
    search_vector: Mapped[str] = search_vector(TITLE_VECTOR, TAGS_VECTOR, words_vector(_WORDS), DESCRIPTION_VECTOR)
    search_text: Mapped[str] = search_text("title", TAGS_TEXT, _WORDS, DESCRIPTION)
    search_version: Mapped[int] = search_version()

    __table_args__ = (
        Index("idx_moc_instructions_title", "title"),
        Index("idx_moc_instructions_user_created", "user_id", "created_at"),
        Index("idx_moc_instructions_user_id_lazy", "user_id"),
        Index(
            "idx_sets_brand_set_number",
            "brand",
            "set_number",
            postgresql_where=text(f"({_IS_SET}) AND (brand IS NOT NULL) AND (set_number IS NOT NULL)"),
        ),
        Index("idx_sets_brand_theme", "brand", "theme", postgresql_where=text(_IS_SET)),
        Index(
            "idx_sets_release_year",
            "release_year",
            postgresql_where=text(f"({_IS_SET}) AND (release_year IS NOT NULL)"),
        ),
        Index("idx_sets_retired", "retired", postgresql_where=text(f"({_IS_SET}) AND (retired IS NOT NULL)")),
        Index("moc_instructions_user_title_unique", "user_id", "title", unique=True),
        Index("idx_moc_instructions_created", text("created_at DESC"), text("id DESC")),
        Index("idx_moc_instructions_search_vector", "search_vector", postgresql_using="gin"),
    )


class MocFile(Record):
    __tablename__ = "moc_files"

    moc_id: Mapped[UUID] = mapped_column(
        ForeignKey("moc_instructions.id", name="moc_files_moc_id_moc_instructions_id_fk", ondelete="CASCADE")
    )
    file_type: Mapped[str]
    file_url: Mapped[str]
    original_filename: Mapped[str | None]
    mime_type: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger, sort_order=95)

    __table_args__ = (
        Index("idx_moc_files_moc_id_lazy", "moc_id"),
        Index("idx_moc_files_moc_type", "moc_id", "file_type"),
        Index("moc_files_moc_filename_unique", "moc_id", "original_filename", unique=True),
    )


class MocGalleryImage(Base):
    __tablename__ = "moc_gallery_images"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    moc_id: Mapped[UUID] = mapped_column(
        ForeignKey("moc_instructions.id", name="moc_gallery_images_moc_id_moc_instructions_id_fk", ondelete="CASCADE")
    )
    gallery_image_id: Mapped[UUID] = mapped_column(
        ForeignKey(
            "gallery_images.id", name="moc_gallery_images_gallery_image_id_gallery_images_id_fk", ondelete="CASCADE"
        )
    )
    # Null for links made before this column existed: nobody wrote down when that was.
    linked_at: Mapped[datetime | None] = mapped_column(default=utc_now, server_default=func.now())

    __table_args__ = (
        Index("idx_moc_gallery_images_gallery_image_id_lazy", "gallery_image_id"),
        Index("idx_moc_gallery_images_moc_id_lazy", "moc_id"),
        UniqueConstraint("moc_id", "gallery_image_id", name="moc_gallery_images_moc_image_unique"),
    )


class MocGalleryAlbum(Base):
    __tablename__ = "moc_gallery_albums"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    moc_id: Mapped[UUID] = mapped_column(
        ForeignKey("moc_instructions.id", name="moc_gallery_albums_moc_id_moc_instructions_id_fk", ondelete="CASCADE")
    )
    gallery_album_id: Mapped[UUID] = mapped_column(
        ForeignKey(
            "gallery_albums.id", name="moc_gallery_albums_gallery_album_id_gallery_albums_id_fk", ondelete="CASCADE"
        )
    )

    __table_args__ = (
        Index("idx_moc_gallery_albums_gallery_album_id_lazy", "gallery_album_id"),
        Index("idx_moc_gallery_albums_moc_id_lazy", "moc_id"),
    )
