"""Finds MOCs: in the search index, or else in the database."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from pydantic import BaseModel

from lego_api.adapters.cache import Part
from lego_api.fulltext import searched
from lego_api.mocs.fields import MocSort, MocType
from lego_api.mocs.repository import MocRepository
from lego_api.models import Moc
from lego_api.resources import Resources
from lego_api.search_index import MOCS, Results, Wanted, from_database, from_index

Present = Callable[[Results[Moc]], Awaitable[BaseModel]]


class MocSearch:
    def __init__(self, mocs: MocRepository, resources: Resources) -> None:
        self._mocs = mocs
        self._index = resources.search_index
        self._cache = resources.cache

    async def page(
        self,
        present: Present,
        *,
        scope: str,
        owner: str | None,
        text: str,
        offset: int,
        limit: int,
        tag: str | None = None,
        type_: MocType | None = None,
        theme: str | None = None,
        sort: MocSort = "newest",
    ) -> bytes:
        """By relevance if there is a text to look for, else as `sort`ed; everybody's if there is no `owner`."""
        text = searched(text)
        candidates = self._mocs.visible() if owner is None else self._mocs.owned()
        statement = self._mocs.filtered(candidates, tag=tag, type_=type_, theme=theme)
        given = {"tags.exact": tag, "type": type_, "theme.exact": theme}
        filters: Mapping[str, str] = {name: value for name, value in given.items() if value}
        order = (("created_at", "asc" if sort == "oldest" else "desc"),)
        wanted = Wanted(MOCS, text, owner, offset, limit, filters, order)

        async def load(ids: Sequence[UUID]) -> Sequence[Moc]:
            return await self._mocs.load(statement, ids)

        async def fall_back() -> tuple[Sequence[Moc], int]:
            return await self._mocs.search(statement, text, sort, offset, limit)

        if await self._index.answers(wanted):
            # Not cached: what somebody has just written comes into the index after the cache has forgotten.
            return (await present(await from_index(self._index, wanted, load, fall_back))).model_dump_json().encode()

        async def load_page() -> BaseModel:
            return await present(await from_database(wanted, fall_back))

        key: list[Part] = ["search", text, tag, type_, theme, sort, offset, limit]
        return await self._cache.get_json(scope, key, load_page)
