"""Parts lists of MOCs, and the parts that were read from their files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lego_api.models.base import Base, Record, updated_timestamp
from lego_api.models.mocs import MocFile


class PartsList(Record):
    """Counts are texts, as the old server stored them: pieces without spares.

    `status` is `processing` until the file is read, then `ready` or `failed`; `problems` says why. `content_hash` is
    that of the file which the parts were read from. `read_attempts` are those of the maintenance job, of this file.
    """

    __tablename__ = "moc_parts_lists"

    moc_id: Mapped[UUID] = mapped_column(
        ForeignKey("moc_instructions.id", name="moc_parts_lists_moc_id_moc_instructions_id_fk", ondelete="CASCADE")
    )
    file_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("moc_files.id", name="moc_parts_lists_file_id_moc_files_id_fk", ondelete="SET NULL")
    )
    title: Mapped[str]
    description: Mapped[str | None]
    built: Mapped[bool | None] = mapped_column(default=False, server_default=text("false"))
    purchased: Mapped[bool | None] = mapped_column(default=False, server_default=text("false"))
    inventory_percentage: Mapped[str | None] = mapped_column(default="0.00", server_default=text("'0.00'::text"))
    total_parts_count: Mapped[str | None]
    acquired_parts_count: Mapped[str | None] = mapped_column(default="0", server_default=text("'0'::text"))
    cost_estimate: Mapped[str | None]
    actual_cost: Mapped[str | None]
    notes: Mapped[str | None]
    updated_at: Mapped[datetime] = updated_timestamp()
    status: Mapped[str] = mapped_column(default="ready", server_default=text("'ready'::text"), sort_order=95)
    format: Mapped[str | None] = mapped_column(sort_order=95)
    unique_parts_count: Mapped[int | None] = mapped_column(sort_order=95)
    spare_parts_count: Mapped[int | None] = mapped_column(BigInteger, sort_order=95)
    problems: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True), sort_order=95)
    content_hash: Mapped[str | None] = mapped_column(sort_order=95)
    read_attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"), sort_order=95)

    @classmethod
    def read_from(cls, file: MocFile) -> "PartsList":
        """The list of a file, until it is read."""
        title = f"Parts List - {file.original_filename}"
        return cls(moc_id=file.moc_id, file_id=file.id, title=title, status="processing")

    __table_args__ = (
        CheckConstraint("status IN ('processing', 'ready', 'failed')", name="moc_parts_lists_status_check"),
        Index("idx_moc_parts_lists_built", "built"),
        Index("idx_moc_parts_lists_file_id", "file_id"),
        Index("idx_moc_parts_lists_moc_built", "moc_id", "built"),
        Index("idx_moc_parts_lists_moc_id", "moc_id"),
        Index("idx_moc_parts_lists_processing", "updated_at", postgresql_where=text("status = 'processing'")),
        Index("idx_moc_parts_lists_moc_purchased", "moc_id", "purchased"),
        Index("idx_moc_parts_lists_purchased", "purchased"),
    )


class PartsListPart(Base):
    """A row of a parts list, `number` in the order of the file. Ids come with their numbering system."""

    __tablename__ = "moc_parts"

    parts_list_id: Mapped[UUID] = mapped_column(
        ForeignKey("moc_parts_lists.id", name="moc_parts_parts_list_fk", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part_id: Mapped[str]
    quantity: Mapped[int]
    part_system: Mapped[str | None]
    color_id: Mapped[str | None]
    color_system: Mapped[str | None]
    color_name: Mapped[str | None]
    name: Mapped[str | None]
    is_spare: Mapped[bool]
    item_type: Mapped[str]
    element_id: Mapped[str | None]

    __table_args__ = (CheckConstraint("quantity > 0", name="moc_parts_quantity_check"),)
