"""A process that is killed between a commit and its relay, or in the middle of it: the next run makes up for it."""

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext

import httpx
import pytest

from lego_api.config import Settings
from lego_api.search_index.documents import BATCH
from tests.faults.databases import wait_until
from tests.faults.processes import own_server, python
from tests.faults.searches import WISHLIST, assert_nothing_is_left_to_do, new_wish
from tests.support.clients import User
from tests.support.database import Database
from tests.support.faults import Proxy
from tests.support.index_entries import changed_wishes
from tests.support.maintenance import maintain
from tests.support.search_documents import assert_index_is_database
from tests.support.verdicts import Rule, Verdict, after, announcing, only

pytestmark = pytest.mark.large

BULK = b"/_bulk"
COMMIT = b"COMMIT;"
DONE_WITH = b"DELETE FROM outbox"
ENTRIES = 2 * BATCH + 20

Write = Callable[[User, str], httpx.Response]


def create(user: User, _wish: str) -> httpx.Response:
    return user.post(WISHLIST, json={"title": "new", "sortOrder": "1"})


def change(user: User, wish: str) -> httpx.Response:
    return user.put(f"{WISHLIST}/{wish}", json={"title": "changed"})


def delete(user: User, wish: str) -> httpx.Response:
    return user.delete(f"{WISHLIST}/{wish}")


@pytest.mark.parametrize("write", [create, change, delete])
def test_a_server_killed_between_commit_and_relay(
    own_search_settings: Settings, own_database: Database, write: Write
) -> None:
    settings = own_search_settings
    assert maintain(settings).built == 3
    with (
        Proxy(str(settings.opensearch_url)) as way,
        own_server(settings.model_copy(update={"opensearch_url": way.url})) as (api, process),
        ThreadPoolExecutor() as threads,
    ):
        user = api.user()
        wish = new_wish(user, "before")
        wait_until(lambda: own_database.count("outbox") == 0, "the wish is in the index")
        way.rule, relays = announcing(after(0, BULK, Verdict.HANG))

        def fail() -> None:
            with pytest.raises(httpx.HTTPError):
                write(user, wish)

        failing = threads.submit(fail)
        assert relays.wait(60)
        end(process)
        failing.result()
    assert own_database.fetch("SELECT kind, attempts FROM outbox") == [{"kind": "index", "attempts": 0}]
    assert maintain(settings).relayed == 1
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)


def at_the_commit_after(marker: bytes) -> Rule:
    seen = False

    def judge(data: bytes) -> Verdict:
        nonlocal seen
        seen |= marker in data
        return Verdict.HANG if seen and COMMIT in data else Verdict.PASS

    return judge


# What a relay is about to say, to whom, when it dies; the second batch is when the first is done with.
MOMENTS: dict[str, tuple[str, Rule]] = {
    "before the first batch": ("opensearch_url", only(0, BULK, Verdict.HANG)),
    "before the second batch": ("opensearch_url", only(1, BULK, Verdict.HANG)),
    "before it writes down what is done": ("database_url", after(0, DONE_WITH, Verdict.HANG)),
    "before it commits that": ("database_url", at_the_commit_after(DONE_WITH)),
}
DONE = {"before the second batch": 1}  # batches


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_relay_killed_in_the_middle(own_search_settings: Settings, own_database: Database, moment: str) -> None:
    settings = own_search_settings
    assert maintain(settings).built == 3
    changed_wishes(own_database, ENTRIES)
    part, rule = MOMENTS[moment]
    with Proxy(str(getattr(settings, part))) as way:
        way.rule, struck = announcing(rule)
        with python(settings.model_copy(update={part: way.url}), "-m", "lego_api.cli", "relay") as process:
            assert struck.wait(120)
            end(process)
    wait_until(lambda: not locked(own_database), "the database notices")
    left = ENTRIES - BATCH * DONE.get(moment, 0)
    assert own_database.count("outbox", "attempts = 0") == own_database.count("outbox") == left
    maintain(settings)
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)


@pytest.mark.parametrize(
    ("part", "marker", "ending"),
    [
        ("opensearch_url", BULK, nullcontext()),
        ("database_url", DONE_WITH, pytest.raises(ExceptionGroup)),
    ],
    ids=["of OpenSearch", "of PostgreSQL"],
)
def test_a_relay_whose_answers_are_lost(
    own_search_settings: Settings,
    own_database: Database,
    part: str,
    marker: bytes,
    ending: AbstractContextManager[object],
) -> None:
    """What was written is written again, and there is nothing twice."""
    settings = own_search_settings
    assert maintain(settings).built == 3
    changed_wishes(own_database, ENTRIES)
    with Proxy(str(getattr(settings, part))) as way:
        way.rule, struck = announcing(after(0, marker, Verdict.LOSE_ANSWER))
        with ending:
            maintain(settings.model_copy(update={part: way.url}))
        assert struck.is_set()
    assert own_database.count("outbox", "attempts = 0") == own_database.count("outbox") > 0
    maintain(settings)
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)


def locked(database: Database) -> int:
    """Entries of the outbox that somebody is at."""
    free = len(database.fetch("SELECT id FROM outbox FOR UPDATE SKIP LOCKED"))
    return database.count("outbox") - free


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait(60)
