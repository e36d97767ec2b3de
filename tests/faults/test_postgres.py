"""PostgreSQL restarts, refuses, hangs or kills: the next request works, or is a 503 that comes soon."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from lego_api.config import Settings
from lego_api.dev.ports import free_port
from lego_api.dev.postgres import Postgres
from tests.faults.databases import COMMIT, assert_unavailable, prepared, wait_until
from tests.support.backends import migrate
from tests.support.clients import User
from tests.support.database import Database, run
from tests.support.faults import Proxy, serving
from tests.support.pictures import JPEG
from tests.support.route_table import CASES
from tests.support.verdicts import Verdict, after, only

LIST = "/api/wishlist"
ITEM = {"title": "Falcon", "sortOrder": "1"}
IMAGE = {"image": ("p.jpg", JPEG, "image/jpeg")}

# What is answered without the database. All else needs it.
INDEPENDENT = {
    "GET /",
    "GET /health/live",
    "GET /api/health/live",
    "GET /docs",
    "GET /openapi.json",
    "GET /api/csrf",
    "GET /uploads/{key:path}",
    "POST /api/mocs/test-auth",
    "POST /api/mocs/test-cors",
    "GET /api/wishlist/reorder/status",
    "POST /api/wishlist/reorder/cancel",
    "PATCH /api/users/{user_id}",
    "DELETE /api/users/{user_id}/avatar",  # of who has none
}
PROBES = {"GET /health", "GET /api/health"}

Fault = Callable[[Proxy], AbstractContextManager[None]]


def add(user: User) -> str:
    answer = user.post(LIST, json=ITEM)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["item"]["id"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server of these tests' own, which may be stopped."""
    postgres = Postgres(Path(tmp_path_factory.mktemp("postgres")), free_port(), durable=False)
    postgres.start()
    migrate(postgres.url)
    yield postgres
    postgres.stop()


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_a_restart_between_two_requests_goes_unnoticed(settings: Settings, server: Postgres, way_in: str) -> None:
    with serving(settings, way_in, database_url=Database(server.url).settings_url, redis_url=None) as api:
        user = api.user()
        item_id = add(user)
        for _ in range(2):
            server.stop()
            server.start()
            assert user.get(f"{LIST}/{item_id}").status_code == 200
            server.stop()
            server.start()
            assert user.put(f"{LIST}/{item_id}", json={"title": "Eagle"}).status_code == 200
        server.stop()
        assert_unavailable(user.get(LIST))
        assert_unavailable(user.post(LIST, json=ITEM))
        server.start()
        assert user.get(LIST).status_code == 200


def test_backends_killed_while_idle_are_replaced(own_settings: Settings, own_database: Database) -> None:
    with serving(own_settings, redis_url=None) as api:
        user = api.user()
        item_id = add(user)
        with ThreadPoolExecutor(8) as threads:  # so that the pool is full
            assert {a.status_code for a in threads.map(lambda _: user.get(LIST), range(16))} == {200}
        for _ in range(30):  # a dying backend says so, sooner or later than we ask
            killed = own_database.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            assert killed
            assert user.put(f"{LIST}/{item_id}", json=ITEM).status_code == 200
            assert user.get(LIST).status_code == 200


def test_every_route_that_needs_a_refusing_database_is_a_503(settings: Settings) -> None:
    with (
        Proxy(settings.database_url) as way,
        serving(settings, database_url=way.url, redis_url=None) as api,
    ):
        requests = prepared(api, CASES)
        expected = {case.id: case.status if case.id in INDEPENDENT else 503 for case in CASES}
        with way.refusing():
            answers = {id: send() for id, send in requests.items()}
        assert {id: answer.status_code for id, answer in answers.items()} == expected
        for id in set(answers) - INDEPENDENT - PROBES:
            assert_unavailable(answers[id])
        for id in PROBES:
            assert answers[id].json()["status"] == "unhealthy"
        user = api.user()
        assert user.get(f"{LIST}/{add(user)}").status_code == 200


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_a_hanging_database_is_a_503_before_the_gateway_gives_up(settings: Settings, way_in: str) -> None:
    changes: dict[str, Any] = {"redis_url": None, "database_timeout": 0.5}
    with Proxy(settings.database_url) as way, serving(settings, way_in, database_url=way.url, **changes) as api:
        user = api.user()
        item_id = add(user)
        with way.hanging():
            assert_unavailable(user.get(LIST))
            assert_unavailable(user.put(f"{LIST}/{item_id}", json=ITEM))
            assert_unavailable(user.post(f"{LIST}/upload-image", files=IMAGE))
            health = user.get("/health")
            assert (health.status_code, health.json()["components"]["database"]) == (503, "unhealthy")
        assert user.get(LIST).status_code == 200


@pytest.mark.parametrize(
    ("marker", "verdict"),
    [
        (b"SELECT", Verdict.CUT),
        (b"SELECT", Verdict.HANG),
        (b"UPDATE wishlist_items", Verdict.CUT),
        (b"UPDATE wishlist_items", Verdict.LOSE_ANSWER),
        (b"UPDATE wishlist_items", Verdict.HANG),
        (COMMIT, Verdict.CUT),
    ],
)
def test_a_connection_that_fails_in_the_middle_of_a_request(
    settings: Settings, marker: bytes, verdict: Verdict
) -> None:
    with (
        Proxy(settings.database_url) as way,
        serving(settings, database_url=way.url, redis_url=None, database_timeout=1.0) as api,
    ):
        user = api.user()
        item_id = add(user)
        way.rule = after(0, marker, verdict)
        assert_unavailable(user.put(f"{LIST}/{item_id}", json={"title": "Eagle"}))
        way.recover()
        assert user.get(f"{LIST}/{item_id}").json()["data"]["item"]["title"] == "Falcon"
        assert user.put(f"{LIST}/{item_id}", json={"title": "Eagle"}).status_code == 200


@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER])
def test_one_connection_that_breaks_does_not_take_the_request_with_it(settings: Settings, verdict: Verdict) -> None:
    """The check before use finds it; the request goes on with a new one."""
    with Proxy(settings.database_url) as way, serving(settings, database_url=way.url, redis_url=None) as api:
        user = api.user()
        item_id = add(user)
        way.rule = only(0, b"SELECT 1\0", verdict)
        assert user.put(f"{LIST}/{item_id}", json=ITEM).status_code == 200
        way.cut()
        assert user.get(LIST).status_code == 200


def test_an_exhausted_pool_is_a_503_and_recovers(own_settings: Settings, own_database: Database) -> None:
    with (
        serving(own_settings, redis_url=None, database_pool_size=1, database_timeout=1.0) as api,
        ThreadPoolExecutor() as threads,
    ):
        user = api.user()
        item_id = add(user)

        async def hold_the_row_while_many_ask() -> None:
            holder = await asyncpg.connect(own_database.url)
            try:
                async with holder.transaction():
                    await holder.execute("SELECT 1 FROM wishlist_items FOR UPDATE")
                    asking = [threads.submit(user.put, f"{LIST}/{item_id}", json={"title": "Eagle"}) for _ in range(6)]
                    for answer in asking:
                        assert_unavailable(answer.result())
            finally:
                await holder.close()

        run(hold_the_row_while_many_ask())
        assert user.get(f"{LIST}/{item_id}").json()["data"]["item"]["title"] == "Falcon"
        assert user.put(f"{LIST}/{item_id}", json={"title": "Eagle"}).status_code == 200


@pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout"])
def test_a_statement_that_takes_too_long_is_a_503(own_settings: Settings, own_database: Database, limit: str) -> None:
    own_database.fetch(f"""
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {limit} = ''300ms''', current_database()); END $$
    """)
    with serving(own_settings, redis_url=None) as api:
        user = api.user()
        item_id = add(user)

        async def hold_the_row() -> None:
            holder = await asyncpg.connect(own_database.url)
            try:
                async with holder.transaction():
                    await holder.execute("SELECT 1 FROM wishlist_items FOR UPDATE")
                    assert_unavailable(user.put(f"{LIST}/{item_id}", json=ITEM))
            finally:
                await holder.close()

        run(hold_the_row())
        assert user.put(f"{LIST}/{item_id}", json=ITEM).status_code == 200


def test_a_deadlock_is_a_503_that_may_be_tried_again(own_settings: Settings, own_database: Database) -> None:
    own_database.fetch("""
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''100ms''', current_database()); END $$
    """)
    with serving(own_settings, redis_url=None) as api, ThreadPoolExecutor() as threads:
        user = api.user()
        first, second = sorted([add(user), add(user)])
        orders = {"itemOrders": [{"id": first, "sortOrder": 2}, {"id": second, "sortOrder": 1}]}
        lock = "SELECT 1 FROM wishlist_items WHERE id = $1::text::uuid FOR UPDATE"

        async def lock_the_other_way_round() -> None:
            other = await asyncpg.connect(own_database.url)
            try:
                await other.execute("SET deadlock_timeout = '1h'")  # the application is the one to give way
                async with other.transaction():
                    await other.fetch(lock, second)
                    answer = threads.submit(user.put, f"{LIST}/reorder", json=orders)
                    await other.fetch("SELECT 1")
                    waits = "datname = current_database() AND wait_event_type = 'Lock'"
                    wait_until(lambda: own_database.count("pg_stat_activity", waits) > 0, "it waits for the second row")
                    await other.fetch(lock, first)
                    assert_unavailable(answer.result())
            finally:
                await other.close()

        run(lock_the_other_way_round())
        assert user.put(f"{LIST}/reorder", json=orders).status_code == 200
