"""A server that is killed while it changes an avatar leaves nothing that the maintenance job does not put right."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from lego_api.config import Settings
from tests.faults.processes import own_server
from tests.support.clients import User
from tests.support.database import Database
from tests.support.faults import Proxy
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import key_of
from tests.support.user_pool import UsersOfPool
from tests.support.verdicts import Verdict, after, announcing
from tests.users.builders import avatar_path, known, send_avatar, uploaded

Request = Callable[[User], httpx.Response]


def delete(user: User) -> httpx.Response:
    return user.delete(avatar_path(user))


# What is about to be said, to whom, when the server dies.
MOMENTS: dict[str, tuple[Request, str, bytes]] = {
    "an upload before it stores": (send_avatar, "s3_endpoint_url", b"PUT /"),
    "an upload before it tells Cognito": (send_avatar, "cognito_endpoint_url", b"AdminUpdateUserAttributes"),
    "an upload after it has told Cognito": (send_avatar, "database_url", b"UPDATE outbox"),
    "a deletion before it tells Cognito": (delete, "cognito_endpoint_url", b"AdminDeleteUserAttributes"),
    "a deletion after it has told Cognito": (delete, "database_url", b"UPDATE outbox"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment(
    own_settings: Settings,
    own_database: Database,
    pool: UsersOfPool,
    stored: Callable[[User], set[str]],
    moment: str,
) -> None:
    request, part, marker = MOMENTS[moment]
    with ExitStack() as running:
        way = running.enter_context(Proxy(str(getattr(own_settings, part))))
        api, process = running.enter_context(own_server(own_settings.model_copy(update={part: way.url})))
        threads = running.enter_context(ThreadPoolExecutor())
        user = known(api, pool)
        before = uploaded(user)
        way.rule, about_to_say = announcing(after(0, marker, Verdict.HANG))

        def fail() -> None:
            with pytest.raises(httpx.HTTPError):
                request(user)

        failing = threads.submit(fail)
        assert about_to_say.wait(60)
        process.kill()
        process.wait(60)
        failing.result()

    url = pool.attributes(user.id).get("picture")
    assert (url == before) is ("after" not in moment)
    assert run_maintenance(own_settings) == 0, "its time has not come: the server might still be at work"
    assert stored(user) >= {key_of(url)} if url else {key_of(before)}
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert stored(user) == ({key_of(url)} if url else set())
    assert own_database.count("outbox") == 0
