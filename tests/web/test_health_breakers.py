"""What health says of breakers: open once a part has failed somebody, and closed once it has answered again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from tests.search.stand_in import Answer, StandIn, hits
from tests.support.clients import Api
from tests.support.faults import Proxy, serving

ALL_CLOSED = {"redis": "closed", "opensearch": "closed", "cognito": "closed"}


def ask_redis(api: Api) -> httpx.Response:
    return api.user().get("/api/wishlist")


def ask_opensearch(api: Api) -> httpx.Response:
    return api.client().get("/api/mocs/search?q=castle")


def ask_cognito(api: Api) -> httpx.Response:
    user = api.user()  # of whom nothing is in the cache
    return user.get(f"/api/users/{user.id}")


# What needs the part, and can be answered without.
USES: dict[str, Callable[[Api], httpx.Response]] = {
    "redis": ask_redis,
    "opensearch": ask_opensearch,
    "cognito": ask_cognito,
}


class Parts:
    def __init__(self, running: ExitStack, settings: Settings, way_in: str) -> None:
        self._search = running.enter_context(StandIn(lambda _request: hits()))
        self._redis = running.enter_context(Proxy(str(settings.redis_url)))
        self._cognito = running.enter_context(Proxy(str(settings.cognito_endpoint_url)))
        self.api: Api = running.enter_context(
            serving(
                settings,
                way_in,
                opensearch_url=self._search.url,
                redis_url=self._redis.url,
                cognito_endpoint_url=self._cognito.url,
                search_timeout=10.0,
                breaker_seconds=0,
            )
        )

    def fail(self, part: str) -> None:
        if part == "opensearch":
            self._search.answer = lambda _request: Answer(b"", 503)
        else:
            {"redis": self._redis, "cognito": self._cognito}[part].refuse()

    def recover(self, part: str) -> None:
        if part == "opensearch":
            self._search.answer = lambda _request: hits()
        else:
            {"redis": self._redis, "cognito": self._cognito}[part].recover()


@pytest.fixture(params=["http", "lambda"])
def parts(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Parts]:
    with ExitStack() as running:
        yield Parts(running, settings, request.param)


def health(user: httpx.Client) -> dict[str, Any]:
    answer = user.get("/health")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("part", USES)
def test_one_opens_with_a_failure_and_closes_with_an_answer(parts: Parts, part: str) -> None:
    user = parts.api.client()
    assert USES[part](parts.api).status_code == 200
    assert health(user)["breakers"] == ALL_CLOSED
    parts.fail(part)
    assert USES[part](parts.api).status_code == 200, "somebody else's failure is not the caller's"
    body = health(user)
    assert body["breakers"] == ALL_CLOSED | {part: "open"}
    if part in body["components"]:
        assert (body["status"], body["components"][part]) == ("degraded", "unhealthy")
    parts.recover(part)
    assert USES[part](parts.api).status_code == 200
    assert health(user)["breakers"] == ALL_CLOSED


def test_health_itself_finds_out_about_redis(parts: Parts) -> None:
    """Where nobody asks for anything else, and it is just this part that is asked by health."""
    user = parts.api.client()
    parts.fail("redis")
    assert health(user)["breakers"] == ALL_CLOSED | {"redis": "open"}
    parts.recover("redis")
    assert health(user)["breakers"] == ALL_CLOSED


def test_health_says_nothing_to_the_breaker_of_opensearch(parts: Parts) -> None:
    """A cluster that is there may be too busy to search, and whoever asks for health must not send it more."""
    user = parts.api.client()
    parts.fail("opensearch")
    body = health(user)
    assert (body["components"]["opensearch"], body["breakers"]) == ("unhealthy", ALL_CLOSED)
    assert USES["opensearch"](parts.api).status_code == 200
    parts.recover("opensearch")
    body = health(user)
    assert (body["components"]["opensearch"], body["breakers"]) == ("healthy", ALL_CLOSED | {"opensearch": "open"})
