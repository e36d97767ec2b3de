"""Redis as an optional cache and counter: it may be slow, empty or gone, and requests still succeed.

An entry remembers the generation of its scope that was read before its value was loaded, and counts only while that
generation is current. So one command forgets a whole scope, and a slow load can never pass off an old value as new.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from secrets import token_bytes
from typing import TYPE_CHECKING, Any, TypeVar

from lego_api.adapters.breaker import Breaker, BreakerState
from lego_api.config import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

logger = logging.getLogger(__name__)

T = TypeVar("T")
Part = str | int | None

GENERATION_BYTES = 12


class Unanswered(Exception):
    """Redis is not configured, is being left alone, or did not answer in time."""


class Cache:
    def __init__(self, settings: Settings) -> None:
        self._url = settings.redis_url
        self._timeout = settings.cache_timeout
        self._ttl = settings.cache_ttl
        self._breaker = Breaker(settings.breaker_seconds)
        self._redis: Redis | None = None
        # Scopes that were to be forgotten while Redis did not answer. Nothing is read before they are.
        self._owed: set[str] = set()

    @property
    def enabled(self) -> bool:
        return self._url is not None

    @property
    def state(self) -> BreakerState:
        return self._breaker.state

    async def get_or_load(self, scope: str, key: Sequence[Part], load: Callable[[], Awaitable[bytes]]) -> bytes:
        """The bytes stored under `key` since the scope was last forgotten, else those that `load` returns.

        `key` is all that the answer depends on within the scope. Only what `load` returns is stored: an exception
        passes through.
        """
        # JSON keeps the parts of the key apart, whatever characters they hold.
        entry_key = f"{{{scope}}}:{json.dumps(key)}"
        try:
            generation, entry = await self._call(lambda redis: self._read(redis, scope, entry_key))
        except Unanswered:
            return await load()
        if entry is not None and entry.startswith(generation):
            return entry[GENERATION_BYTES:]
        value = await load()
        with suppress(Unanswered):
            await self._call(lambda redis: redis.set(entry_key, generation + value, ex=self._ttl))
        return value

    async def forget(self, *scopes: str) -> None:
        """Makes every entry of the scopes stale, for all processes.

        What cannot be said now is said before this process reads again. A process that dies in between leaves entries
        stale for at most their time to live.
        """
        if self._url is None:
            return
        self._owed.update(scopes)
        try:
            await self._call(self._settle)
        except Unanswered:
            logger.warning("the cache could not be told about a change", extra={"scopes": sorted(scopes)})

    async def count(self, key: str, window: int) -> tuple[int, int]:
        """Adds one to a counter that lives `window` seconds; its value and the seconds left. Raises `Unanswered`."""

        async def increment(redis: "Redis") -> tuple[int, int]:
            async with redis.pipeline(transaction=True) as pipeline:
                pipeline.set(key, 0, ex=window, nx=True)
                pipeline.incr(key)
                pipeline.ttl(key)
                _, value, left = await pipeline.execute()
            return value, max(left, 1)

        return await self._call(increment)

    async def ping(self) -> None:
        """Raises `Unanswered`; asks also while the breaker is open, and closes it on an answer."""
        await self._ask(lambda redis: redis.ping())

    async def aclose(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()
            self._redis = None

    def _generation_key(self, scope: str) -> str:
        return f"{{{scope}}}:generation"

    async def _read(self, redis: "Redis", scope: str, entry_key: str) -> tuple[bytes, bytes | None]:
        if self._owed:
            await self._settle(redis)
        generation: Any
        entry: Any
        generation, entry = await redis.mget(self._generation_key(scope), entry_key)
        if generation is None:
            # Never used, or evicted: a new one, and never the same for two, or evicted scopes would come back to life.
            await redis.set(self._generation_key(scope), token_bytes(GENERATION_BYTES), ex=4 * self._ttl, nx=True)
            generation = await redis.get(self._generation_key(scope))
        return generation, entry

    async def _settle(self, redis: "Redis") -> None:
        owed = frozenset(self._owed)
        async with redis.pipeline(transaction=False) as pipeline:
            for scope in owed:
                pipeline.set(self._generation_key(scope), token_bytes(GENERATION_BYTES), ex=4 * self._ttl)
            await pipeline.execute()
        self._owed -= owed

    async def _call(self, command: Callable[["Redis"], Awaitable[T]]) -> T:
        if self._url is None or not self._breaker.allows():
            raise Unanswered
        return await self._ask(command)

    async def _ask(self, command: Callable[["Redis"], Awaitable[T]]) -> T:
        from redis.exceptions import RedisError

        client = self._client()  # before the clock runs: the first time imports the library
        try:
            async with asyncio.timeout(self._timeout):
                answer = await command(client)
        except (RedisError, OSError) as error:
            if self._breaker.state == "closed":
                logger.warning("Redis did not answer: %s", type(error).__name__)
            self._breaker.failed()
            raise Unanswered from error
        self._breaker.succeeded()
        return answer

    def _client(self) -> "Redis":
        if self._redis is None:
            if self._url is None:
                raise Unanswered
            from redis.asyncio import ConnectionPool, Redis
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff
            from redis.exceptions import ConnectionError as ConnectionLost

            pool = ConnectionPool.from_url(
                self._url,
                socket_timeout=self._timeout,
                socket_connect_timeout=self._timeout,
                # Once, for a connection the server closed while it was idle; the library's own defaults stall or fail.
                retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
                retry_on_error=[ConnectionLost],
                max_connections=32,
            )
            self._redis = Redis.from_pool(pool)
        return self._redis
