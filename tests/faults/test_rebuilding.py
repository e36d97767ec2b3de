"""Several processes build the search index, at once or one after the other's death; one index is left of each kind."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from lego_api import maintenance
from lego_api.config import Settings
from lego_api.resources import Resources
from lego_api.search_index import KINDS, MOCS
from tests.support.database import Database, run
from tests.support.faults import Proxy
from tests.support.maintenance import maintain
from tests.support.reindexing import indices, insert_rows, reindex, reindexing
from tests.support.search_documents import assert_index_is_database
from tests.support.verdicts import Verdict, announcing, only

pytestmark = pytest.mark.large

ROWS = 5100


@pytest.fixture
def settings_of_many(own_search_settings: Settings, own_database: Database) -> Settings:
    insert_rows(own_database, ROWS)
    return own_search_settings


def assert_one_index_each(settings: Settings) -> None:
    assert {name.rpartition("-")[0] for name in indices(settings)} == {
        kind.alias(settings.opensearch_index_prefix) for kind in KINDS.values()
    }
    for name, aliases in indices(settings).items():
        assert aliases == {name.rpartition("-")[0]}
    assert_index_is_database(settings)


def documents(settings: Settings) -> int:
    """That are there to be seen, of everything."""
    url = f"{settings.opensearch_url}/{settings.opensearch_index_prefix}-*"
    httpx.post(f"{url}/_refresh", timeout=60).raise_for_status()
    return int(httpx.get(f"{url}/_count", timeout=60).raise_for_status().json()["count"])


class Writes:
    """Lets all pass, and counts the bulk requests."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, data: bytes) -> Verdict:
        self.count += data.startswith(b"POST /") and b"/_bulk" in data.partition(b"\r\n")[0]
        return Verdict.PASS


def test_a_command_killed_in_the_middle_is_gone_on_with(settings_of_many: Settings) -> None:
    with Proxy(str(settings_of_many.opensearch_url)) as way:
        through_proxy = settings_of_many.model_copy(update={"opensearch_url": way.url})
        way.rule, halfway = announcing(only(6, b"/_bulk", Verdict.HANG))
        with reindexing(through_proxy, "mocs") as command:
            assert halfway.wait(60)
            command.kill()
            assert command.wait().code == -9
        way.cut()
        assert documents(settings_of_many) == 3000, "six times 500"
        assert [len(aliases) for aliases in indices(settings_of_many).values()] == [1]

        way.recover()
        way.rule = writes = Writes()
        done = reindex(through_proxy, "mocs")
        assert done.code == 0, done.errors
        assert "100%" in done.errors
        assert writes.count == 5, "and nothing twice"
    assert reindex(settings_of_many, "mocs", "--check").code == 0
    assert len(indices(settings_of_many)) == 1


def test_the_maintenance_takes_as_many_runs_as_it_needs(
    settings_of_many: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "BUILD_SECONDS", 0.0)
    runs = [maintain(settings_of_many) for _ in range(5)]
    assert [run.built for run in runs] == [0] * 5
    assert documents(settings_of_many) == 2500, "one step in each"
    monkeypatch.setattr(maintenance, "BUILD_SECONDS", 60.0)
    built = maintain(settings_of_many).built
    while built < len(KINDS):
        built += maintain(settings_of_many).built
    assert built == len(KINDS)
    assert_one_index_each(settings_of_many)
    assert maintain(settings_of_many).built == 0


def test_all_at_once(settings_of_many: Settings) -> None:
    """Two commands and two maintenance jobs, where there is no index, and where there is one."""
    for _ in range(2):
        with (
            reindexing(settings_of_many) as one,
            reindexing(settings_of_many) as other,
            ThreadPoolExecutor() as threads,
        ):
            jobs = [threads.submit(maintain, settings_of_many) for _ in range(2)]
            for command in (one, other):
                done = command.wait()
                assert done.code == 0, done.errors
            for job in jobs:
                job.result()
        assert_one_index_each(settings_of_many)


@pytest.fixture
def both_find_nothing(own_search_settings: Settings) -> Iterator[list[Settings]]:
    """Two ways to OpenSearch: whoever goes to create an index waits until somebody does so on the other, too."""
    meeting = threading.Barrier(2, timeout=60)
    url = str(own_search_settings.opensearch_url)
    with Proxy(url) as one, Proxy(url) as other:

        def rule(data: bytes) -> Verdict:
            if data.startswith(b"PUT /"):
                meeting.wait()
            return Verdict.PASS

        one.rule = other.rule = rule
        yield [own_search_settings.model_copy(update={"opensearch_url": way.url}) for way in (one, other)]


def test_two_find_no_index_and_both_create_it(
    own_search_settings: Settings, own_database: Database, both_find_nothing: list[Settings]
) -> None:
    insert_rows(own_database, 700)

    async def build(settings: Settings) -> None:
        resources = Resources(settings)
        try:
            await resources.rebuilding.rebuild(MOCS)
        finally:
            await resources.aclose()

    with ThreadPoolExecutor() as threads:
        for building in [threads.submit(run, build(settings)) for settings in both_find_nothing]:
            building.result()
    assert [name[-6:] for name in indices(own_search_settings)] == ["000001"]
    assert reindex(own_search_settings, "mocs", "--check").code == 0


def test_somebody_deletes_what_is_being_built(settings_of_many: Settings) -> None:
    with Proxy(str(settings_of_many.opensearch_url)) as way:
        through_proxy = settings_of_many.model_copy(update={"opensearch_url": way.url})
        way.rule, halfway = announcing(only(6, b"/_bulk", Verdict.HANG))
        with reindexing(through_proxy, "mocs") as command:
            assert halfway.wait(60)
            [name] = indices(settings_of_many)
            httpx.delete(f"{settings_of_many.opensearch_url}/{name}", timeout=60).raise_for_status()
            way.recover()
            done = command.wait()
    assert done.code == 0, done.errors
    assert reindex(settings_of_many, "mocs", "--check").code == 0
    assert len(indices(settings_of_many)) == 1
