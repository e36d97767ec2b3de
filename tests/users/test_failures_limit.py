"""Five writes of profiles may fail in fifteen minutes; those that succeed, and reads, are not counted."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis

from lego_api.adapters.cache import Cache
from lego_api.config import Settings
from lego_api.web.rate_limit import Limit, RateLimiter, profile_failures_limit
from tests.faults.databases import refuse_commits
from tests.support.clients import Api, User
from tests.support.database import Database, run
from tests.support.faults import Proxy, serving
from tests.support.pictures import JPEG
from tests.support.user_pool import UsersOfPool
from tests.users.builders import avatar_path, known, rename, send_avatar

NEVER_AGAIN = 3600.0  # seconds until the breaker lets somebody probe


@pytest.fixture
def counters(settings: Settings) -> Iterator[redis.Redis]:
    """Redis, with nothing counted yet: this worker's tests share one address."""
    client = redis.Redis.from_url(str(settings.redis_url))
    for key in client.scan_iter("rate:profile-failures:*"):
        client.delete(key)
    yield client
    client.close()


@pytest.fixture(params=["http", "lambda"])
def limited(request: pytest.FixtureRequest, settings: Settings, counters: Any) -> Iterator[Api]:
    with serving(settings, request.param, rate_limit_profile_failures=5) as api:
        yield api


def key_of(user: User) -> str:
    return f"rate:profile-failures:user:{user.id}"


def remaining(answer: httpx.Response) -> int:
    assert answer.headers["RateLimit-Policy"] == "5;w=900"
    assert answer.headers["RateLimit-Limit"] == "5"
    assert 0 < int(answer.headers["RateLimit-Reset"]) <= 900
    return int(answer.headers["RateLimit-Remaining"])


def assert_limited(answer: httpx.Response) -> None:
    text = "Too many authentication attempts from this IP, please try again later."
    body = answer.json()
    assert (answer.status_code, body["code"]) == (429, "TOO_MANY_REQUESTS")
    assert body["error"] == body["message"] == text
    assert body["retryAfter"] == "15 minutes"
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert remaining(answer) == 0


def test_failures_are_counted_and_success_is_not(limited: Api, pool: UsersOfPool) -> None:
    user = known(limited, pool)
    for left in (4, 3, 2, 1, 0):
        assert remaining(rename(user, "Anna")) == left + 1
        failed = rename(user, "")
        assert (failed.status_code, remaining(failed)) == (400, left)
    for answer in (
        rename(user, "Anna"),
        send_avatar(user),
        user.delete(avatar_path(user)),
        user.post("/api/users/x/y"),
    ):
        assert_limited(answer)
    other = known(limited, pool)
    assert remaining(rename(other, "Anna")) == 5


def test_reads_are_neither_counted_nor_refused(limited: Api, pool: UsersOfPool) -> None:
    user = known(limited, pool)
    for _ in range(6):
        assert user.get("/api/users/a%00b").status_code == 400
        read = user.get(f"/api/users/{user.id}")
        assert (read.status_code, read.headers["RateLimit-Policy"]) == (200, "1000000;w=900")
    for _ in range(6):
        rename(user, "")
    assert user.get(f"/api/users/{user.id}").status_code == 200
    assert user.head(f"/api/users/{user.id}").status_code == 200
    assert user.post("/api/mocs", json={"title": f"Castle {uuid4()}"}).status_code == 201


FAILURES: dict[str, tuple[int, Callable[[Api, User], httpx.Response]]] = {
    "a value": (400, lambda _, user: rename(user, "x" * 101)),
    "broken JSON": (400, lambda _, user: _raw(user, b'{"name": ')),
    "a charset": (415, lambda _, user: _raw(user, b"{}", "application/json; charset=utf-7")),
    "a kind of body": (415, lambda _, user: _raw(user, b"<name/>", "application/xml")),
    "somebody else's": (403, lambda _, user: user.patch("/api/users/somebody", json={"name": "Mallory"})),
    "somebody else's avatar": (403, lambda _, user: send_avatar(user, to="/api/users/somebody/avatar")),
    "no picture": (400, lambda _, user: send_avatar(user, b"text", "a.txt")),
    "no such route": (404, lambda _, user: user.post("/API/Users/1/2/3/")),
    "no such method": (404, lambda _, user: user.put(f"/api/users/{user.id}", json={"name": "Anna"})),
    "no CSRF token": (403, lambda api, user: api.cookie_user(user.id).patch(f"/api/users/{user.id}", json={})),
}


def _raw(user: User, content: bytes, content_type: str = "application/json") -> httpx.Response:
    return user.patch(f"/api/users/{user.id}", content=content, headers={"Content-Type": content_type})


def test_whoever_refuses_it_it_is_a_failure(settings: Settings, pool: UsersOfPool) -> None:
    with serving(settings, rate_limit_profile_failures=len(FAILURES)) as api:
        user = known(api, pool)
        for count, (name, (status, fail)) in enumerate(FAILURES.items(), start=1):
            answer = fail(api, user)
            assert (name, answer.status_code) == (name, status)
            assert int(answer.headers["RateLimit-Remaining"]) == len(FAILURES) - count, name
        assert rename(user, "Anna").status_code == 429


def test_without_a_token_the_address_is_counted(limited: Api, counters: Any) -> None:
    for left in (4, 3, 2, 1, 0):
        answer = limited.client(Authorization="Bearer rubbish").patch("/api/users/1", json={"name": "x"})
        assert (answer.status_code, remaining(answer)) == (401, left)
    assert_limited(limited.client().post("/api/users/1/avatar", files={"avatar": ("me.jpg", JPEG)}))
    assert limited.client().get("/api/users/1").status_code == 200
    assert limited.user().delete("/api/users/1/avatar").status_code == 403


def test_of_fifty_failures_at_once_five_pass(limited: Api, pool: UsersOfPool) -> None:
    user = known(limited, pool)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: rename(user, ""), range(50)))
    assert sorted(answer.status_code for answer in answers) == [400] * 5 + [429] * 45


def test_what_the_limit_of_uploads_refuses_is_no_failure(settings: Settings, pool: UsersOfPool) -> None:
    with serving(settings, rate_limit_profile_failures=2, rate_limit_uploads=2) as api:
        user = known(api, pool)
        first = send_avatar(user)
        assert (first.status_code, first.headers["RateLimit-Policy"]) == (200, "2;w=900")
        assert send_avatar(user, to=f"/api/users/{user.id}").status_code == 200, "an upload, too"
        for _ in range(3):
            refused = send_avatar(user)
            assert (refused.status_code, refused.headers["RateLimit-Policy"]) == (429, "2;w=3600")
            assert refused.json()["retryAfter"] == "1 hour"
        assert rename(user, "Anna").headers["RateLimit-Remaining"] == "2"


def test_an_outage_is_nobodys_failure(settings: Settings, pool: UsersOfPool) -> None:
    with Proxy(str(settings.cognito_endpoint_url)) as way:
        changed = settings.model_copy(update={"cognito_endpoint_url": way.url, "breaker_seconds": 0.0})
        with serving(changed, rate_limit_profile_failures=1) as api:
            user = known(api, pool)
            with way.refusing():
                assert [rename(user, "Berta").status_code for _ in range(3)] == [503, 503, 503]
            assert rename(user, "Berta").status_code == 200


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_nor_is_what_goes_wrong_inside(
    own_settings: Settings, own_database: Database, pool: UsersOfPool, way_in: str
) -> None:
    with serving(own_settings, way_in, rate_limit_profile_failures=2) as api:
        user = known(api, pool)
        refuse_commits(own_database, "outbox")
        assert [send_avatar(user).status_code for _ in range(3)] == [500, 500, 500]
        assert rename(user, "").headers["RateLimit-Remaining"] == "1"
        assert rename(user, "Berta").headers["RateLimit-Remaining"] == "1"


def test_success_does_not_prolong_the_window(limited: Api, pool: UsersOfPool, counters: Any) -> None:
    user = known(limited, pool)
    rename(user, "")
    assert 0 < counters.ttl(key_of(user)) <= 900
    counters.expire(key_of(user), 50)
    assert 0 < int(rename(user, "Anna").headers["RateLimit-Reset"]) <= 50
    assert (counters.get(key_of(user)), 0 < counters.ttl(key_of(user)) <= 50) == (b"1", True)


def test_a_window_that_ends_meanwhile_stays_ended(settings: Settings, counters: Any) -> None:
    limit, client = profile_failures_limit(5), f"user:{uuid4()}"
    key = f"rate:profile-failures:{client}"

    async def spend_and_give_back() -> None:
        cache = Cache(settings)
        limiter = RateLimiter(cache)
        try:
            usage = await limiter.spend(limit, client)
            counters.delete(key)  # its time is over
            assert (await limiter.give_back(limit, client, usage)).used == 0
            assert not counters.exists(key)
            counters.set(key, 0, ex=100)
            await limiter.give_back(limit, client, usage)
            assert counters.get(key) == b"0"
        finally:
            await cache.aclose()

    run(spend_and_give_back())


@pytest.mark.parametrize("fault", [Proxy.refusing, Proxy.hanging], ids=["refusing", "hanging"])
def test_without_redis_the_process_counts(
    settings: Settings, pool: UsersOfPool, fault: Callable[[Proxy], AbstractContextManager[None]]
) -> None:
    changes: Any = {"breaker_seconds": NEVER_AGAIN, "cache_timeout": 0.2, "rate_limit_profile_failures": 5}
    with Proxy(str(settings.redis_url)) as way, serving(settings, redis_url=way.url, **changes) as api, fault(way):
        user = known(api, pool)
        for left in (4, 3, 2, 1, 0):
            assert remaining(rename(user, "Anna")) == left + 1
            assert remaining(rename(user, "")) == left
        assert_limited(rename(user, "Anna"))


def test_what_the_process_gives_back_belongs_to_its_window(settings: Settings) -> None:
    async def spend_and_give_back() -> None:
        limiter = RateLimiter(Cache(settings.model_copy(update={"redis_url": None})))
        limit = Limit("test", 5, 60, "", "")
        first = await limiter.spend(limit, "client")
        second = await limiter.spend(limit, "client")
        for usage in (first, second, first):  # once too often
            await limiter.give_back(limit, "client", usage)
        assert (await limiter.spend(limit, "client")).used == 1
        await limiter.give_back(limit, "somebody else", first)
        assert (await limiter.spend(limit, "somebody else")).used == 1

    run(spend_and_give_back())
