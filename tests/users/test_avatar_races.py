"""Changes of one avatar at the same time: in the end one picture is shown, or none, and no other object is there."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import key_of
from tests.support.user_pool import UsersOfPool
from tests.support.verdicts import Verdict, announcing
from tests.users.builders import avatar_path, known, profile, send_avatar, uploaded

Stored = Callable[[User], set[str]]
Request = Callable[[User], httpx.Response]


def delete(user: User) -> httpx.Response:
    return user.delete(avatar_path(user))


@contextmanager
def held_up(settings: Settings, user_id: str, request: Request) -> Iterator[User]:
    """The user elsewhere, while a request of theirs has done all but telling Cognito; which it does afterwards."""
    with (
        Proxy(str(settings.cognito_endpoint_url)) as way,
        serving(settings, cognito_endpoint_url=way.url) as api,
        serving(settings) as elsewhere,
        ThreadPoolExecutor(1) as thread,
    ):
        way.rule, about_to_tell = announcing(
            lambda data: Verdict.HANG if b"UpdateUserAttr" in data or b"DeleteUserAttr" in data else Verdict.PASS
        )
        running = thread.submit(request, api.user(user_id))
        assert about_to_tell.wait(60)
        yield elsewhere.user(user_id)
        way.recover()
        answer = running.result()
        assert answer.status_code == 200, answer.text


def settle(settings: Settings, database: Database) -> None:
    hours_pass(database)
    run_maintenance(settings)
    assert database.count("outbox") == 0


@pytest.fixture
def user(own_settings: Settings, pool: UsersOfPool) -> Iterator[User]:
    """With an avatar."""
    with serving(own_settings) as api:
        user = known(api, pool)
        uploaded(user)
        yield user


@pytest.mark.parametrize(
    ("slow", "quick", "shows"),
    [(send_avatar, send_avatar, True), (send_avatar, delete, True), (delete, send_avatar, False)],
    ids=["two uploads", "a delete during an upload", "an upload during a delete"],
)
def test_one_change_overtakes_another(
    own_settings: Settings,
    own_database: Database,
    user: User,
    pool: UsersOfPool,
    stored: Stored,
    slow: Request,
    quick: Request,
    shows: bool,
) -> None:
    [first] = stored(user)
    with held_up(own_settings, user.id, slow) as elsewhere:
        assert quick(elsewhere).status_code == 200
        assert first not in stored(user)
    url = pool.attributes(user.id).get("picture")
    assert (url is not None) is shows
    assert profile(user, user.id)["avatarUrl"] == url
    settle(own_settings, own_database)
    assert stored(user) == ({key_of(url)} if url else set())
    assert profile(user, user.id)["avatarUrl"] == url


def test_many_at_once(
    own_settings: Settings, own_database: Database, user: User, pool: UsersOfPool, stored: Stored
) -> None:
    requests: list[Request] = [send_avatar, delete, send_avatar, send_avatar, delete, send_avatar]
    with ThreadPoolExecutor(len(requests)) as threads:
        answers = list(threads.map(lambda request: request(user), requests))
    assert [answer.status_code for answer in answers] == [200] * len(requests)
    url = pool.attributes(user.id).get("picture")
    settle(own_settings, own_database)
    assert stored(user) == ({key_of(url)} if url else set())
    assert profile(user, user.id)["avatarUrl"] == url


def test_the_shown_one_stays_however_often_it_is_looked_at(
    own_settings: Settings, own_database: Database, user: User, stored: Stored
) -> None:
    shown = stored(user)
    payload = {"username": f"{user.id}@example.com", "key": next(iter(shown))}
    for _ in range(2):
        settle(own_settings, own_database)
        assert stored(user) == shown
        own_database.fetch(
            "INSERT INTO outbox (kind, payload, available_at) VALUES ('delete-unused-avatar', $1, '2000-01-01')",
            payload,
        )


def test_files_move_to_another_address(
    own_settings: Settings, own_database: Database, user: User, pool: UsersOfPool, stored: Stored
) -> None:
    """What was set under the old address is shown all the same, and goes when it is replaced."""
    shown = stored(user)
    pool.change(user.id, picture=f"https://old-cdn.example/files/{next(iter(shown))}")
    settle(own_settings, own_database)
    assert stored(user) == shown
    second = uploaded(user)
    assert stored(user) == {key_of(second)}


def test_whoever_leaves_the_pool_within_the_hour_after_an_upload_leaves_no_avatar(
    own_settings: Settings, own_database: Database, user: User, pool: UsersOfPool, stored: Stored
) -> None:
    pool.delete(user.id)
    settle(own_settings, own_database)
    assert stored(user) == set()


@pytest.mark.parametrize("picture", ["https://pictures.example/anna.jpg", "", "/uploads/avatars/somebody/x.webp"])
def test_what_the_pool_itself_shows_no_more_goes_with_the_next_upload(
    own_settings: Settings, own_database: Database, user: User, pool: UsersOfPool, stored: Stored, picture: str
) -> None:
    """Changed by somebody who may write there without us, long after it was uploaded."""
    [first] = stored(user)
    settle(own_settings, own_database)
    pool.change(user.id, picture=picture)
    settle(own_settings, own_database)
    assert stored(user) == {first}, "nothing has asked yet"
    second = uploaded(user)
    settle(own_settings, own_database)
    assert stored(user) == {key_of(second)}
    assert profile(user, user.id)["avatarUrl"] == second


def test_cognito_is_asked_again_later_when_it_is_away(
    own_settings: Settings, own_database: Database, user: User, stored: Stored
) -> None:
    hours_pass(own_database)
    with Proxy(str(own_settings.cognito_endpoint_url)) as way, way.refusing():
        away = own_settings.model_copy(update={"cognito_endpoint_url": way.url, "identity_timeout": 0.5})
        assert run_maintenance(away) == 0
    [entry] = own_database.fetch("SELECT attempts, last_error FROM outbox")
    assert entry == {"attempts": 0, "last_error": "UserPoolUnavailable"}
    shown = stored(user)
    settle(own_settings, own_database)
    assert stored(user) == shown
