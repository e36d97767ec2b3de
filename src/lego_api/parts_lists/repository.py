"""Parts lists, their parts, and the MOCs and files they belong to."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Select, Text, case, cast, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.util import await_only

from lego_api.db import copy_rows
from lego_api.errors import NotFound
from lego_api.models import Moc, MocFile, PartsList, PartsListPart, utc_now
from lego_api.parts_lists.parts import Part, Totals
from lego_api.parts_lists.schemas import RecentPartsList, Statistics
from lego_api.repository import OwnedRepository, flush, parse_id
from lego_api.uploads import PARTS_LIST

READ_AT_ONCE = 5000  # parts of a list that is read through
RECENT = 10  # lists in a summary
PART_COLUMNS = tuple(getattr(PartsListPart, name) for name in Part._fields)


class MocsWithParts(OwnedRepository[Moc]):
    """Of MOCs, what parts lists need to know: whose they are."""

    model = Moc
    missing = "MOC not found"
    missing_code = "MOC_NOT_FOUND"

    def visible(self) -> Select[Moc]:
        return select(Moc)


class PartsListRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self, moc_id: UUID) -> Sequence[PartsList]:
        statement = select(PartsList).where(PartsList.moc_id == moc_id).order_by(PartsList.created_at, PartsList.id)
        return (await self._session.scalars(statement)).all()

    async def get(self, moc_id: UUID, id: str) -> PartsList:
        """Raises `NotFound`, also for a list of another MOC and for an id that is none."""
        not_found = NotFound("Parts list not found", code="PARTS_LIST_NOT_FOUND")
        statement = select(PartsList).where(PartsList.moc_id == moc_id, PartsList.id == parse_id(id, not_found))
        parts_list = (await self._session.scalars(statement)).one_or_none()
        if parts_list is None:
            raise not_found
        return parts_list

    async def of_file(self, file_id: UUID) -> PartsList | None:
        """The list that is read from a file; locked."""
        statement = select(PartsList).where(PartsList.file_id == file_id).order_by(PartsList.created_at).limit(1)
        return (await self._session.scalars(statement.with_for_update())).one_or_none()

    async def add(self, *rows: PartsList | MocFile) -> None:
        """Raises `Conflict` when the MOC has another file of that name."""
        self._session.add_all(rows)
        await flush(self._session, {"moc_files_moc_filename_unique": "This MOC already has a file with this name"})

    async def update(self, parts_list: PartsList, changes: dict[str, Any]) -> None:
        for name, value in (changes | {"updated_at": utc_now()}).items():
            setattr(parts_list, name, value)
        await self._session.flush()

    async def delete(self, parts_list: PartsList) -> None:
        await self._session.delete(parts_list)
        await self._session.flush()

    async def file_named(self, moc_id: UUID, filename: str) -> MocFile | None:
        statement = select(MocFile).where(MocFile.moc_id == moc_id, MocFile.original_filename == filename)
        return (await self._session.scalars(statement)).one_or_none()

    async def has_file(self, moc_id: UUID, file_id: UUID) -> bool:
        statement = select(MocFile.id).where(MocFile.moc_id == moc_id, MocFile.id == file_id)
        return await self._session.scalar(statement) is not None

    async def file_stored_as(self, moc_id: UUID, key: str) -> MocFile | None:
        statement = select(MocFile).where(MocFile.moc_id == moc_id, MocFile.file_url == key)
        return (await self._session.scalars(statement.where(MocFile.file_type == PARTS_LIST))).one_or_none()

    async def lock_moc(self, id: UUID) -> Moc | None:
        return (await self._session.scalars(select(Moc).where(Moc.id == id).with_for_update())).one_or_none()

    async def parts(self, list_id: UUID, offset: int, limit: int) -> tuple[Sequence[PartsListPart], int]:
        """A page in the order of the file, and how many rows there are in all."""
        own = PartsListPart.parts_list_id == list_id
        # Rows are numbered without gaps, so a page is a range of the key.
        page = select(PartsListPart).where(own, PartsListPart.number > offset, PartsListPart.number <= offset + limit)
        rows = (await self._session.scalars(page.order_by(PartsListPart.number))).all()
        total = await self._session.scalar(select(func.max(PartsListPart.number)).where(own))
        return rows, total or 0

    async def see_one_moment(self) -> None:
        """Of a transaction that has read nothing yet: all it reads is as it is now, whatever others write meanwhile."""
        await self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    async def read_through(self, list_id: UUID, consume: Callable[[Iterator[Part]], Iterator[None]]) -> None:
        """Lets `consume` have all parts, in the order of the file, while they are read.

        Whenever it yields, other requests get their turn.
        """

        def run(session: Session) -> None:
            for _ in consume(_read(session, list_id)):
                await_only(asyncio.sleep(0))

        await self._session.run_sync(run)

    async def clear(self, list_id: UUID) -> None:
        await self._session.execute(delete(PartsListPart).where(PartsListPart.parts_list_id == list_id))

    async def copy(self, list_id: UUID, first: int, parts: Iterable[Part]) -> None:
        """Appends parts as rows `first`, `first + 1`, ... after `clear`, in its transaction."""
        rows = ((list_id, number, *part) for number, part in enumerate(parts, first))
        await copy_rows(self._session, PartsListPart.__tablename__, ["parts_list_id", "number", *Part._fields], rows)

    async def totals(self, list_id: UUID) -> Totals:
        """Counted by hashing, which a million rows take 2 s for. The name of a colour counts where it has no id."""
        identity = (
            *(PartsListPart.is_spare, PartsListPart.item_type, PartsListPart.part_system, PartsListPart.part_id),
            *(PartsListPart.color_system, func.coalesce(PartsListPart.color_id, PartsListPart.color_name)),
        )
        quantity = func.sum(PartsListPart.quantity).label("quantity")
        own = select(PartsListPart.is_spare, quantity).where(PartsListPart.parts_list_id == list_id)
        kinds = own.group_by(*identity).subquery()
        statement = select(
            func.coalesce(func.sum(kinds.c.quantity).filter(~kinds.c.is_spare), 0),
            func.count().filter(~kinds.c.is_spare),
            func.coalesce(func.sum(kinds.c.quantity).filter(kinds.c.is_spare), 0),
        )
        pieces, unique, spares = (await self._session.execute(statement)).one()
        return Totals(int(pieces), unique, int(spares))

    async def take_unread(self, since: datetime) -> tuple[PartsList, str] | None:
        """The list that has been waiting longest to be read, and since before that time, and the key of its file.

        It counts as tried and updated now, so nobody else takes it, and others come first the next time.
        """
        statement = (
            select(PartsList, MocFile.file_url)
            .join(MocFile, MocFile.id == PartsList.file_id)
            .where(PartsList.status == "processing", PartsList.updated_at < since)
            .order_by(PartsList.updated_at)
            .limit(1)
            .with_for_update(of=PartsList, skip_locked=True)
        )
        row = (await self._session.execute(statement)).one_or_none()
        if row is None:
            return None
        parts_list, key = row
        await self.update(parts_list, {"read_attempts": parts_list.read_attempts + 1})
        return parts_list, str(key)

    async def statistics(self, user_id: str) -> Statistics:
        """Over all lists of a user. Texts of the old server that are no numbers count as 0."""
        percentage = func.avg(func.coalesce(_number(PartsList.inventory_percentage), 0))
        statement = (
            select(
                func.count().label("total_parts_lists"),
                func.count().filter(PartsList.built.is_(True)).label("built_count"),
                func.count().filter(PartsList.purchased.is_(True)).label("purchased_count"),
                cast(_rounded(percentage, 2), Text).label("average_inventory_percentage"),
                _rounded(func.sum(_number(PartsList.total_parts_count)), 0).label("total_parts_count"),
                _rounded(func.sum(_number(PartsList.acquired_parts_count)), 0).label("acquired_parts_count"),
                cast(_rounded(func.sum(_number(PartsList.cost_estimate)), 2), Text).label("cost_estimate"),
                cast(_rounded(func.sum(_number(PartsList.actual_cost)), 2), Text).label("actual_cost"),
            )
            .join(Moc, Moc.id == PartsList.moc_id)
            .where(Moc.user_id == user_id)
        )
        return Statistics.model_validate((await self._session.execute(statement)).one())

    async def recent(self, user_id: str) -> list[RecentPartsList]:
        """The lists of a user that were changed last."""
        statement = (
            select(
                *(PartsList.id, PartsList.moc_id, Moc.title.label("moc_title")),
                PartsList.title.label("parts_list_title"),
                *(PartsList.built, PartsList.purchased, PartsList.inventory_percentage, PartsList.status),
            )
            .join(Moc, Moc.id == PartsList.moc_id)
            .where(Moc.user_id == user_id)
            .order_by(PartsList.updated_at.desc(), PartsList.id)
            .limit(RECENT)
        )
        return [RecentPartsList.model_validate(row) for row in (await self._session.execute(statement)).all()]


def _read(session: Session, list_id: UUID) -> Iterator[Part]:
    """Some parts at a time; without a cursor, which would pin the proxy's connection."""
    own = select(PartsListPart.number, *PART_COLUMNS).where(PartsListPart.parts_list_id == list_id)
    ordered, last = own.order_by(PartsListPart.number).limit(READ_AT_ONCE), 0
    while rows := session.execute(ordered.where(PartsListPart.number > last)).all():
        for row in rows:
            yield Part(*row[1:])
        if len(rows) < READ_AT_ONCE:
            return
        last = rows[-1].number


def _number(column: InstrumentedAttribute[str | None]) -> ColumnElement[Any]:
    """What a text says, or null where it says no number."""
    return case((column.regexp_match(r"^[0-9]{1,18}([.][0-9]{1,18})?$"), cast(column, Numeric)))


def _rounded(number: ColumnElement[Any], decimals: int) -> ColumnElement[Any]:
    return func.round(func.coalesce(number, 0), decimals)
