"""How often one may ask: per user, else per address, with the recorded headers and refusals."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis

from lego_api.adapters.cache import Cache
from lego_api.config import Settings
from lego_api.web.rate_limit import COUNTED_LOCALLY, Limit, RateLimiter
from tests.support.clients import LambdaGateway, event_of
from tests.support.faults import Proxy, serving
from tests.support.pictures import JPEG

SEARCH = "/api/mocs/search?size=1"
PICTURE: dict[str, Any] = {"files": {"image": ("p.jpg", JPEG, "image/jpeg")}}


@pytest.fixture
def counters(settings: Settings) -> Iterator[redis.Redis]:
    """Redis, with nothing counted yet: this worker's tests share one address."""
    assert settings.redis_url
    client = redis.Redis.from_url(settings.redis_url)
    for key in client.scan_iter("rate:*"):
        client.delete(key)
    yield client
    client.close()


def check_refused(answer: httpx.Response, kind: str = "", window: str = "15 minutes", seconds: int = 900) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"], body["statusCode"]) == (429, "TOO_MANY_REQUESTS", 429)
    text = f"Too many {kind or 'requests'} from this IP, please try again later."
    assert body["error"] == body["message"] == text
    assert body["retryAfter"] == window
    assert 0 < int(answer.headers["Retry-After"]) <= seconds
    assert answer.headers["RateLimit-Remaining"] == "0"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_every_answer_says_what_is_left(settings: Settings, way_in: str) -> None:
    with serving(settings, way_in, rate_limit_general=7) as api:
        user = api.user()
        answers = [
            user.get("/api/mocs"),
            user.get("/api/mocs", headers={"If-None-Match": "*"}),
            user.get("/nope"),
            user.post("/api/mocs", json={}),
            user.post("/api/wishlist", json={"title": "Falcon", "sortOrder": "1"}),
            user.get("/"),
            user.get("/api/csrf"),
        ]
        assert [answer.status_code for answer in answers] == [200, 304, 404, 400, 201, 200, 200]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == list("6543210")
        for answer in answers:
            assert answer.headers["RateLimit-Policy"] == "7;w=900"
            assert answer.headers["RateLimit-Limit"] == "7"
            assert 0 < int(answer.headers["RateLimit-Reset"]) <= 900
            assert "Retry-After" not in answer.headers
        for path in ("/api/mocs", "/api/wishlist", "/nope", SEARCH):
            check_refused(user.get(path))


def test_each_user_has_a_count_and_nobody_has_the_address(settings: Settings, counters: Any) -> None:
    with serving(settings, rate_limit_general=2) as api:
        first, second = api.user(), api.user()
        assert [first.get(SEARCH).status_code for _ in range(3)] == [200, 200, 429]
        assert [second.get(SEARCH).status_code for _ in range(3)] == [200, 200, 429]
        assert [api.client().get(SEARCH).status_code for _ in range(3)] == [200, 200, 429]
        invalid = api.client(Authorization="Bearer rubbish")
        assert invalid.get(SEARCH).status_code == 429, "a token that proves nothing is nobody's"
        same_by_cookie = api.cookie_user(first.id)
        assert same_by_cookie.get(SEARCH).status_code == 429


def test_what_a_client_says_about_its_address_is_ignored(settings: Settings, counters: Any) -> None:
    with serving(settings, rate_limit_general=2) as api:
        names = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
        answers = [
            api.client(**dict.fromkeys(names, f"203.0.113.{number}")).get(SEARCH).status_code for number in range(3)
        ]
        assert answers == [200, 200, 429]


def test_behind_the_gateway_its_address_counts(settings: Settings) -> None:
    with LambdaGateway(settings.model_copy(update={"rate_limit_general": 2})) as gateway:
        request = httpx.Request(
            "GET", f"https://api.example.com{SEARCH}", headers={"X-Forwarded-For": "198.51.100.200"}
        )

        def status(address: str) -> int:
            event = event_of(request)
            event["requestContext"]["http"]["sourceIp"] = address
            return int(gateway.invoke(event)["statusCode"])

        one, other = (f"2001:db8:{uuid4().hex[:4]}:{number}::1" for number in (1, 0x200))
        assert [status(one) for _ in range(3)] == [200, 200, 429]
        assert status(other) == 200
        neighbour = one.replace(":1::1", ":2::9")
        assert status(neighbour) == 429, "a customer has a whole network of IPv6"


def test_what_is_asked_by_the_dozen_is_not_counted(settings: Settings) -> None:
    with serving(settings, rate_limit_general=1) as api:
        user = api.user()
        uploaded = user.post("/api/wishlist/upload-image", **PICTURE).json()["data"]["imageUrl"]
        for path in (uploaded, "/health/live", "/api/health/live", "/HEALTH/live/"):
            answer = user.get(path)
            assert answer.status_code == 200
            assert "RateLimit-Limit" not in answer.headers
        check_refused(user.get("/healthy"))


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_uploads_have_a_limit_of_their_own(settings: Settings, way_in: str) -> None:
    with serving(settings, way_in, rate_limit_uploads=2) as api:
        user = api.user()
        answers = [user.post("/api/wishlist/upload-image", **PICTURE) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].headers["RateLimit-Policy"] == "2;w=3600"
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0"]
        for path in ("/api/wishlist/upload-image", "/api/mocs/with-files"):
            refused = user.post(path, **PICTURE)
            check_refused(refused, "upload attempts", "1 hour", 3600)
            assert refused.headers["RateLimit-Limit"] == "2"
        assert user.get("/api/mocs").headers["RateLimit-Policy"].endswith(";w=900")
        assert api.user().post("/api/wishlist/upload-image", **PICTURE).status_code == 200


def test_a_refused_form_is_counted_too_and_says_so(settings: Settings) -> None:
    with serving(settings, rate_limit_uploads=5) as api:
        answer = api.user().post("/api/wishlist/upload-image")
        assert answer.status_code == 400
        assert answer.headers["RateLimit-Remaining"] == "4"


def test_a_count_ends_with_its_window(settings: Settings, counters: Any) -> None:
    with serving(settings) as api:
        user = api.user()
        user.get(SEARCH)
        key = f"rate:general:user:{user.id}"
        assert 0 < counters.ttl(key) <= 900
        counters.expire(key, 5)
        assert 0 < int(user.get(SEARCH).headers["RateLimit-Reset"]) <= 5, "a request does not prolong it"
        counters.delete(key)
        answer = user.get(SEARCH)
        assert int(answer.headers["RateLimit-Remaining"]) == settings.rate_limit_general - 1


def test_counts_are_shared_by_all_processes(settings: Settings) -> None:
    with serving(settings, rate_limit_general=2) as one, serving(settings, "lambda", rate_limit_general=2) as other:
        user = one.user()
        same = other.user(user.id)
        assert [client.get(SEARCH).status_code for client in (user, same, user)] == [200, 200, 429]


def test_without_redis_each_process_counts_and_nobody_is_refused_for_it(settings: Settings) -> None:
    assert settings.redis_url
    with Proxy(settings.redis_url) as proxy:
        proxy.refuse()
        with serving(settings, redis_url=proxy.url, rate_limit_general=3) as api:
            user = api.user()
            answers = [user.get(SEARCH) for _ in range(4)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
            assert [answer.headers["RateLimit-Remaining"] for answer in answers] == list("2100")
            check_refused(answers[-1])
            assert api.user().get(SEARCH).status_code == 200
    with serving(settings, redis_url=None, rate_limit_general=1) as api:
        user = api.user()
        assert [user.get(SEARCH).status_code for _ in range(2)] == [200, 429]


def test_what_a_process_counts_is_bounded_and_ends(settings: Settings) -> None:
    async def spend() -> None:
        limiter = RateLimiter(Cache(settings.model_copy(update={"redis_url": None})))
        limit = Limit("test", 5, 60, "", "")
        assert (await limiter.spend(limit, "first")).used == 1
        assert (await limiter.spend(limit, "first")).used == 2
        for number in range(COUNTED_LOCALLY):
            await limiter.spend(limit, f"client {number}")
        assert (await limiter.spend(limit, "first")).used == 1, "forgotten: the longest idle"
        last = await limiter.spend(limit, f"client {COUNTED_LOCALLY - 1}")
        assert last.used == 2
        assert 0 < last.seconds_left <= 60
        ended = Limit("over at once", 5, 0, "", "")
        assert [(await limiter.spend(ended, "first")).used for _ in range(3)] == [1, 1, 1]

    asyncio.run(spend())
