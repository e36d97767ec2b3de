"""What a write costs while OpenSearch is away: counted, and with many at once; for what it costs in time see the
benchmark `search-writes`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from lego_api.adapters.search import MOST_UNANSWERED
from lego_api.config import Settings
from tests.faults.databases import wait_until
from tests.faults.searches import WISHLIST, assert_nothing_is_left_to_do, new_wish
from tests.gallery import builders as gallery
from tests.mocs.builders import new_moc
from tests.support.clients import Api, User, UvicornServer
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import maintain
from tests.support.search_documents import assert_index_is_database
from tests.support.statements import Statement, watched
from tests.support.verdicts import Rule, Verdict, after, announcing

NEVER_AGAIN = 3600.0  # seconds until the breaker lets somebody probe
BULK = b"/_bulk"
WRITERS, WISHES_OF_EACH = 20, 5


@pytest.fixture
def way(own_search_settings: Settings) -> Iterator[Proxy]:
    with Proxy(str(own_search_settings.opensearch_url)) as way:
        yield way


@pytest.fixture
def settings(own_search_settings: Settings, way: Proxy) -> Settings:
    """The indices are there."""
    assert maintain(own_search_settings).built == 3
    return own_search_settings.model_copy(update={"opensearch_url": way.url, "breaker_seconds": NEVER_AGAIN})


@contextmanager
def own_application(settings: Settings) -> Iterator[tuple[Api, UvicornServer]]:
    with UvicornServer(settings) as server:
        api = Api(settings, server.url)
        yield api, server
        api.close()


def statements_of_writes(settings: Settings, way: Proxy) -> list[Statement]:
    """Those of a few writes, with the breaker open where there is one."""
    with own_application(settings) as (api, server):
        user = api.user()
        moc, image, wish = new_moc(user), gallery.upload(user), new_wish(user, "first")  # the first opens the breaker
        before = way.accepted
        with watched(server.app) as statements:
            new_moc(user)
            user.patch(f"/api/mocs/{moc['id']}", json={"title": "changed"}).raise_for_status()
            user.delete(f"/api/mocs/{moc['id']}").raise_for_status()
            gallery.patched(user, image, title="changed")
            new_wish(user, "second")
            user.delete(f"{WISHLIST}/{wish}").raise_for_status()
        assert way.accepted == before, "nobody asks OpenSearch"
        return statements


def test_with_the_breaker_open_a_write_costs_one_statement(settings: Settings, way: Proxy) -> None:
    with way.refusing():
        without = statements_of_writes(settings.model_copy(update={"opensearch_url": None}), way)
        away = statements_of_writes(settings, way)
    added = [statement.sql for statement in away if "INSERT INTO outbox" in statement.sql]
    assert len(added) == 6
    assert len(away) == len(without) + len(added)


def test_many_writers_while_it_hangs(settings: Settings, own_database: Database, way: Proxy) -> None:
    """Four connections to the database, and each write might hold one while it waits for OpenSearch."""

    def write(user: User) -> None:
        for number in range(WISHES_OF_EACH):
            new_wish(user, f"wish {number}")

    changed = settings.model_copy(update={"outbox_relay_seconds": 0.3, "database_pool_size": 2, "breaker_seconds": 0.1})
    with serving(changed) as api, ThreadPoolExecutor(WRITERS) as writers:
        users = [api.user() for _ in range(WRITERS)]
        with way.hanging():
            list(writers.map(write, users))
        assert own_database.count("wishlist_items") == WRITERS * WISHES_OF_EACH
        maintain(settings)
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)


@pytest.mark.parametrize("verdict", [Verdict.HANG, Verdict.LOSE_ANSWER], ids=["hangs", "loses its answer"])
def test_a_bulk_request_that_is_cut_off(
    settings: Settings, own_database: Database, way: Proxy, verdict: Verdict
) -> None:
    """The entry stays, the document may be there or not; and after some in a row, the next write does not ask.

    One alone may have asked for more than there was time for, and says nothing about the cluster.
    """
    changed = settings.model_copy(update={"outbox_relay_seconds": 2.0, "search_timeout": 30.0})
    with own_application(changed) as (api, server):
        user = api.user()
        new_wish(user, "before")
        breaker = server.app.state.resources.search_cluster.breaker
        assert breaker.state == "closed"
        asked: list[bytes] = []
        way.rule, struck = announcing(remembering(asked, after(0, BULK, verdict)))
        new_wish(user, "cut off")
        assert struck.is_set()
        assert breaker.state == ("closed" if verdict is Verdict.HANG else "open")
        writes = 1
        while breaker.state == "closed":
            writes += 1
            assert writes <= MOST_UNANSWERED
            new_wish(user, f"cut off {writes}")
        requests = len(asked)
        new_wish(user, "not tried")
        assert len(asked) == requests
        assert own_database.fetch("SELECT attempts FROM outbox") == [{"attempts": 0}] * (writes + 1)
        way.recover()
        assert maintain(settings).relayed == writes + 1
    assert_index_is_database(settings)


def remembering(asked: list[bytes], rule: Rule) -> Rule:
    def judge(data: bytes) -> Verdict:
        asked.append(data)
        return rule(data)

    return judge


def test_a_storage_that_hangs_does_not_keep_a_deletion_out_of_the_index(
    settings: Settings, own_database: Database
) -> None:
    """One transaction, two kinds of side effects: neither waits for the other."""
    with (
        Proxy(str(settings.s3_endpoint_url)) as storage,
        serving(settings, s3_endpoint_url=storage.url, outbox_relay_seconds=5.0) as api,
    ):
        user = api.user()
        image = gallery.upload(user)
        storage.rule, hangs = announcing(after(0, b"POST /", Verdict.HANG))
        user.delete(f"/api/images/{image['id']}").raise_for_status()
        assert hangs.is_set()
        assert [row["kind"] for row in own_database.fetch("SELECT kind FROM outbox")] == ["delete-objects"]
        assert_index_is_database(settings)
        storage.recover()


def test_who_comes_back_is_asked_again_after_the_pause(settings: Settings, way: Proxy) -> None:
    with own_application(settings.model_copy(update={"breaker_seconds": 0.1})) as (api, server):
        breaker = server.app.state.resources.search_cluster.breaker
        user = api.user()
        with way.refusing():
            new_wish(user, "away")
            assert breaker.state == "open"

        def is_closed_by_a_write() -> bool:
            new_wish(user, "perhaps")
            return bool(breaker.state == "closed")

        wait_until(is_closed_by_a_write, "a write finds it")
    maintain(settings)
    assert_index_is_database(settings)
