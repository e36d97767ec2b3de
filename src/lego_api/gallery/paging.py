"""Lists that are read on from a position: the newest first, and each thing once, whatever is added or removed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BeforeValidator
from sqlalchemy import Row, Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.models import FIRST_POSITION, GalleryAlbum, GalleryImage

T_co = TypeVar("T_co", covariant=True)
Listed = GalleryImage | GalleryAlbum

MOST_CHARACTERS = 1_000_000  # of descriptions on a page, which ends early then: Lambda answers no more than 6 MB
LARGEST_NUMBER = 2**53 - 1  # that JavaScript can hold; a position is far less


def _cursor(value: Any) -> int | None:
    """What is no number begins at the start, as 0 does, the web app's first."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return min(number, LARGEST_NUMBER) if number > 0 else None


# Where a list is read on. The position of the last thing that was answered; or how many things were, which is what the
# web app counts up by itself: less than any position, and good for a list that stays as it is.
Cursor = Annotated[int | None, BeforeValidator(_cursor)]


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """`next_cursor` is None on the last one."""

    rows: Sequence[T_co]
    next_cursor: int | None


@dataclass(frozen=True, slots=True)
class CountedPage(Page[T_co]):
    """`total` is how many there are on all pages."""

    total: int


@dataclass(frozen=True, slots=True)
class Listing(Generic[T_co]):
    """What is listed, as a statement that selects its model; what is read beside it, and what a row is made into."""

    rows: Select[Any]
    each: Callable[[Row[Any]], T_co]
    beside: Callable[[Select[Any]], Select[Any]] = lambda statement: statement

    def page(self, after: int | None, limit: int) -> Select[Any]:
        """With one row more than the page has, which tells whether there is another page."""
        position = self.rows.selected_columns.position
        rows = self.rows.order_by(position.desc()).limit(limit + 1)
        return self.beside(rows if after is None else rows.where(position < after))

    def positions(self, limit: int) -> Select[Any]:
        position = self.rows.selected_columns.position
        return self.rows.with_only_columns(position).order_by(position.desc()).limit(limit)

    def count(self) -> Select[Any]:
        return select(func.count()).select_from(self.rows.with_only_columns(self.rows.selected_columns.id).subquery())


async def read_page(
    session: AsyncSession, listings: Sequence[Listing[T_co]], cursor: int | None, limit: int
) -> Page[T_co]:
    """Of one list, or of several taken as one."""
    after = await _position(session, cursor, listings)
    found: list[tuple[Listed, T_co]] = []
    for listing in listings:
        rows = (await session.execute(listing.page(after, limit))).all()
        found += [(row[0], listing.each(row)) for row in rows]
    found.sort(key=lambda pair: pair[0].position, reverse=True)
    number, next_cursor = _end([row for row, _ in found], limit)
    return Page([thing for _, thing in found[:number]], next_cursor)


async def read_counted_page(
    session: AsyncSession, listing: Listing[T_co], cursor: int | None, limit: int
) -> CountedPage[T_co]:
    """In one round trip, unless there is nothing behind the cursor."""
    after = await _position(session, cursor, [listing])
    page = listing.page(after, limit).add_columns(listing.count().scalar_subquery())
    rows = (await session.execute(page)).all()
    if not rows:
        return CountedPage([], None, 0 if after is None else await session.scalar(listing.count()) or 0)
    number, next_cursor = _end([row[0] for row in rows], limit)
    return CountedPage([listing.each(row) for row in rows[:number]], next_cursor, rows[0][-1])


def _end(rows: Sequence[Listed], limit: int) -> tuple[int, int | None]:
    """How many of the rows make a page, and the cursor that reads on, if there is more."""
    number = characters = 0
    for row in rows[:limit]:
        characters += len(row.description or "")
        if number and characters > MOST_CHARACTERS:
            break
        number += 1
    return number, rows[number - 1].position if len(rows) > number else None


async def _position(session: AsyncSession, cursor: int | None, listings: Sequence[Listing[Any]]) -> int | None:
    """The cursor as a position in these lists taken as one; None at the start."""
    if cursor is None or cursor >= FIRST_POSITION or not listings:
        return cursor
    # Each limited, though all are: PostgreSQL would read and sort every list as a whole.
    position = union_all(*(listing.positions(cursor) for listing in listings)).subquery().c.position
    last_seen = select(position).order_by(position.desc()).offset(cursor - 1).limit(1)
    return await session.scalar(last_seen) or FIRST_POSITION  # behind everything
