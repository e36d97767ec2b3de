"""The one base for reading and writing rows that belong to a user."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.errors import AppError, Conflict, Forbidden, NotFound
from lego_api.models import OwnedRecord, utc_now
from lego_api.schemas import CANONICAL_ID

M = TypeVar("M", bound=OwnedRecord)


class OwnedRepository(Generic[M]):
    """Every statement starts from `owned()` or, where a domain shows rows to others, from its `visible()`.

    Missing rows and broken rules are raised here, once: callers never look for None or for a constraint's name.
    """

    model: type[M]
    missing: ClassVar[str]  # what a 404 says
    missing_code: ClassVar[str] = "NOT_FOUND"
    updated_at: ClassVar[str] = "updated_at"  # name of the column that says when a row was last written
    conflicts: ClassVar[Mapping[str, str]] = {}  # name of a unique index -> what it means to a person

    def __init__(self, session: AsyncSession, user_id: str | None) -> None:
        self.session = session
        self.user_id = user_id

    def owned(self) -> Select[M]:
        return select(self.model).where(self.model.user_id == self.user_id)

    def visible(self) -> Select[M]:
        """What the user may see, though not change; where it is more than their own, a domain says so."""
        return self.owned()

    async def get(self, id: UUID | str, *, missing: str | None = None, for_update: bool = False) -> M:
        """The user's own row. Raises `NotFound`, also for an id that is none, with `missing` if that says it better."""
        return await self._one(self.owned(), id, missing=missing, for_update=for_update)

    async def get_visible(self, id: UUID | str, *, for_update: bool = False) -> M:
        return await self._one(self.visible(), id, for_update=for_update)

    async def get_editable(
        self, id: UUID | str, forbidden: str, *, is_admin: bool = False, for_update: bool = True
    ) -> M:
        """A visible row that the user may change: their own, or any if they are an admin.

        Raises `Forbidden` with the text given for what they may only see.
        """
        row = await self._one(self.visible(), id, for_update=for_update)
        if row.user_id != self.user_id and not is_admin:
            raise Forbidden(forbidden)
        return row

    def parse_id(self, id: UUID | str) -> UUID:
        return parse_id(id, self._not_found())

    async def _one(
        self, statement: Select[M], id: UUID | str, *, missing: str | None = None, for_update: bool = False
    ) -> M:
        not_found = self._not_found(missing)
        statement = statement.where(self.model.id == parse_id(id, not_found))
        if for_update:
            # Also where the session has read it before: what counts is how it is once it is locked.
            statement = statement.with_for_update().execution_options(populate_existing=True)
        row = (await self.session.scalars(statement)).one_or_none()
        if row is None:
            raise not_found
        return row

    def _not_found(self, missing: str | None = None) -> NotFound:
        return NotFound(missing or self.missing, code=self.missing_code)

    async def load(self, statement: Select[M], ids: Sequence[UUID]) -> Sequence[M]:
        """Those of the rows that the statement finds, too, in the order of the ids."""
        rows = await self.session.scalars(statement.where(self.model.id.in_(ids))) if ids else ()
        by_id = {row.id: row for row in rows}
        return [by_id[id] for id in ids if id in by_id]

    async def total(self, statement: Select[M]) -> int:
        """How many rows a statement finds without its limit."""
        return await self.session.scalar(select(self._count(statement))) or 0

    async def page(
        self, statement: Select[M], order: Sequence[ColumnElement[Any]], offset: int, limit: int, *, sorts: bool = False
    ) -> tuple[Sequence[M], int]:
        """Some of the rows that a statement finds, and how many it finds in all, in one round trip.

        `sorts`: no index has the rows in that order, so PostgreSQL has to find them all anyway.
        """
        total = func.count().over() if sorts else self._count(statement)
        rows = (
            await self.session.execute(statement.add_columns(total).order_by(*order).offset(offset).limit(limit))
        ).all()
        if not rows and offset:  # behind the last page no row tells how many there are
            return [], await self.total(statement)
        return [row[0] for row in rows], rows[0][1] if rows else 0

    def _count(self, statement: Select[M]) -> ColumnElement[int]:
        ids = statement.order_by(None).limit(None).offset(None).with_only_columns(self.model.id)
        return select(func.count()).select_from(ids.subquery()).scalar_subquery()

    async def add(self, row: M) -> M:
        assert self.user_id is not None
        row.user_id = self.user_id
        self.session.add(row)
        await flush(self.session, self.conflicts)
        return row

    async def update(self, row: M, changes: dict[str, Any]) -> M:
        """Writes the changes; also without any, the row counts as updated now."""
        for name, value in (changes | {self.updated_at: utc_now()}).items():
            setattr(row, name, value)
        await flush(self.session, self.conflicts)
        return row

    async def delete(self, row: M) -> None:
        await self.session.delete(row)
        await flush(self.session, self.conflicts)


def parse_id(id: UUID | str, otherwise: AppError) -> UUID:
    """Raises `otherwise` for a text that is no id: what it names does not exist."""
    if isinstance(id, UUID):
        return id
    if not CANONICAL_ID.fullmatch(id):
        raise otherwise
    return UUID(id)


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
