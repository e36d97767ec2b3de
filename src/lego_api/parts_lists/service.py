"""The parts lists of a MOC, for its owner: kept, followed while building, and turned into orders."""

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork
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


class PartsListService:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._user_id = caller.user_id
        self._mocs = MocsWithParts(work.session, caller.user_id)
        self._parts = PartsListRepository(work.session)
        self._cache = resources.cache

    async def all(self, moc_id: str) -> list[PartsListOut]:
        moc = await self._moc(moc_id, "view", for_update=False)
        return [_out(parts_list) for parts_list in await self._parts.all(moc.id)]

    async def get(self, moc_id: str, id: str) -> PartsListOut:
        return _out(await self._seen(moc_id, id))

    async def create(self, moc_id: str, data: PartsListCreate) -> PartsListOut:
        moc = await self._moc(moc_id, "change")
        parts_list = PartsList(moc_id=moc.id, **data.model_dump(exclude_unset=True))
        await self._parts.add(parts_list)
        await self._changed(moc)
        return _out(parts_list)

    async def update(self, moc_id: str, id: str, data: PartsListUpdate | PartsListStatus) -> PartsListOut:
        moc = await self._moc(moc_id, "change")
        parts_list = await self._parts.get(moc.id, id)
        await self._parts.update(parts_list, data.model_dump(exclude_unset=True))
        await self._changed(moc)
        return _out(parts_list)

    async def delete(self, moc_id: str, id: str) -> None:
        """Its parts go. The file it was read from stays with the MOC."""
        moc = await self._moc(moc_id, "change")
        await self._parts.delete(await self._parts.get(moc.id, id))
        await self._changed(moc)

    async def parts(self, moc_id: str, id: str, page: int, limit: int) -> PartsPage:
        parts_list = await self._seen(moc_id, id)
        rows, total = await self._parts.parts(parts_list.id, (page - 1) * limit, limit)
        return PartsPage(parts=[PartOut.model_validate(row) for row in rows], total=total, page=page, limit=limit)

    async def summary(self) -> Summary:
        return await self._parts.summary(self._user_id)

    async def _seen(self, moc_id: str, id: str) -> PartsList:
        moc = await self._moc(moc_id, "view", for_update=False)
        return await self._parts.get(moc.id, id)

    async def _moc(self, moc_id: str, verb: str, *, for_update: bool = True) -> Moc:
        forbidden = f"Forbidden: You do not have permission to {verb} the parts lists of this MOC"
        return await self._mocs.get_editable(moc_id, forbidden, for_update=for_update)

    async def _changed(self, moc: Moc) -> None:
        await recount(self._work.session, moc.id)
        scopes = showing_moc(moc.id, moc.user_id)
        self._work.after_commit(lambda: self._cache.forget(*scopes))


def _out(parts_list: PartsList) -> PartsListOut:
    return PartsListOut.model_validate(parts_list)
