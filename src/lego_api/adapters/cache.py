"""Redis as an optional cache and counter: it may be slow, empty or gone, and requests still succeed.

An entry remembers the generation of its scope that was read before its value was loaded, and counts only while that
generation is current. So one command forgets a whole scope, and a slow load can never pass off an old value as new.
No generation is ever sent twice, not even by a retry: one that came back would bring its old entries back.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from secrets import token_bytes
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from lego_api import metrics
from lego_api.adapters import tracing
from lego_api.adapters.breaker import Breaker
from lego_api.config import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

logger = logging.getLogger(__name__)

T = TypeVar("T")
Part = str | int | None

GENERATION_BYTES = 12
LARGEST_VALUE = 1024 * 1024  # bytes; more would take Redis longer than a request should wait, and look like a failure
MAX_CONNECTIONS = 32  # more callers than these wait for each other
SETTLED_AT_ONCE = 500  # scopes in one round trip

# A counter that is over must not come back, for it would never end; DECR leaves the end of the others as it is.
UNCOUNT = "if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then return redis.call('DECR', KEYS[1]) end"


class Unanswered(Exception):
    """Redis is not configured, is being left alone, refused, or did not answer in time."""


class Cache:
    def __init__(self, settings: Settings) -> None:
        self._url = settings.redis_url
        self._timeout = settings.cache_timeout
        self._ttl = settings.cache_ttl
        self.breaker = Breaker("redis", settings.breaker_seconds)
        self._redis: Redis | None = None
        # Scopes that are to be forgotten, each with a mark of the last time somebody asked for it. Nothing else is
        # said to Redis before they are.
        self._owed: dict[str, object] = {}

    @property
    def enabled(self) -> bool:
        return self._url is not None

    async def get_or_load(self, scope: str, key: Sequence[Part], load: Callable[[], Awaitable[bytes]]) -> bytes:
        """The bytes stored under `key` since the scope was last forgotten, else those that `load` returns.

        `key` is all that the answer depends on within the scope. Only what `load` returns is stored: an exception
        passes through.
        """
        entry_key = _entry_key(scope, key)
        try:
            generation, stored = await self._call("MGET", lambda redis: self._read(redis, scope, entry_key))
        except Unanswered:
            return await load()
        metrics.count("CacheMisses" if stored is None else "CacheHits")
        if stored is not None:
            return stored
        value = await load()
        if len(value) <= LARGEST_VALUE:
            with suppress(Unanswered):
                await self._call("SET", lambda redis: redis.set(entry_key, generation + value, ex=self._ttl))
        return value

    async def get_json(self, scope: str, key: Sequence[Part], load: Callable[[], Awaitable[BaseModel]]) -> bytes:
        """The same for an answer: the JSON of what `load` returns."""

        async def dump() -> bytes:
            return (await load()).model_dump_json().encode()

        return await self.get_or_load(scope, key, dump)

    async def forget(self, *scopes: str) -> None:
        """Makes every entry of the scopes stale, for all processes.

        What cannot be said now is said before this process asks Redis anything else, so it never reads what it has
        itself made stale. Other processes may until then, or if this one dies first, until the entries' time to live
        is over.
        """
        if self._url is None:
            return
        self._owed |= {scope: object() for scope in scopes}
        try:
            await self._call("SET", self._settle)
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

        return await self._call("INCR", increment)

    async def uncount(self, key: str) -> None:
        """Takes one from a counter again, unless it is over or at zero. Raises `Unanswered`."""
        await self._call("EVAL", lambda redis: redis.eval(UNCOUNT, 1, key))

    async def ping(self) -> None:
        """Raises `Unanswered`; asks also while the breaker is open, and closes it on an answer."""
        await self._ask("PING", lambda redis: redis.ping())

    async def aclose(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()
            self._redis = None

    async def _read(self, redis: "Redis", scope: str, entry_key: str) -> tuple[bytes, bytes | None]:
        """The generation to load under, and what is stored under it."""
        generation: Any
        entry: Any
        generation, entry = await redis.mget(_generation_key(scope), entry_key)
        if generation is None or len(generation) != GENERATION_BYTES:
            # Never used, or evicted: a new one, for the entries of the old one must not come back to life.
            return await self._renew(redis, scope), None
        if entry is None or not entry.startswith(generation):
            return generation, None
        return generation, entry[GENERATION_BYTES:]

    async def _renew(self, redis: "Redis", scope: str) -> bytes:
        generation = token_bytes(GENERATION_BYTES)
        await redis.set(_generation_key(scope), generation, ex=4 * self._ttl)
        return generation

    async def _settle(self, redis: "Redis") -> None:
        owed = list(self._owed.items())
        for start in range(0, len(owed), SETTLED_AT_ONCE):
            batch = owed[start : start + SETTLED_AT_ONCE]
            async with redis.pipeline(transaction=False) as pipeline:
                for scope, _ in batch:
                    pipeline.set(_generation_key(scope), token_bytes(GENERATION_BYTES), ex=4 * self._ttl)
                await pipeline.execute()
            for scope, mark in batch:
                if self._owed.get(scope) is mark:  # else somebody has asked again while this was under way
                    del self._owed[scope]

    async def _call(self, name: str, command: Callable[["Redis"], Awaitable[T]]) -> T:
        if self._url is None or not self.breaker.allows():
            raise Unanswered
        return await self._ask(name, command)

    async def _ask(self, name: str, command: Callable[["Redis"], Awaitable[T]]) -> T:
        from redis.exceptions import RedisError, ResponseError

        client = self._client()  # before the clock runs: the first time imports the library
        try:
            with tracing.span(f"redis {name}"):
                async with asyncio.timeout(self._timeout):
                    answer = await self._perform(client, command)
        except ResponseError as error:  # it is there: a full memory, say, or a key that holds something else
            logger.warning("Redis refused a command: %s", type(error).__name__)
            self.breaker.succeeded()
            raise Unanswered from error
        except (RedisError, OSError) as error:
            if self.breaker.state == "closed":
                logger.warning("Redis did not answer: %s", type(error).__name__)
            self.breaker.failed()
            raise Unanswered from error
        self.breaker.succeeded()
        return answer

    async def _perform(self, client: "Redis", command: Callable[["Redis"], Awaitable[T]]) -> T:
        """A second time on a new connection, where the server has closed the first or is no longer the primary."""
        from redis.exceptions import ConnectionError as ConnectionLost
        from redis.exceptions import ReadOnlyError

        try:
            await self._settle(client)
            return await command(client)
        except (ConnectionLost, ReadOnlyError):
            await client.connection_pool.disconnect(inuse_connections=False)
            await self._settle(client)
            return await command(client)

    def _client(self) -> "Redis":
        if self._redis is None:
            if self._url is None:
                raise Unanswered
            from redis.asyncio import BlockingConnectionPool, Redis
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff

            pool = BlockingConnectionPool.from_url(
                self._url,
                socket_timeout=self._timeout,
                socket_connect_timeout=self._timeout,
                retry=Retry(NoBackoff(), 0),  # the library's own stalls, and would repeat a generation
                max_connections=MAX_CONNECTIONS,
                timeout=None,
            )
            self._redis = Redis.from_pool(pool)
        return self._redis


def _generation_key(scope: str) -> str:
    return f"{{{scope}}}:generation"


def _entry_key(scope: str, key: Sequence[Part]) -> str:
    """JSON keeps the parts apart, whatever they hold; the digest keeps the key short, however long they are."""
    return f"{{{scope}}}:{hashlib.sha256(json.dumps(key).encode()).hexdigest()}"
