"""Caches on the tests' Redis, and a way to look past them."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from uuid import uuid4

from redis.asyncio import Redis

from lego_api.adapters.cache import Cache
from lego_api.config import Settings
from tests.support.database import run

T = TypeVar("T")

# What one test does: it gets a cache, and a plain client for the same Redis.
Scenario = Callable[[Cache, "Redis"], Coroutine[Any, Any, T]]


def with_cache(settings: Settings, scenario: Scenario[T], **changes: Any) -> T:
    """Plays a scenario on a loop of its own, and closes what it used."""

    async def play() -> T:
        cache = Cache(settings.model_copy(update={"cache_timeout": 10.0, **changes}))
        redis = Redis.from_url(str(settings.redis_url))
        try:
            return await scenario(cache, redis)
        finally:
            await cache.aclose()
            await redis.aclose()

    return run(play())


def new_scope() -> str:
    return f"test:{uuid4()}"


def value(data: bytes) -> Callable[[], Awaitable[bytes]]:
    async def load() -> bytes:
        return data

    return load


async def unexpected() -> bytes:
    raise AssertionError("this should have been answered from the cache")
