"""Parts lists, their parts, and the MOCs and files they belong to."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Select, Text, case, cast, delete, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from lego_api.errors import NotFound
from lego_api.models import Moc, MocFile, PartsList, PartsListPart, PendingUpload, utc_now
from lego_api.parts_lists.parts import Part, Totals
from lego_api.parts_lists.schemas import Summary
from lego_api.repository import OwnedRepository, flush, parse_id

PARTS_LIST = "parts-list"
READ_AT_ONCE = 1000  # parts of a list that is streamed
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

    async def file_stored_as(self, key: str) -> MocFile | None:
        statement = select(MocFile).where(MocFile.file_url == key, MocFile.file_type == PARTS_LIST)
        return (await self._session.scalars(statement)).one_or_none()

    async def lock_moc_of(self, key: str) -> Moc | None:
        """The MOC that a file, or one that may become one, is stored for: locked before anything of it is read."""
        files = select(MocFile.moc_id).where(MocFile.file_url == key, MocFile.file_type == PARTS_LIST)
        pending = select(PendingUpload.moc_id).where(PendingUpload.object_key == key)
        statement = select(Moc).where(Moc.id.in_(files.union_all(pending))).with_for_update()
        return (await self._session.scalars(statement)).one_or_none()

    async def parts(self, list_id: UUID, offset: int, limit: int) -> tuple[Sequence[PartsListPart], int]:
        """A page in the order of the file, and how many rows there are in all."""
        own = PartsListPart.parts_list_id == list_id
        # Rows are numbered without gaps, so a page is a range of the key.
        page = select(PartsListPart).where(own, PartsListPart.number > offset, PartsListPart.number <= offset + limit)
        rows = (await self._session.scalars(page.order_by(PartsListPart.number))).all()
        total = await self._session.scalar(select(func.max(PartsListPart.number)).where(own))
        return rows, total or 0

    async def stream(self, list_id: UUID) -> AsyncIterator[Part]:
        """All parts, read some at a time: without a cursor, which would pin the proxy's connection."""
        own = select(PartsListPart.number, *PART_COLUMNS).where(PartsListPart.parts_list_id == list_id)
        ordered, last = own.order_by(PartsListPart.number).limit(READ_AT_ONCE), 0
        while rows := (await self._session.execute(ordered.where(PartsListPart.number > last))).all():
            for row in rows:
                yield Part(*row[1:])
            last = rows[-1].number

    async def clear(self, list_id: UUID) -> None:
        await self._session.execute(delete(PartsListPart).where(PartsListPart.parts_list_id == list_id))

    async def copy(self, list_id: UUID, first: int, parts: Iterable[Part]) -> None:
        """Appends parts as rows `first`, `first + 1`, ... by COPY, in the transaction of the session."""
        connection = await (await self._session.connection()).get_raw_connection()
        driver: Any = connection.driver_connection
        records = ((list_id, number, *part) for number, part in enumerate(parts, first))
        columns = ["parts_list_id", "number", *Part._fields]
        await driver.copy_records_to_table(PartsListPart.__tablename__, columns=columns, records=records)

    async def totals(self, list_id: UUID) -> Totals:
        """What `parts.totals` counts, counted by the database."""
        color = func.coalesce(PartsListPart.color_id, PartsListPart.color_name)
        part = (PartsListPart.item_type, PartsListPart.part_system, PartsListPart.part_id)
        identities = distinct(func.row(*part, PartsListPart.color_system, color))
        statement = select(
            func.coalesce(func.sum(PartsListPart.quantity).filter(~PartsListPart.is_spare), 0),
            func.count(identities).filter(~PartsListPart.is_spare),
            func.coalesce(func.sum(PartsListPart.quantity).filter(PartsListPart.is_spare), 0),
        ).where(PartsListPart.parts_list_id == list_id)
        pieces, unique, spares = (await self._session.execute(statement)).one()
        return Totals(int(pieces), unique, int(spares))

    async def unfinished(self, since: datetime, limit: int) -> Sequence[str]:
        """The keys of files whose lists have been waiting to be read since before that time, the oldest first."""
        statement = (
            select(MocFile.file_url)
            .join(PartsList, PartsList.file_id == MocFile.id)
            .where(PartsList.status == "processing", PartsList.updated_at < since)
            .order_by(PartsList.updated_at)
            .limit(limit)
        )
        return (await self._session.scalars(statement)).all()

    async def summary(self, user_id: str) -> Summary:
        """Over all lists of a user. Texts of the old server that are no numbers count as none."""
        statement = (
            select(
                func.count().label("total_lists"),
                func.count().filter(PartsList.built.is_(True)).label("built_lists"),
                func.count().filter(PartsList.purchased.is_(True)).label("purchased_lists"),
                _sum(PartsList.total_parts_count, 0).label("total_parts"),
                _sum(PartsList.acquired_parts_count, 0).label("acquired_parts"),
                cast(_sum(PartsList.cost_estimate, 2), Text).label("cost_estimate"),
                cast(_sum(PartsList.actual_cost, 2), Text).label("actual_cost"),
            )
            .join(Moc, Moc.id == PartsList.moc_id)
            .where(Moc.user_id == user_id)
        )
        return Summary.model_validate((await self._session.execute(statement)).one())


def _sum(column: InstrumentedAttribute[str | None], decimals: int) -> ColumnElement[Any]:
    number = case((column.regexp_match(r"^[0-9]{1,12}([.][0-9]{1,12})?$"), cast(column, Numeric)))
    return func.round(func.coalesce(func.sum(number), 0), decimals)
