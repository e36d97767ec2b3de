"""PostgreSQL is away or refuses: nothing is stored or told that was not written down before; names do without it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest

from lego_api.config import Settings
from tests.faults.databases import COMMIT, assert_tells_nothing, assert_unavailable, refuse_commits
from tests.support.clients import User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import key_of
from tests.support.user_pool import UsersOfPool
from tests.support.verdicts import Verdict, after, only
from tests.users.builders import avatar_path, known, profile, rename, send_avatar, uploaded

Stored = Callable[[User], set[str]]
Request = Callable[[User], httpx.Response]


def delete(user: User) -> httpx.Response:
    return user.delete(avatar_path(user))


CHANGES = pytest.mark.parametrize("change", [send_avatar, delete])


@dataclass
class World:
    """Somebody with an avatar, and a way to the database that can fail."""

    settings: Settings
    database: Database
    way: Proxy
    user: User
    shown: str

    def settle(self) -> None:
        self.way.recover()
        hours_pass(self.database)
        run_maintenance(self.settings)
        assert self.database.count("outbox") == 0


@pytest.fixture
def world(own_settings: Settings, own_database: Database, pool: UsersOfPool) -> Iterator[World]:
    with Proxy(own_settings.database_url) as way, serving(own_settings, database_url=way.url, redis_url=None) as api:
        user = known(api, pool)
        yield World(own_settings, own_database, way, user, uploaded(user))


def test_without_the_database(world: World, pool: UsersOfPool, stored: Stored) -> None:
    with world.way.refusing():
        assert_unavailable(send_avatar(world.user))
        assert_unavailable(delete(world.user))
        assert_unavailable(world.user.get(f"/api/users/{world.user.id}"))
        assert rename(world.user, "Anna").status_code == 200
    assert stored(world.user) == {key_of(world.shown)}
    own = profile(world.user, world.user.id)
    assert (own["name"], own["avatarUrl"]) == ("Anna", world.shown)


@CHANGES
def test_what_cannot_be_written_down_does_not_happen(
    world: World, pool: UsersOfPool, stored: Stored, change: Request
) -> None:
    refuse_commits(world.database, "outbox")
    answer = change(world.user)
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert_tells_nothing(answer)
    assert stored(world.user) == {key_of(world.shown)}
    assert pool.attributes(world.user.id)["picture"] == world.shown


@CHANGES
@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER])
def test_a_connection_that_breaks_while_it_is_written_down(
    world: World, pool: UsersOfPool, stored: Stored, change: Request, verdict: Verdict
) -> None:
    world.way.rule = only(0, COMMIT, verdict)
    assert_unavailable(change(world.user))
    world.settle()
    assert stored(world.user) == {key_of(world.shown)}
    assert pool.attributes(world.user.id)["picture"] == world.shown


@CHANGES
def test_an_object_that_cannot_be_deleted_at_once_is_deleted_later(
    world: World, pool: UsersOfPool, stored: Stored, change: Request
) -> None:
    """The change has happened, so its request says so."""
    world.way.rule = after(0, b"UPDATE outbox", Verdict.CUT)
    answer = change(world.user)
    assert answer.status_code == 200, answer.text
    url = pool.attributes(world.user.id).get("picture")
    assert url == answer.json().get("avatarUrl") != world.shown
    assert key_of(world.shown) in stored(world.user)
    world.settle()
    assert stored(world.user) == ({key_of(url)} if url else set())
