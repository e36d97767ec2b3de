"""A hundred thousand rows are indexed anew while everybody goes on writing and searching."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.faults.processes import own_server
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.maintenance import maintain
from tests.support.reindexing import INSERT_MOCS, indices, reindex

pytestmark = pytest.mark.large

FEW, MANY = 10_000, 100_000
STEADY = "Steadfast lighthouse"
MEGABYTE = 1024 * 1024


@contextmanager
def meanwhile(jobs: dict[str, Callable[[], None]]) -> Iterator[dict[str, int]]:
    """Does each again and again while the block runs; how often, and raises what went wrong."""
    enough, counts = Event(), dict.fromkeys(jobs, 0)

    def repeat(name: str, job: Callable[[], None]) -> None:
        while not enough.is_set():
            job()
            counts[name] += 1

    with ThreadPoolExecutor(len(jobs)) as threads:
        running: list[Future[None]] = [threads.submit(repeat, name, job) for name, job in jobs.items()]
        try:
            yield counts
        finally:
            enough.set()
        for future in running:
            future.result()


def writer(user: User) -> Callable[[], None]:
    """Creates, changes and deletes; of three one is left."""

    def write() -> None:
        mocs = [
            user.post("/api/mocs", json={"title": f"Tower {uuid4()}"}).raise_for_status().json()["moc"]["id"]
            for _ in range(3)
        ]
        for moc in mocs:
            user.patch(f"/api/mocs/{moc}", json={"title": f"Bridge {uuid4()}"}).raise_for_status()
        for moc in mocs[1:]:
            user.delete(f"/api/mocs/{moc}").raise_for_status()

    return write


def searcher(api: Api) -> Callable[[], None]:
    """Finds what has been there all the time."""
    anybody = api.client()

    def search() -> None:
        answer = anybody.get("/api/mocs/search", params={"q": STEADY}).raise_for_status().json()
        assert [moc["title"] for moc in answer["mocs"]] == [STEADY], answer

    return search


def test_a_hundred_thousand_rows(
    own_search_settings: Settings, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "ERROR")  # nobody reads what the server says, and it would wait for that
    own_database.fetch(INSERT_MOCS, "first ", FEW)
    own_database.fetch("UPDATE moc_instructions SET title = $1 WHERE title = 'Castle first 1'", STEADY)
    own_database.fetch("ANALYZE moc_instructions")
    few = reindex(own_search_settings, "mocs")
    assert few.code == 0, few.errors

    own_database.fetch(INSERT_MOCS, "second ", MANY - FEW)
    own_database.fetch("ANALYZE moc_instructions")
    with own_server(own_search_settings) as (api, _):
        jobs = {f"writer {number}": writer(api.user()) for number in range(2)}
        jobs["searcher"] = searcher(api)
        with meanwhile(jobs) as counts:
            many = reindex(own_search_settings, "mocs")
            assert many.code == 0, many.errors
        assert min(counts.values()) > 0, counts

    assert maintain(own_search_settings).dead == 0
    check = reindex(own_search_settings, "mocs", "--check")
    assert check.code == 0, check.output[:1000]
    assert check.output.startswith(f"mocs: {own_database.count('moc_instructions')} rows")
    assert sorted(name[-6:] for name in indices(own_search_settings)) == ["000001", "000001", "000002"]
    assert many.peak < few.peak + 32 * MEGABYTE, f"{few.peak / MEGABYTE:.0f} MB, {many.peak / MEGABYTE:.0f} MB"
