"""`make dev` with OpenSearch, and without it where it cannot be had."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lego_api.dev.failure import Failure
from lego_api.dev.leftovers import started_at
from lego_api.dev.opensearch.installation import VERSION, find
from lego_api.dev.opensearch.node import PORTS, OpenSearch
from lego_api.dev.ports import claimed_port
from tests.dev.checkout import Checkout, Dev
from tests.dev.programs import CAUSE, Programs
from tests.support.search_server import delete_indices, needed

pytestmark = pytest.mark.large

ON = {"LEGO_OPENSEARCH": ""}
ENDINGS: dict[str, Callable[[Dev], None]] = {
    "kill -9": lambda dev: dev.process.kill(),
    "Ctrl-C": lambda dev: dev.send(signal.SIGINT),
}


@pytest.fixture(scope="module")
def java() -> None:
    try:
        find()
    except Failure as failure:
        needed(str(failure))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Of these tests' own: what they find is not to depend on what others have stored."""
    checkout = Checkout(tmp_path_factory.mktemp("search") / "it's mine")
    yield checkout
    checkout.delete()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Checkout]:
    """In which nothing was ever started."""
    checkout = Checkout(tmp_path / "fresh")
    yield checkout
    checkout.delete()


def search(dev: Dev, query: str) -> Any:
    return dev.get(f"/api/mocs/search?q={query}")


def component(dev: Dev) -> str:
    return str(httpx.get(f"{dev.url}/health", timeout=60).json()["components"]["opensearch"])


@pytest.mark.usefixtures("java")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc, and ends children with us")
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_examples_are_found_in_the_index_and_nothing_runs_on(ending: str, checkout: Checkout) -> None:
    with checkout.dev(**ON) as dev:
        address, origin = dev.rows["OpenSearch"]
        assert int(address.removeprefix("http://127.0.0.1:")) in PORTS
        assert origin.startswith(f"Maven: OpenSearch {VERSION}, on Java ")
        assert component(dev) == "healthy"
        found = search(dev, "gatehuose")
        assert (found["source"], [moc["title"] for moc in found["mocs"]]) == ("opensearch", ["Lion Knights' Gatehouse"])
        assert (checkout.directory / ".dev" / "log" / "opensearch.log").read_text()
        processes = dev.processes()
        ENDINGS[ending](dev)
        dev.assert_gone(processes)


@pytest.mark.usefixtures("java")
def test_what_was_written_without_an_index_is_in_it_at_the_next_start(checkout: Checkout) -> None:
    with checkout.dev() as dev:
        assert component(dev) == "disabled"
        alice = {"Authorization": f"Bearer {dev.tokens['alice@example.com']}"}
        moc = {"title": "Monorail", "description": "x", "type": "moc", "author": "Alice"}
        httpx.post(f"{dev.url}/api/mocs", json=moc, headers=alice, timeout=60).raise_for_status()
    with checkout.dev(**ON) as dev:
        found = search(dev, "monorial")
        assert (found["source"], [moc["title"] for moc in found["mocs"]]) == ("opensearch", ["Monorail"])


def test_an_index_that_is_given_is_used(fresh: Checkout, opensearch_url: str) -> None:
    prefix = f"given-{uuid4().hex}"
    with fresh.dev(OPENSEARCH_URL=opensearch_url, OPENSEARCH_INDEX_PREFIX=prefix) as dev:
        assert dev.rows["OpenSearch"] == (opensearch_url, "given by the environment")
        assert search(dev, "gatehuose")["source"] == "opensearch"
        checked = fresh.run("reindex", "--check")
        assert checked.returncode == 0, checked.stdout + checked.stderr
    delete_indices(opensearch_url, prefix)


def test_without_java(fresh: Checkout, tmp_path: Path) -> None:
    with fresh.dev(PATH=str(Programs(tmp_path / "bin").path), JAVA_HOME="", **ON) as dev:
        why = "to have OpenSearch, install Java 11 or newer and Maven, or set OPENSEARCH_URL"
        assert dev.rows["OpenSearch"] == ("-", f"none: PostgreSQL answers searches ({why})")
        assert component(dev) == "disabled"
        found = search(dev, "gatehouse")
        assert (found["source"], [moc["title"] for moc in found["mocs"]]) == ("database", ["Lion Knights' Gatehouse"])


def test_without_the_internet(fresh: Checkout, tmp_path: Path) -> None:
    programs = Programs(tmp_path / "bin")
    programs.java()
    programs.failing_maven()
    with fresh.dev(PATH=str(programs.path), JAVA_HOME="", XDG_CACHE_HOME=str(tmp_path), **ON) as dev:
        why = f"its jars could not be fetched: {CAUSE}"
        assert dev.rows["OpenSearch"] == ("-", f"none: PostgreSQL answers searches ({why})")
        assert component(dev) == "disabled"
        assert search(dev, "gatehouse")["source"] == "database"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_fetch_need_not_be_waited_for(fresh: Checkout, tmp_path: Path) -> None:
    programs = Programs(tmp_path / "bin")
    programs.java()
    os.mkfifo(gate := tmp_path / "gate")
    programs.maven(before=f'echo waiting; read -r _ < "{gate}"\n')
    dev = fresh.dev(PATH=str(programs.path), JAVA_HOME="", XDG_CACHE_HOME=str(tmp_path), **ON)
    log = fresh.directory / ".dev" / "log" / "opensearch-jars.log"
    dev.wait_until(lambda: log.exists() and "waiting" in log.read_text())
    processes = dev.processes()
    dev.send(signal.SIGINT)
    dev.assert_gone(processes)
    assert dev.process.returncode == 0
    assert dev.output.endswith("\nstopped\n")


@pytest.mark.usefixtures("java")
def test_one_that_was_left_running_makes_place_for_the_next(tmp_path: Path) -> None:
    with claimed_port(PORTS) as port, claimed_port(PORTS) as other:
        left = OpenSearch(tmp_path, port, durable=True)
        left.start()
        httpx.put(f"{left.url}/kept/_doc/1", json={}, timeout=60).raise_for_status()
        assert left.child is not None
        assert left.child.pid is not None
        process, started = left.child.pid, started_at(left.child.pid)
        successor = OpenSearch(tmp_path, other, durable=True)
        try:
            successor.start()
            assert started_at(process) != started
            assert httpx.get(f"{successor.url}/kept/_doc/1", timeout=60).json()["found"]
        finally:
            left.stop()
            successor.stop()
