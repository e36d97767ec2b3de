"""How many pieces a MOC has: the sum over its parts lists."""

from uuid import UUID

from sqlalchemy import BigInteger, case, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.models import Moc, PartsList, utc_now

MOST_PIECES = 2**31 - 1  # that the column can hold
# The old server stored texts, and any text. A million lines may have two thousand million pieces each.
_IS_NUMBER = PartsList.total_parts_count.regexp_match("^[0-9]{1,18}$")
_SUM = func.sum(case((_IS_NUMBER, cast(PartsList.total_parts_count, BigInteger))))
_PIECES = case((_SUM > MOST_PIECES, MOST_PIECES), else_=_SUM)  # LEAST would take no number at all for the most


async def recount(session: AsyncSession, moc_id: UUID) -> int | None:
    """Writes the sum down at the MOC, which the caller has locked. None when no list says how many it has."""
    total = select(_PIECES).where(PartsList.moc_id == moc_id).scalar_subquery()
    statement = update(Moc).where(Moc.id == moc_id).values(total_piece_count=total, updated_at=utc_now())
    await session.flush()
    count: int | None = await session.scalar(statement.returning(Moc.total_piece_count))
    return count
