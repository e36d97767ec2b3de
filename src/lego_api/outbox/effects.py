"""How one kind of side effect is done."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from lego_api.errors import SearchUnavailable, Unavailable

Payload = Mapping[str, Any]

# The part is away, and with it everything of this kind: no fault of the entry, which waits for it as long as it takes.
AWAY = (Unavailable, SearchUnavailable)


def never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Effect:
    """`run` gets the payloads of some entries, at most `batch`, and says of each what went wrong, None for nothing.

    It may read the database in the session, which has locked the entries; what it raises went wrong with all of them.
    `is_away`: whether the part is known not to answer just now, so that nobody need wait to find out.
    """

    run: Callable[[AsyncSession, Sequence[Payload]], Awaitable[Sequence[Exception | None]]]
    batch: int = 1
    is_away: Callable[[], bool] = never


def one_by_one(handle: Callable[[Payload], Awaitable[None]]) -> Effect:
    """An effect that does one entry at a time and raises what goes wrong."""

    async def run(_session: AsyncSession, payloads: Sequence[Payload]) -> Sequence[None]:
        for payload in payloads:
            await handle(payload)
        return [None] * len(payloads)

    return Effect(run)
