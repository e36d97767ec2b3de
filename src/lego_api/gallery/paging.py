"""Lists that are read on from a position: the newest first, and each thing once, whatever is added or removed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BeforeValidator
from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.models import GalleryAlbum, GalleryImage

T = TypeVar("T")

LARGEST_NUMBER = 2**53 - 1  # that JavaScript can hold; a position is far less


def _position(value: Any) -> int | None:
    """What is no position begins at the start, as 0 does, the web app's first."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return min(number, LARGEST_NUMBER) if number > 0 else None


# The position of the last thing that was answered.
Cursor = Annotated[int | None, BeforeValidator(_position)]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`total` is how many there are on all pages; `next_cursor` is None on the last one."""

    rows: Sequence[T]
    next_cursor: int | None
    total: int


async def read_page(
    session: AsyncSession,
    statement: Select[Any],
    model: type[GalleryImage | GalleryAlbum],
    cursor: int | None,
    limit: int,
    each: Callable[[Row[Any]], T],
) -> Page[T]:
    """What comes after `cursor`, in one round trip. The statement's first column is the model; `each` reads a row."""
    count = select(func.count()).select_from(statement.with_only_columns(model.id).subquery())
    page = statement.add_columns(count.scalar_subquery()).order_by(model.position.desc()).limit(limit + 1)
    if cursor is not None:
        page = page.where(model.position < cursor)
    found = (await session.execute(page)).all()
    if not found:  # no row tells how many there are before the cursor
        return Page([], None, (await session.scalar(count) or 0) if cursor else 0)
    next_cursor = found[limit - 1][0].position if len(found) > limit else None
    return Page([each(row) for row in found[:limit]], next_cursor, found[0][-1])
