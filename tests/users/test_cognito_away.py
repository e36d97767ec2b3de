"""Cognito refuses, hangs or loses answers: profiles are read without a name, and writes are a 503 or have happened."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from tests.faults.databases import assert_tells_nothing, wait_until
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import key_of
from tests.support.user_pool import UsersOfPool
from tests.support.verdicts import Verdict, after, only
from tests.users.builders import avatar_path, known, profile, rename, send_avatar, uploaded

NEVER_AGAIN = 3600.0  # seconds until the breaker lets somebody probe
UPDATE, DELETE = b"AdminUpdateUserAttributes", b"AdminDeleteUserAttributes"
AWAY = "The directory of names and pictures is not available. Please try again in a moment."

Stored = Callable[[User], set[str]]
Fault = Callable[[Proxy], AbstractContextManager[None]]
FAULTS = pytest.mark.parametrize("fault", [Proxy.refusing, Proxy.hanging], ids=["refusing", "hanging"])

WRITES: dict[str, Callable[[User], httpx.Response]] = {
    "name": lambda user: rename(user, "Berta"),
    "avatar": send_avatar,
    "profile": lambda user: send_avatar(user, to=f"/api/users/{user.id}"),
    "deletion": lambda user: user.delete(avatar_path(user)),
}
writes = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


@pytest.fixture
def way(settings: Settings) -> Iterator[Proxy]:
    with Proxy(str(settings.cognito_endpoint_url)) as way:
        yield way


@pytest.fixture
def impatient(own_settings: Settings, way: Proxy) -> Iterator[Api]:
    """An application that tries Cognito anew each time."""
    changes: Any = {"cognito_endpoint_url": way.url, "identity_timeout": 1.0, "breaker_seconds": 0.0}
    with serving(own_settings, **changes) as api:
        yield api


def assert_away(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE"), answer.text
    assert answer.json()["message"] == answer.json()["error"] == AWAY
    assert int(answer.headers["Retry-After"]) > 0
    assert_tells_nothing(answer)


@FAULTS
@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_a_profile_without_a_name_costs_one_timeout(
    settings: Settings, way: Proxy, pool: UsersOfPool, fault: Fault, way_in: str
) -> None:
    changes: Any = {"identity_timeout": 0.3, "breaker_seconds": NEVER_AGAIN, "redis_url": None}
    with serving(settings, way_in, cognito_endpoint_url=way.url, **changes) as api, fault(way):
        users = [known(api, pool, name="Anna") for _ in range(5)]
        for user in users:
            body = profile(user, user.id)
            assert (body["name"], body["avatarUrl"], body["stats"]["mocsCount"]) == (None, None, 0)
        attempts = way.accepted
        assert_away(rename(users[0], "Berta"))
        assert profile(api.client(), users[0].id)["userId"] == users[0].id
        assert way.accepted == attempts <= 3, "those of the first request"
        assert api.client().get("/health").json()["status"] == "healthy"


@FAULTS
def test_that_there_was_no_answer_is_not_remembered(
    settings: Settings, way: Proxy, pool: UsersOfPool, fault: Fault
) -> None:
    with serving(settings, cognito_endpoint_url=way.url, identity_timeout=0.5, breaker_seconds=0.1) as api:
        user = known(api, pool, name="Anna")
        with fault(way):
            assert profile(user, user.id)["name"] is None
        wait_until(lambda: profile(user, user.id)["name"] == "Anna", "Cognito is asked again")


def test_what_cognito_has_said_outlives_it(settings: Settings, way: Proxy, pool: UsersOfPool) -> None:
    with serving(settings, cognito_endpoint_url=way.url) as api:
        user = known(api, pool, name="Anna")
        assert profile(user, user.id)["name"] == "Anna"
        with way.refusing():
            assert profile(user, user.id)["name"] == "Anna"
            attempts = way.accepted
        assert profile(user, user.id)["name"] == "Anna"
        assert way.accepted == attempts, "it is not asked"


@writes
@FAULTS
def test_writes_that_cannot_be_told(
    impatient: Api,
    own_settings: Settings,
    own_database: Database,
    way: Proxy,
    pool: UsersOfPool,
    stored: Stored,
    fault: Fault,
    write: Callable[[User], httpx.Response],
) -> None:
    user = known(impatient, pool, name="Anna")
    shown = uploaded(user)
    entries = own_database.count("outbox")
    before = pool.attributes(user.id)
    with fault(way):
        assert_away(write(user))
        assert pool.attributes(user.id) == before
        assert stored(user) == {key_of(shown)}
        assert own_database.count("outbox") == entries


@pytest.mark.parametrize(
    ("write", "command"), [(WRITES["avatar"], UPDATE), (WRITES["deletion"], DELETE)], ids=["avatar", "deletion"]
)
@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER])
def test_an_avatar_that_cognito_is_lost_for_in_the_middle(
    impatient: Api,
    own_settings: Settings,
    own_database: Database,
    way: Proxy,
    pool: UsersOfPool,
    stored: Stored,
    write: Callable[[User], httpx.Response],
    command: bytes,
    verdict: Verdict,
) -> None:
    user = known(impatient, pool)
    before = uploaded(user)
    way.rule = after(0, command, verdict)
    answer = write(user)
    way.recover()
    url = pool.attributes(user.id).get("picture")
    if verdict is Verdict.LOSE_ANSWER:
        assert url != before
    else:
        assert url == before
        assert_away(answer)
    assert profile(user, user.id)["avatarUrl"] == url
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert stored(user) == ({key_of(url)} if url else set())
    assert own_database.count("outbox") == 0


def test_what_arrives_after_its_request_has_failed_is_shown(
    impatient: Api, own_settings: Settings, own_database: Database, way: Proxy, pool: UsersOfPool, stored: Stored
) -> None:
    user = known(impatient, pool)
    before = uploaded(user)
    way.rule = after(0, UPDATE, Verdict.HANG)
    assert_away(send_avatar(user))
    way.recover()
    wait_until(lambda: pool.attributes(user.id)["picture"] != before, "Cognito hears of it")
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert stored(user) == {key_of(pool.attributes(user.id)["picture"])}
    assert own_database.count("outbox") == 0


@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER])
def test_a_connection_that_breaks_once_costs_nothing(
    settings: Settings, way: Proxy, pool: UsersOfPool, verdict: Verdict
) -> None:
    with serving(settings, cognito_endpoint_url=way.url) as api:
        user = known(api, pool)
        way.rule = only(0, b"AdminGetUser", verdict)
        assert profile(user, user.id)["name"] is None
        way.rule = only(0, UPDATE, verdict)
        assert rename(user, "Anna").status_code == 200
        assert profile(user, user.id)["name"] == "Anna"


def test_a_pool_that_is_not_there(settings: Settings, pool: UsersOfPool) -> None:
    with serving(settings, cognito_user_pool_id="us-east-1_nowhere", cognito_issuer_url=settings.issuer_url) as api:
        user = known(api, pool, name="Anna")
        assert profile(user, user.id)["name"] is None
        assert_away(rename(user, "Berta"))


def test_who_is_unknown_to_cognito_stops_nobody_else(settings: Settings, pool: UsersOfPool) -> None:
    with serving(settings, breaker_seconds=NEVER_AGAIN) as api:
        unknown, user = api.user(), known(api, pool, name="Anna")
        assert rename(unknown, "Berta").status_code == 404
        assert profile(unknown, unknown.id)["name"] is None
        assert profile(user, user.id)["name"] == "Anna"
