"""Declarative base, the time converter and what every table has."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


def utc_now() -> datetime:
    return datetime.now(UTC)


class UtcTimestamp(TypeDecorator[datetime]):
    """`timestamp without time zone` holding UTC; timezone-aware in code."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    # Every default that an answer needs is made in Python, so nothing is fetched back after an insert.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012
    type_annotation_map = {str: Text(), datetime: UtcTimestamp(), list[str]: JSONB(none_as_null=True)}  # noqa: RUF012


class Record(Base):
    """A row with an id and the time it was made."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now, server_default=func.now(), sort_order=90)


class OwnedRecord(Record):
    """A record that belongs to a user, named by the `sub` of their token."""

    __abstract__ = True

    user_id: Mapped[str]


def updated_timestamp() -> Mapped[datetime]:
    """When the row was made, at first. Set by `OwnedRepository.update`, also where nothing else changes."""
    return mapped_column(default=_created_at, server_default=func.now(), sort_order=91)


def _created_at(context: DefaultExecutionContext) -> datetime:
    made: datetime = context.get_current_parameters()["created_at"]  # type: ignore[no-untyped-call]
    return made
