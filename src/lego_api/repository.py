"""The one base for reading and writing rows that belong to a user."""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.errors import Conflict, NotFound
from lego_api.models import OwnedRecord, utc_now

M = TypeVar("M", bound=OwnedRecord)


class OwnedRepository(Generic[M]):
    """Every statement starts from `owned()` or, where a domain shows rows to others, from its `visible()`.

    Missing rows and broken rules are raised here, once: callers never look for None or for a constraint's name.
    """

    model: type[M]
    missing: ClassVar[str]  # what a 404 says
    missing_code: ClassVar[str] = "NOT_FOUND"
    updated_column: ClassVar[str] = "updated_at"
    conflicts: ClassVar[Mapping[str, str]] = {}  # name of a unique index -> what it means to a person

    def __init__(self, session: AsyncSession, user_id: str | None) -> None:
        self.session = session
        self.user_id = user_id

    def owned(self) -> Select[M]:
        return select(self.model).where(self.model.user_id == self.user_id)

    async def get(self, id: UUID | str, *, for_update: bool = False) -> M:
        """The user's own row. Raises `NotFound`, also for an id that is none."""
        return await self.one(self.owned(), id, for_update=for_update)

    async def one(self, statement: Select[M], id: UUID | str, *, for_update: bool = False) -> M:
        statement = statement.where(self.model.id == self.parse_id(id))
        if for_update:
            statement = statement.with_for_update()
        row = (await self.session.scalars(statement)).one_or_none()
        if row is None:
            raise self.not_found()
        return row

    def parse_id(self, id: UUID | str) -> UUID:
        if isinstance(id, UUID):
            return id
        try:
            return UUID(id)
        except ValueError:
            raise self.not_found() from None

    def not_found(self) -> NotFound:
        return NotFound(self.missing, code=self.missing_code)

    async def total(self, statement: Select[M]) -> int:
        """How many rows a statement finds without its limit."""
        ids = statement.order_by(None).limit(None).offset(None).with_only_columns(self.model.id)
        return await self.session.scalar(select(func.count()).select_from(ids.subquery())) or 0

    async def add(self, row: M) -> M:
        assert self.user_id is not None
        row.user_id = self.user_id
        self.session.add(row)
        await flush(self.session, self.conflicts)
        return row

    async def update(self, row: M, changes: dict[str, Any]) -> M:
        """Writes the changes; also without any, the row counts as updated now."""
        for name, value in (changes | {self.updated_column: utc_now()}).items():
            setattr(row, name, value)
        await flush(self.session, self.conflicts)
        return row

    async def delete(self, row: M) -> None:
        await self.session.delete(row)
        await flush(self.session, self.conflicts)


async def flush(session: AsyncSession, conflicts: Mapping[str, str]) -> None:
    """Sends what is pending. Raises `Conflict`, in the words given for it, where a unique index refuses."""
    try:
        await session.flush()
    except IntegrityError as error:
        cause = error.orig.__cause__ if error.orig else None
        message = conflicts.get(getattr(cause, "constraint_name", None) or "")
        if message is None:
            raise
        raise Conflict(message) from error
