"""The cache on a real Redis: what it stores, what it never serves, and values that are not what they should be."""

import asyncio

import pytest
from redis.asyncio import Redis

from lego_api.adapters.cache import LARGEST_VALUE, SETTLED_AT_ONCE, Cache, Unanswered
from lego_api.config import Settings
from tests.adapters.redis_caches import new_scope, unexpected, value, with_cache

KEY = ["list", None, 1]


def generation_key(scope: str) -> str:
    return f"{{{scope}}}:generation"


async def keys_of(redis: "Redis", scope: str) -> list[str]:
    return sorted([key.decode() async for key in redis.scan_iter(match=f"{{{scope}}}:*")])


def test_a_value_is_loaded_once_until_its_scope_is_forgotten(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope, other = new_scope(), new_scope()
        assert await cache.get_or_load(scope, KEY, value(b"1")) == b"1"
        assert await cache.get_or_load(other, KEY, value(b"other")) == b"other"
        assert await cache.get_or_load(scope, KEY, unexpected) == b"1"
        await cache.forget(scope)
        assert await cache.get_or_load(scope, KEY, value(b"2")) == b"2"
        assert await cache.get_or_load(other, KEY, unexpected) == b"other"

    with_cache(settings, scenario)


@pytest.mark.parametrize(
    ("one", "another"),
    [(["a", "b"], ["a:b"]), (["a", None], ["a", "None"]), ([1], ["1"]), (["a,b"], ["a", "b"]), (['"'], ['\\"'])],
)
def test_keys_that_look_alike_are_apart(settings: Settings, one: list[str], another: list[str]) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        await cache.get_or_load(scope, one, value(b"one"))
        assert await cache.get_or_load(scope, another, value(b"another")) == b"another"

    with_cache(settings, scenario)


def test_keys_stay_short_and_everything_expires(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        assert await cache.get_or_load(scope, ["search", "ä\ud800" * 50_000], value(b"1")) == b"1"
        keys = await keys_of(redis, scope)
        assert len(keys) == 2
        assert all(len(key) < 200 for key in keys)
        for key in keys:
            assert 0 < await redis.ttl(key) <= 4 * settings.cache_ttl

    with_cache(settings, scenario)


@pytest.mark.parametrize("held", [b"", b"x", b"{}", b"a text that is longer than any generation"])
def test_an_entry_or_generation_that_is_none_is_loaded_anew(settings: Settings, held: bytes) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        await cache.get_or_load(scope, KEY, value(b"1"))
        for key in await keys_of(redis, scope):
            await redis.set(key, held)
            assert await cache.get_or_load(scope, KEY, value(b"2")) == b"2"
            assert await cache.get_or_load(scope, KEY, unexpected) == b"2"

    with_cache(settings, scenario)


def test_a_key_of_another_type_is_written_over(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        await cache.get_or_load(scope, KEY, value(b"1"))
        for key in await keys_of(redis, scope):
            await redis.delete(key)
            await redis.lpush(key, "not", "ours")
            assert await cache.get_or_load(scope, KEY, value(b"2")) == b"2"
            assert await cache.get_or_load(scope, KEY, unexpected) == b"2"

    with_cache(settings, scenario)


def test_a_counter_of_another_type_is_unanswered_and_opens_no_breaker(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        await redis.lpush(scope, "not a number")
        for _ in range(2):
            with pytest.raises(Unanswered):
                await cache.count(scope, 60)
        assert await cache.count(new_scope(), 60) == (1, 60)

    with_cache(settings, scenario, breaker_seconds=3600.0)


def test_an_evicted_generation_does_not_bring_old_entries_back(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        await cache.get_or_load(scope, KEY, value(b"old"))
        await redis.delete(generation_key(scope))
        assert await cache.get_or_load(scope, KEY, value(b"new")) == b"new"

    with_cache(settings, scenario)


def test_a_large_value_is_answered_and_not_stored(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        large = b"x" * (LARGEST_VALUE + 1)
        assert await cache.get_or_load(scope, KEY, value(large)) == large
        assert await keys_of(redis, scope) == [generation_key(scope)]
        largest = b"y" * LARGEST_VALUE
        assert await cache.get_or_load(scope, KEY, value(largest)) == largest
        assert await cache.get_or_load(scope, KEY, unexpected) == largest

    with_cache(settings, scenario)


def test_what_load_raises_passes_through_and_is_not_stored(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()

        async def fail() -> bytes:
            raise LookupError

        with pytest.raises(LookupError):
            await cache.get_or_load(scope, KEY, fail)
        assert await keys_of(redis, scope) == [generation_key(scope)]
        assert await cache.get_or_load(scope, KEY, value(b"1")) == b"1"

    with_cache(settings, scenario)


def test_many_callers_share_few_connections(settings: Settings) -> None:
    """More than the pool holds: they wait for each other, and nobody takes that for a dead Redis."""

    async def scenario(cache: Cache, redis: "Redis") -> None:
        counter = new_scope()
        counts = await asyncio.gather(*(cache.count(counter, 60) for _ in range(200)))
        assert sorted(count for count, _ in counts) == list(range(1, 201))
        scope = new_scope()
        values = await asyncio.gather(*(cache.get_or_load(scope, [n % 7], value(b"%d" % (n % 7))) for n in range(200)))
        assert values == [b"%d" % (n % 7) for n in range(200)]

    with_cache(settings, scenario, breaker_seconds=3600.0)


def test_a_great_many_scopes_are_forgotten_in_portions(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scopes = [new_scope() for _ in range(2 * SETTLED_AT_ONCE + 1)]
        for scope in (scopes[0], scopes[-1]):
            await cache.get_or_load(scope, KEY, value(b"old"))
        await cache.forget(*scopes)
        for scope in (scopes[0], scopes[-1]):
            assert await cache.get_or_load(scope, KEY, value(b"new")) == b"new"

    with_cache(settings, scenario)


def test_without_redis_everything_is_loaded(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        assert await cache.get_or_load(scope, KEY, value(b"1")) == b"1"
        assert await cache.get_or_load(scope, KEY, value(b"2")) == b"2"
        await cache.forget(scope)
        with pytest.raises(Unanswered):
            await cache.count(scope, 60)
        with pytest.raises(Unanswered):
            await cache.ping()
        assert await keys_of(redis, scope) == []

    with_cache(settings, scenario, redis_url=None)
