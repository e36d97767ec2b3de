"""The cache between readers, writers and a Redis that goes away: nobody is ever told what a writer has made stale."""

import asyncio

import pytest
from redis.asyncio import Redis

from lego_api.adapters.cache import Cache, Unanswered
from lego_api.config import Settings
from tests.adapters.redis_caches import new_scope, unexpected, value, with_cache
from tests.support.faults import Proxy
from tests.support.verdicts import Rule, Verdict, after, announcing

KEY = ["list"]
SET = b"$3\r\nSET\r\n"
PATIENT = {"breaker_seconds": 0.0}  # asks Redis every time


class HeldLoad:
    """Has read its rows, and does not come back with them before it is told to."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.has_read = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self) -> bytes:
        self.has_read.set()
        await self.go_on.wait()
        return self._data


async def read_while_written(reader: Cache, writer: Cache, scope: str) -> None:
    load = HeldLoad(b"old")
    reading = asyncio.create_task(reader.get_or_load(scope, KEY, load))
    await load.has_read.wait()
    await writer.forget(scope)
    load.go_on.set()
    assert await reading == b"old"


@pytest.mark.parametrize("known", [True, False], ids=["after other reads", "the first read ever"])
def test_a_slow_reader_never_stores_what_a_writer_has_made_stale(settings: Settings, known: bool) -> None:
    async def scenario(reader: Cache, redis: "Redis") -> None:
        writer = Cache(settings)
        scope = new_scope()
        if known:
            await reader.get_or_load(scope, ["another"], value(b"entry"))
        await read_while_written(reader, writer, scope)
        assert await writer.get_or_load(scope, KEY, value(b"new")) == b"new"
        assert await reader.get_or_load(scope, KEY, unexpected) == b"new"
        await writer.aclose()

    with_cache(settings, scenario)


def test_not_even_when_redis_was_emptied_meanwhile(settings: Settings) -> None:
    async def scenario(reader: Cache, redis: "Redis") -> None:
        scope = new_scope()
        load = HeldLoad(b"old")
        reading = asyncio.create_task(reader.get_or_load(scope, KEY, load))
        await load.has_read.wait()
        await reader.forget(scope)
        await redis.flushdb()
        load.go_on.set()
        await reading
        assert await reader.get_or_load(scope, KEY, value(b"new")) == b"new"

    with_cache(settings, scenario)


def test_readers_that_miss_together_all_get_the_value_and_one_is_kept(settings: Settings) -> None:
    async def scenario(cache: Cache, redis: "Redis") -> None:
        scope = new_scope()
        load = HeldLoad(b"1")
        reading = [asyncio.create_task(cache.get_or_load(scope, KEY, load)) for _ in range(10)]
        await load.has_read.wait()
        load.go_on.set()
        assert await asyncio.gather(*reading) == [b"1"] * 10
        await cache.get_or_load(scope, KEY, value(b"1"))
        assert await cache.get_or_load(scope, KEY, unexpected) == b"1"

    with_cache(settings, scenario)


def test_what_was_written_while_redis_was_away_is_forgotten_before_the_next_read(settings: Settings) -> None:
    with Proxy(str(settings.redis_url)) as way:

        async def scenario(cache: Cache, redis: "Redis") -> None:
            scope = new_scope()
            await cache.get_or_load(scope, KEY, value(b"old"))
            with way.refusing():
                await cache.forget(scope)
                assert await cache.get_or_load(scope, KEY, value(b"new")) == b"new"
            assert await cache.get_or_load(scope, KEY, value(b"newer")) == b"newer"
            assert await cache.get_or_load(scope, KEY, unexpected) == b"newer"

        with_cache(settings, scenario, redis_url=way.url, **PATIENT)


def test_others_learn_of_it_with_the_first_thing_the_writer_says(settings: Settings) -> None:
    with Proxy(str(settings.redis_url)) as way:

        async def scenario(writer: Cache, redis: "Redis") -> None:
            reader = Cache(settings)
            scope = new_scope()
            await reader.get_or_load(scope, KEY, value(b"old"))
            with way.refusing():
                await writer.forget(scope)
            await writer.count(new_scope(), 60)
            assert await reader.get_or_load(scope, KEY, value(b"new")) == b"new"
            await reader.aclose()

        with_cache(settings, scenario, redis_url=way.url, **PATIENT)


def test_a_second_write_is_not_forgotten_with_the_first(settings: Settings) -> None:
    """Two writers of one process: the cache hears of the first change, and the connection of the second breaks."""
    with Proxy(str(settings.redis_url)) as way:

        async def scenario(cache: Cache, redis: "Redis") -> None:
            reader = Cache(settings)
            scope = new_scope()
            await cache.ping()
            way.rule = after(1, SET, Verdict.CUT)
            await asyncio.gather(cache.forget(scope), cache.forget(scope))
            await reader.get_or_load(scope, KEY, value(b"between the two"))
            way.recover()
            assert await cache.get_or_load(scope, KEY, value(b"new")) == b"new"
            await reader.aclose()

        with_cache(settings, scenario, redis_url=way.url, **PATIENT)


def test_a_retry_never_sends_a_generation_again(settings: Settings) -> None:
    sent: list[bytes] = []

    def recording(rule: Rule) -> Rule:
        def judge(data: bytes) -> Verdict:
            sent.extend(part for part in data.split(b"\r\n") if len(part) == 12)
            return rule(data)

        return judge

    with Proxy(str(settings.redis_url)) as way:

        async def scenario(cache: Cache, redis: "Redis") -> None:
            await cache.ping()
            rule, struck = announcing(after(0, SET, Verdict.LOSE_ANSWER))
            way.rule = recording(rule)
            for attempt in (cache.forget(new_scope()), cache.get_or_load(new_scope(), KEY, value(b"1"))):
                await attempt
            assert struck.is_set()

        with_cache(settings, scenario, redis_url=way.url, **PATIENT)
    assert len(sent) >= 4
    assert len(set(sent)) == len(sent)


def test_connections_that_were_closed_while_idle_are_replaced_unnoticed(settings: Settings) -> None:
    with Proxy(str(settings.redis_url)) as way:

        async def scenario(cache: Cache, redis: "Redis") -> None:
            counter = new_scope()
            await asyncio.gather(*(cache.count(counter, 60) for _ in range(5)))
            way.cut()
            counts = await asyncio.gather(*(cache.count(counter, 60) for _ in range(10)))
            assert max(count for count, _ in counts) == 15

        with_cache(settings, scenario, redis_url=way.url, breaker_seconds=3600.0)


def test_an_answer_that_comes_late_is_nobody_elses(settings: Settings) -> None:
    with Proxy(str(settings.redis_url)) as way:

        async def scenario(cache: Cache, redis: "Redis") -> None:
            scope = new_scope()
            for n in range(3):
                await cache.get_or_load(scope, [n], value(b"%d" % n))
            with way.hanging():
                late = [cache.get_or_load(scope, [n], value(b"loaded")) for n in range(3)]
                assert await asyncio.gather(*late) == [b"loaded"] * 3
            for n in (2, 1, 0):
                assert await cache.get_or_load(scope, [n], value(b"loaded")) in (b"%d" % n, b"loaded")
            assert await cache.get_or_load(scope, [7], value(b"7")) == b"7"

        with_cache(settings, scenario, redis_url=way.url, cache_timeout=0.5, **PATIENT)


def test_a_redis_that_hangs_is_asked_once_and_then_left_alone(settings: Settings) -> None:
    with Proxy(str(settings.redis_url)) as way:

        async def scenario(cache: Cache, redis: "Redis") -> None:
            scope = new_scope()
            with way.hanging():
                for _ in range(20):
                    assert await cache.get_or_load(scope, KEY, value(b"1")) == b"1"
                    await cache.forget(scope)
                    with pytest.raises(Unanswered):
                        await cache.count(scope, 60)
                assert way.accepted == 1
            await cache.ping()  # as the health check does: it need not wait for the pause
            assert await cache.count(scope, 60) == (1, 60)

        with_cache(settings, scenario, redis_url=way.url, cache_timeout=0.2, breaker_seconds=3600.0)
