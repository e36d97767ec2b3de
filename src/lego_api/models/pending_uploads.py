"""Files that clients were allowed to send to the storage directly, and that nobody has vouched for yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lego_api.models.base import Record


class PendingUpload(Record):
    """Becomes the row of `moc_files` with the same id, or is discarded, or expires.

    `expires_at` is when the permission to send it ends; `size_bytes` and `mime_type` are what was announced.
    """

    __tablename__ = "pending_uploads"

    moc_id: Mapped[UUID] = mapped_column(
        ForeignKey("moc_instructions.id", name="pending_uploads_moc_fk", ondelete="CASCADE")
    )
    file_type: Mapped[str]
    filename: Mapped[str]
    mime_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    object_key: Mapped[str]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("pending_uploads_object_key_unique", "object_key", unique=True),
        Index("idx_pending_uploads_moc_id", "moc_id"),
        Index("idx_pending_uploads_expires_at", "expires_at"),
    )
