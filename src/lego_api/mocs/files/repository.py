"""Files of MOCs. Who may see or change them is decided by their MOC."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.errors import Conflict, NotFound
from lego_api.models import MocFile, PartsList
from lego_api.repository import flush, parse_id


class MocFileRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, moc_id: UUID, file_id: str) -> MocFile:
        """Raises `NotFound`, also for a file of another MOC and for an id that is none."""
        not_found = NotFound("File not found", code="FILE_NOT_FOUND")
        statement = select(MocFile).where(MocFile.moc_id == moc_id, MocFile.id == parse_id(file_id, not_found))
        file = (await self._session.scalars(statement)).one_or_none()
        if file is None:
            raise not_found
        return file

    async def of_type(self, moc_id: UUID, file_type: str) -> Sequence[MocFile]:
        statement = select(MocFile).where(MocFile.moc_id == moc_id, MocFile.file_type == file_type)
        return (await self._session.scalars(statement)).all()

    async def names(self, moc_id: UUID, *, besides: str | None = None) -> frozenset[str]:
        """What the files are called, but for those of one type."""
        statement = select(MocFile.original_filename).where(MocFile.moc_id == moc_id)
        if besides:
            statement = statement.where(MocFile.file_type != besides)
        return frozenset(name for name in await self._session.scalars(statement) if name)

    async def check_room(self, moc_id: UUID, file_type: str) -> None:
        """Raises `Conflict` where the MOC has its instructions already."""
        if file_type == "instruction" and await self.of_type(moc_id, file_type):
            raise Conflict("MOC already has an instruction file. Delete the existing one first.")

    async def add(self, rows: Iterable[MocFile | PartsList]) -> None:
        """Files, and lists that are read from them. Raises `Conflict` when the MOC has a file of a name by now."""
        self._session.add_all(rows)
        await flush(self._session, {"moc_files_moc_filename_unique": "This MOC already has a file with this name"})

    async def delete(self, files: Sequence[MocFile]) -> None:
        """The parts lists that were read from them go, too. One that only refers to such a file stays."""
        was_read = or_(PartsList.content_hash.is_not(None), PartsList.status != "ready")
        lists = delete(PartsList).where(PartsList.file_id.in_([file.id for file in files]), was_read)
        await self._session.execute(lists)
        for file in files:
            await self._session.delete(file)
        await self._session.flush()
