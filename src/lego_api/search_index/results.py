"""One search, wherever it is answered."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from uuid import UUID

from lego_api.errors import SearchUnavailable
from lego_api.metrics import count
from lego_api.search_index.index import SearchIndex
from lego_api.search_index.queries import Wanted

T_co = TypeVar("T_co", covariant=True)

Source = Literal["opensearch", "database"]


@dataclass(frozen=True, slots=True)
class Results(Generic[T_co]):
    """A page of what was found, and how much that is in all."""

    rows: Sequence[T_co]
    total: int
    source: Source


async def search(
    index: SearchIndex,
    wanted: Wanted,
    load: Callable[[Sequence[UUID]], Awaitable[Sequence[T_co]]],
    fall_back: Callable[[], Awaitable[tuple[Sequence[T_co], int]]],
) -> Results[T_co]:
    """Asks the index for ids and `load`s their rows: in their order, and without those that the caller may not see.

    `fall_back` finds the same in the database, where the index does not answer or is not for this.
    """
    if await index.answers(wanted):
        return await from_index(index, wanted, load, fall_back)
    return await from_database(wanted, fall_back)


async def from_index(
    index: SearchIndex,
    wanted: Wanted,
    load: Callable[[Sequence[UUID]], Awaitable[Sequence[T_co]]],
    fall_back: Callable[[], Awaitable[tuple[Sequence[T_co], int]]],
) -> Results[T_co]:
    """The same, for what the index `answers`, as the caller knows."""
    try:
        found = await index.find(wanted)
    except SearchUnavailable:
        return await from_database(wanted, fall_back)
    rows = await load(found.ids)
    count("SearchesInIndex")
    return Results(rows, found.total - (len(found.ids) - len(rows)), "opensearch")


async def from_database(
    wanted: Wanted, fall_back: Callable[[], Awaitable[tuple[Sequence[T_co], int]]]
) -> Results[T_co]:
    rows, total = await fall_back()
    if wanted.text:
        count("SearchesInDatabase")
    return Results(rows, total, "database")
