"""OpenSearch is away: writes succeed, PostgreSQL answers, and one run of the maintenance makes up for all of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from lego_api.config import Settings
from tests.faults.databases import wait_until
from tests.faults.searches import NONE, ONE_OF_EACH, Collection, assert_nothing_is_left_to_do
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import maintain
from tests.support.refusing_server import refusing_server
from tests.support.search_documents import assert_index_is_database, searching
from tests.support.search_node import SearchNode

pytestmark = pytest.mark.large

NEVER_AGAIN = 3600.0  # seconds until the breaker lets somebody probe
DUE = "attempts = 0 AND dead_at IS NULL AND available_at < now() at time zone 'UTC'"


@dataclass(frozen=True)
class Ways:
    """To an OpenSearch of this module's own: directly, and through a proxy."""

    node: SearchNode
    proxy: Proxy

    def to(self, fault: str) -> str:
        return self.node.url if fault in OF_THE_NODE else self.proxy.url

    @contextmanager
    def answering(self, status: int, body: bytes) -> Iterator[None]:
        with refusing_server(status, body) as url, self.proxy.leading_to(url):
            yield


OF_THE_NODE: dict[str, Callable[[Ways], AbstractContextManager[None]]] = {
    "killed": lambda ways: ways.node.killed(),
    "stopped": lambda ways: ways.node.hanging(),
}
ON_THE_WAY: dict[str, Callable[[Ways], AbstractContextManager[None]]] = {
    "refusing": lambda ways: ways.proxy.refusing(),
    "hanging": lambda ways: ways.proxy.hanging(),
    "answering 503": lambda ways: ways.answering(503, b'{"message": "no healthy upstream"}'),
    "answering 429": lambda ways: ways.answering(429, b'{"error": {"type": "rejected"}, "status": 429}'),
    "answering something else": lambda ways: ways.answering(200, b"<html>sorry</html>"),
    "slow": lambda ways: ways.proxy.slow(3.0),
}
FAULTS = OF_THE_NODE | ON_THE_WAY


@pytest.fixture(scope="module")
def ways() -> Iterator[Ways]:
    with SearchNode() as node, Proxy(node.url) as proxy:
        yield Ways(node, proxy)


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_and_nothing_stale(
    own_settings: Settings, own_database: Database, ways: Ways, fault: str
) -> None:
    settings = searching(
        own_settings, ways.to(fault), redis_url=None, search_timeout=1.0, outbox_relay_seconds=0.3, breaker_seconds=0.2
    )
    assert maintain(settings).built == 3
    with serving(settings) as api:
        stays, changes, goes = (Collection(api) for _ in range(3))
        maintain(settings)  # what the machine was too slow for
        wait_until(lambda: stays.sources() == {"opensearch"}, "OpenSearch answers")
        before = changes.word
        with FAULTS[fault](ways):
            changes.rename()
            goes.delete()
            comes = Collection(api)
            assert [collection.found() for collection in (stays, changes, comes)] == [ONE_OF_EACH] * 3
            assert [changes.found(before), goes.found()] == [NONE] * 2
            assert stays.sources() == {"database"}
        maintain(settings)
        assert_nothing_is_left_to_do(own_database)
        assert_index_is_database(settings, ways.node.url)
        wait_until(lambda: stays.sources() == {"opensearch"}, "OpenSearch answers again")
        assert [collection.found() for collection in (stays, changes, comes)] == [ONE_OF_EACH] * 3
        assert [changes.found(before), goes.found()] == [NONE] * 2


def test_a_run_while_it_is_away_gives_nothing_up(own_settings: Settings, own_database: Database, ways: Ways) -> None:
    settings = searching(own_settings, ways.proxy.url, redis_url=None)
    assert maintain(settings).built == 3
    with serving(settings, breaker_seconds=NEVER_AGAIN) as api:
        with ways.proxy.refusing():
            Collection(api)
            for _ in range(3):
                assert maintain(settings).relayed == 0
        left = own_database.fetch(
            "SELECT attempts, dead_at, available_at < now() at time zone 'UTC' AS due FROM outbox"
        )
        assert left == [{"attempts": 0, "dead_at": None, "due": True}] * 3
        assert maintain(settings).relayed == 3
    assert_index_is_database(settings)


def test_slow_is_not_away_for_the_maintenance(own_settings: Settings, own_database: Database, ways: Ways) -> None:
    """It waits longer than a search does, so a cluster under load is brought up to date, too."""
    settings = searching(own_settings, ways.proxy.url, redis_url=None, search_timeout=0.5, outbox_relay_seconds=0.3)
    assert maintain(settings).built == 3
    with ways.proxy.slow(1.0):
        with serving(settings) as api:
            Collection(api)
            assert own_database.count("outbox") == 3
        assert maintain(settings).relayed == 3
    assert_index_is_database(settings, ways.node.url)


def test_a_server_whose_breaker_still_rests_catches_up_by_itself(
    own_settings: Settings, own_database: Database, ways: Ways
) -> None:
    settings = searching(own_settings, ways.proxy.url, redis_url=None, search_timeout=10.0)
    maintain(settings)
    with serving(settings, breaker_seconds=NEVER_AGAIN, maintenance_interval=0.1) as api:
        with ways.proxy.refusing():
            collection = Collection(api)
            assert collection.sources() == {"database"}
        wait_until(lambda: own_database.count("outbox") == 0, "everything is relayed")
        wait_until(lambda: collection.sources() == {"opensearch"}, "OpenSearch answers again")
        assert_index_is_database(settings)
