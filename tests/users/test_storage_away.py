"""S3 refuses, hangs or loses answers: an avatar is a 503 and nothing is left of it, and names do without S3."""

from collections.abc import Callable, Iterator

import pytest

from lego_api.config import Settings
from tests.faults.databases import assert_unavailable
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import key_of
from tests.support.user_pool import UsersOfPool
from tests.support.verdicts import Verdict, after, only
from tests.users.builders import avatar_path, known, profile, rename, send_avatar, uploaded

PUT = b"PUT /"

Stored = Callable[[User], set[str]]


@pytest.fixture
def way(settings: Settings) -> Iterator[Proxy]:
    with Proxy(str(settings.s3_endpoint_url)) as way:
        yield way


@pytest.fixture
def impatient(own_settings: Settings, way: Proxy) -> Iterator[Api]:
    with serving(own_settings, s3_endpoint_url=way.url, storage_timeout=0.5, outbox_relay_seconds=0.2) as api:
        yield api


@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.HANG, Verdict.LOSE_ANSWER])
def test_an_avatar_that_s3_does_not_take(
    impatient: Api,
    own_settings: Settings,
    own_database: Database,
    way: Proxy,
    pool: UsersOfPool,
    stored: Stored,
    verdict: Verdict,
) -> None:
    user = known(impatient, pool)
    before = uploaded(user)
    way.rule = after(0, PUT, verdict)
    assert_unavailable(send_avatar(user))
    way.recover()
    assert profile(user, user.id)["avatarUrl"] == pool.attributes(user.id)["picture"] == before
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert stored(user) == {key_of(before)}
    assert own_database.count("outbox") == 0


def test_what_does_without_s3(
    impatient: Api, own_settings: Settings, own_database: Database, way: Proxy, pool: UsersOfPool, stored: Stored
) -> None:
    user = known(impatient, pool)
    uploaded(user)
    with way.refusing():
        assert rename(user, "Anna").status_code == 200
        assert user.delete(avatar_path(user)).status_code == 200
        assert profile(user, user.id)["avatarUrl"] is None
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert stored(user) == set()
    assert own_database.count("outbox") == 0


def test_a_connection_that_breaks_once_costs_nothing(settings: Settings, way: Proxy, pool: UsersOfPool) -> None:
    with serving(settings, s3_endpoint_url=way.url) as api:
        user = known(api, pool)
        for verdict in (Verdict.CUT, Verdict.LOSE_ANSWER):
            way.rule = only(0, PUT, verdict)
            assert api.client().get(uploaded(user)).status_code == 200
