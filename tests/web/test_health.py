"""Whether the service says how it is: with each part down in turn, in time, and without asking too much."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from lego_api.health.probes import TIMEOUT
from tests.support.clients import Api
from tests.support.faults import Proxy, serving
from tests.support.key_server import KeyServer
from tests.support.timestamps import TIMESTAMP

PARTS = {"database": "database_url", "redis": "redis_url", "storage": "s3_endpoint_url"}
ALL_WELL = {"database": "healthy", "redis": "healthy", "opensearch": "disabled", "storage": "healthy"}

# What a machine that is five times slower may need for the rest of a request.
PATIENCE = 5.0


class Stack:
    """The application, and a way to each part that can break."""

    def __init__(self, settings: Settings, running: ExitStack, way_in: str) -> None:
        self.ways = {part: running.enter_context(Proxy(getattr(settings, setting))) for part, setting in PARTS.items()}
        urls = {PARTS[part]: way.url for part, way in self.ways.items()}
        self.api = running.enter_context(serving(settings, way_in, **urls))
        self.client = self.api.client()

    def health(self) -> dict[str, Any]:
        return health(self.client)


def health(client: httpx.Client, path: str = "/health") -> dict[str, Any]:
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert answer.status_code == (503 if body["status"] == "unhealthy" else 200)
    return body


def wait_until_healthy(client: httpx.Client) -> None:
    """The first time, the SDKs are imported, which may take longer than a part may."""
    deadline = time.monotonic() + 60
    while (body := health(client))["status"] != "healthy":
        assert time.monotonic() < deadline, body


@pytest.fixture(params=["http", "lambda"])
def stack(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Stack]:
    with ExitStack() as running:
        stack = Stack(settings, running, request.param)
        wait_until_healthy(stack.client)
        yield stack


@pytest.mark.parametrize("path", ["/health", "/api/health", "/API/Health/"])
def test_all_is_well(api: Api, path: str) -> None:
    client = api.client()
    wait_until_healthy(client)
    body = health(client, path)
    assert list(body) == ["status", "service", "components", "timestamp", "breakers"]
    assert body["breakers"] == {"redis": "closed", "opensearch": "closed", "cognito": "closed"}
    assert (body["status"], body["service"]) == ("healthy", "lego-projects-api")
    assert body["components"] == ALL_WELL
    assert TIMESTAMP.fullmatch(body["timestamp"])


@pytest.mark.parametrize("how", ["refuse", "hang"])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_down_and_comes_back(stack: Stack, part: str, how: str) -> None:
    getattr(stack.ways[part], how)()
    started = time.monotonic()
    body = stack.health()
    assert time.monotonic() - started < TIMEOUT + PATIENCE
    assert body["components"] == ALL_WELL | {part: "unhealthy"}
    assert body["status"] == ("unhealthy" if part == "database" else "degraded")
    stack.ways[part].recover()
    wait_until_healthy(stack.client)


def test_all_parts_hang_and_the_answer_takes_no_longer(stack: Stack) -> None:
    for way in stack.ways.values():
        way.hang()
    started = time.monotonic()
    body = stack.health()
    assert time.monotonic() - started < TIMEOUT + PATIENCE
    assert body["status"] == "unhealthy"
    assert set(body["components"].values()) == {"unhealthy", "disabled"}
    for way in stack.ways.values():
        way.recover()
    wait_until_healthy(stack.client)


def test_search_that_is_configured_and_down_degrades(settings: Settings) -> None:
    with serving(settings, opensearch_url="http://127.0.0.1:9") as api:
        body = health(api.client())
        assert (body["status"], body["components"]["opensearch"]) == ("degraded", "unhealthy")


def test_what_is_not_configured_is_not_missed(settings: Settings) -> None:
    with serving(settings, redis_url=None) as api:
        wait_until_healthy(api.client())
        assert health(api.client())["components"] == ALL_WELL | {"redis": "disabled"}


def test_liveness_asks_nobody(settings: Settings) -> None:
    with ExitStack() as running:
        stack = Stack(settings, running, "lambda")  # which, unlike a server, does nothing by itself
        for path in ("/health/live", "/api/health/live"):
            answer = stack.client.get(path)
            assert answer.status_code == 200
            assert answer.json() == {"status": "alive", "service": "lego-projects-api"}
        assert {way.accepted for way in stack.ways.values()} == {0}


def test_liveness_does_not_even_look_at_a_token(settings: Settings) -> None:
    with KeyServer(b"{}") as keys, serving(settings, cognito_jwks_url=keys.url) as api:
        assert api.user().get("/health/live").status_code == 200
        assert keys.fetches == 0


def test_who_asks_while_it_is_being_asked_gets_the_same_answer(settings: Settings) -> None:
    """Anybody may ask, without being counted: the parts must not pay for it."""
    with ExitStack() as running:
        stack = Stack(settings, running, "http")
        wait_until_healthy(stack.client)
        database = stack.ways["database"]
        database.hang()
        accepted = database.accepted
        clients = [stack.api.client() for _ in range(12)]
        with ThreadPoolExecutor(len(clients)) as crowd:
            answers = list(crowd.map(lambda client: client.get("/health"), clients))
        assert {answer.status_code for answer in answers} == {503}
        assert database.accepted - accepted <= 3
        database.recover()
