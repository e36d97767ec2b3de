"""The parts lists of a MOC, for its owner: kept, and followed while building."""

from uuid import UUID

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork
from lego_api.fields import invalid_field
from lego_api.models import Moc, PartsList
from lego_api.parts_lists.repository import MocsWithParts, PartsListRepository
from lego_api.parts_lists.schemas import (
    PartOut,
    PartsListCreate,
    PartsListStatus,
    PartsListUpdate,
    PartsPage,
    Summary,
)
from lego_api.piece_counts import recount
from lego_api.resources import Resources
from lego_api.rows import PartsListOut

MAY_NOT_VIEW = "Forbidden: You do not have permission to view the parts lists of this MOC"
MAY_NOT_CHANGE = "Forbidden: You do not have permission to change the parts lists of this MOC"


class PartsListService:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._user_id = caller.user_id
        self._mocs = MocsWithParts(work.session, caller.user_id)
        self._parts = PartsListRepository(work.session)
        self._cache = resources.cache

    async def visible(self, moc_id: str) -> Moc:
        """A MOC whose lists the caller may see: their own. Raises `NotFound` and `Forbidden`."""
        return await self._mocs.get_editable(moc_id, MAY_NOT_VIEW, for_update=False)

    async def editable(self, moc_id: str) -> Moc:
        """The same to change its lists, locked."""
        return await self._mocs.get_editable(moc_id, MAY_NOT_CHANGE)

    async def all(self, moc: Moc) -> list[PartsListOut]:
        """The oldest first."""
        return [_out(parts_list) for parts_list in await self._parts.all(moc.id)]

    async def get(self, moc: Moc, id: str) -> PartsListOut:
        return _out(await self._parts.get(moc.id, id))

    async def create(self, moc: Moc, data: PartsListCreate) -> PartsListOut:
        if data.file_id is not None:
            await self._check_file(moc, data.file_id)
        parts_list = PartsList(moc_id=moc.id, **data.model_dump(exclude_unset=True))
        await self._parts.add(parts_list)
        await self._changed(moc, counts=parts_list.total_parts_count is not None)
        return _out(parts_list)

    async def update(self, moc: Moc, id: str, data: PartsListUpdate | PartsListStatus) -> PartsListOut:
        parts_list = await self._parts.get(moc.id, id)
        changes = data.model_dump(exclude_unset=True)
        if parts_list.format is not None:  # its parts are counted
            changes.pop("total_parts_count", None)
        await self._parts.update(parts_list, changes)
        await self._changed(moc, counts="total_parts_count" in changes)
        return _out(parts_list)

    async def delete(self, moc: Moc, id: str) -> None:
        """Its parts go. The file it was read from stays with the MOC."""
        parts_list = await self._parts.get(moc.id, id)
        await self._parts.delete(parts_list)
        await self._changed(moc, counts=parts_list.total_parts_count is not None)

    async def parts(self, moc: Moc, id: str, page: int, limit: int) -> PartsPage:
        """In the order of the file."""
        parts_list = await self._parts.get(moc.id, id)
        rows, total = await self._parts.parts(parts_list.id, (page - 1) * limit, limit)
        return PartsPage(parts=[PartOut.model_validate(row) for row in rows], total=total, page=page, limit=limit)

    async def summary(self) -> Summary:
        """Over all lists of the caller."""
        return Summary(
            statistics=await self._parts.statistics(self._user_id),
            recent_parts_lists=await self._parts.recent(self._user_id),
        )

    async def _check_file(self, moc: Moc, file_id: UUID) -> None:
        if not await self._parts.has_file(moc.id, file_id):
            raise invalid_field("fileId", "must be a file of this MOC")

    async def _changed(self, moc: Moc, *, counts: bool) -> None:
        """`counts`: the MOC may have another number of pieces now."""
        scopes = showing_moc(moc.id, moc.user_id)
        if counts:
            await recount(self._work.session, moc.id)
        self._work.after_commit(lambda: self._cache.forget(*scopes))


def _out(parts_list: PartsList) -> PartsListOut:
    return PartsListOut.model_validate(parts_list)
