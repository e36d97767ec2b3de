from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lego_api.models.base import Record


class OutboxEntry(Record):
    """Something to be done outside the database because of a write that committed."""

    __tablename__ = "outbox"

    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    available_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_error: Mapped[str | None]
    dead_at: Mapped[datetime | None] = mapped_column(sort_order=95)  # then it was given up

    __table_args__ = (
        Index("idx_outbox_due", "kind", "available_at", postgresql_where=text("dead_at IS NULL")),
        Index(
            "idx_outbox_keys",
            text("(payload -> 'keys'::text)"),
            postgresql_using="gin",
            postgresql_where=text("kind = 'delete-objects'::text"),
        ),
    )
