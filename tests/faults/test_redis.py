"""Redis refuses, hangs, dies or forgets: every route answers as ever, and hardly later."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.route_table import CASES, Case
from tests.support.route_world import World

LIST = "/api/wishlist"
NEVER_AGAIN = 3600.0  # seconds until the breaker lets somebody probe

PROBES = ("/health", "/api/health")  # these ask also when nobody else would
ROUTES = [case for case in CASES if case.path not in PROBES]

Fault = Callable[[Proxy], AbstractContextManager[None]]


def statuses(api: Api, cases: list[Case]) -> dict[str, int]:
    worlds = ((case, World(api)) for case in cases)
    return {case.id: case.send(world, world.owner).status_code for case, world in worlds}


def expected(cases: list[Case]) -> dict[str, int]:
    return {case.id: case.status for case in cases}


def add(user: User, title: str) -> str:
    answer = user.post(LIST, json={"title": title, "sortOrder": "1"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["item"]["id"])


def titles(user: User) -> list[str]:
    return [item["title"] for item in user.get(LIST).json()["data"]["items"]]


def change_behind_the_cache(database: Database, item_id: str, title: str) -> None:
    database.fetch("UPDATE wishlist_items SET title = $2 WHERE id = $1::text::uuid", item_id, title)


def answers_from_the_cache(user: User, database: Database) -> bool:
    item_id = add(user, "as cached")
    assert titles(user) == ["as cached"]
    change_behind_the_cache(database, item_id, "as stored")
    return titles(user) == ["as cached"]


@pytest.mark.parametrize("fault", [Proxy.refusing, Proxy.hanging], ids=["refusing", "hanging"])
def test_every_route_answers_without_redis(settings: Settings, fault: Fault) -> None:
    with (
        Proxy(str(settings.redis_url)) as way,
        serving(settings, redis_url=way.url, breaker_seconds=NEVER_AGAIN, cache_timeout=0.2) as api,
        fault(way),
    ):
        assert statuses(api, ROUTES) == expected(ROUTES)
        assert way.accepted <= 1, "one attempt, then none until the pause is over"
        health = api.client().get("/health")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert health.json()["components"]["redis"] == "unhealthy"


def test_every_route_answers_where_no_redis_is_configured(settings: Settings) -> None:
    with serving(settings, "lambda", redis_url=None) as api:
        assert statuses(api, list(CASES)) == expected(list(CASES))
        health = api.client().get("/health").json()
        assert (health["status"], health["components"]["redis"]) == ("healthy", "disabled")


@pytest.mark.parametrize("fault", [Proxy.refusing, Proxy.hanging], ids=["refusing", "hanging"])
def test_reads_follow_writes_without_redis_and_after_it_is_back(
    settings: Settings, database: Database, fault: Fault
) -> None:
    with (
        Proxy(str(settings.redis_url)) as way,
        serving(settings, redis_url=way.url, breaker_seconds=0.1, cache_timeout=0.5) as api,
    ):
        user = api.user()
        item_id = add(user, "before")
        assert titles(user) == ["before"]
        with fault(way):
            user.put(f"{LIST}/{item_id}", json={"title": "meanwhile"})
            assert titles(user) == ["meanwhile"]
            user.put(f"{LIST}/{item_id}", json={"title": "after"})
        attempts, deadline = way.accepted, monotonic() + 30
        while way.accepted == attempts and monotonic() < deadline:
            assert titles(user) == ["after"]
        assert way.accepted > attempts, "the next probe finds it"
        assert titles(user) == ["after"]
        assert answers_from_the_cache(api.user(), database)


def test_connections_that_died_between_two_requests_cost_nothing(settings: Settings, database: Database) -> None:
    with (
        Proxy(str(settings.redis_url)) as way,
        serving(settings, redis_url=way.url, breaker_seconds=NEVER_AGAIN, cache_timeout=10.0) as api,
    ):
        user = api.user()
        item_id = add(user, "as cached")
        assert titles(user) == ["as cached"]
        change_behind_the_cache(database, item_id, "as stored")
        for _ in range(3):
            way.cut()
            assert titles(user) == ["as cached"], "the breaker stays closed, and the cache answers"


def knows_its_clients(redis: Redis) -> bool:
    try:
        return bool(redis.info("clients"))
    except ResponseError:  # fakeredis
        return False


def test_idle_connections_that_redis_itself_closes_cost_nothing(settings: Settings, database: Database) -> None:
    with (
        Redis.from_url(str(settings.redis_url)) as redis,
        serving(settings, breaker_seconds=NEVER_AGAIN, cache_timeout=10.0) as api,
    ):
        if not knows_its_clients(redis):
            pytest.skip("not run: the stand-in for Redis cannot close the connection of a client")
        user = api.user()
        item_id = add(user, "as cached")
        titles(user)
        change_behind_the_cache(database, item_id, "as stored")
        ours = (str(redis.get_connection_kwargs()["db"]), str(redis.client_id()))
        found = [client["id"] for client in redis.client_list() if client["db"] == ours[0] and client["id"] != ours[1]]
        assert found
        for id in found:
            redis.client_kill_filter(_id=id)
        assert titles(user) == ["as cached"]


def test_a_redis_that_was_emptied_is_filled_again(settings: Settings, database: Database) -> None:
    with Redis.from_url(str(settings.redis_url)) as redis, serving(settings, cache_timeout=10.0) as api:
        user = api.user()
        item_id = add(user, "old")
        assert titles(user) == ["old"]
        change_behind_the_cache(database, item_id, "new")
        redis.flushdb()  # its own number only: other tests use the others
        assert titles(user) == ["new"]
        change_behind_the_cache(database, item_id, "newer")
        assert titles(user) == ["new"], "from the cache again"


@pytest.mark.parametrize("fault", [Proxy.refusing, Proxy.hanging], ids=["refusing", "hanging"])
def test_rate_limits_are_counted_in_the_process_meanwhile(settings: Settings, fault: Fault) -> None:
    with (
        Proxy(str(settings.redis_url)) as way,
        serving(
            settings, redis_url=way.url, breaker_seconds=NEVER_AGAIN, cache_timeout=0.2, rate_limit_general=3
        ) as api,
        fault(way),
    ):
        user = api.user()
        answers = [user.get(LIST) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert answers[-1].json()["code"] == "TOO_MANY_REQUESTS"
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert api.user().get(LIST).status_code == 200


@pytest.mark.parametrize("fault", [Proxy.refusing, Proxy.hanging], ids=["refusing", "hanging"])
def test_the_double_submit_works_meanwhile(settings: Settings, fault: Fault) -> None:
    with (
        Proxy(str(settings.redis_url)) as way,
        serving(settings, redis_url=way.url, cache_timeout=0.2) as api,
        fault(way),
    ):
        browser = api.cookie_user()
        item = {"title": "Falcon", "sortOrder": "1"}
        assert browser.post(LIST, json=item).json()["code"] == "CSRF_FAILED"
        token = browser.get("/api/csrf").json()["token"]
        assert browser.post(LIST, json=item, headers={"X-CSRF-Token": token}).status_code == 201
