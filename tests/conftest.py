"""One stack of real servers for the run; a database, a bucket, a Redis number and search indices of each worker's own;
two ways in."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lego_api.config import Settings
from tests.support.backends import IN_CONTAINERS, Backend, report_line, start_backend, worker_settings
from tests.support.clients import Api, LambdaGateway, UvicornServer
from tests.support.database import Database
from tests.support.measurements import write_measurements
from tests.support.objects import Objects
from tests.support.own_database import temporary_database
from tests.support.search_documents import searching
from tests.support.search_node import SearchNode
from tests.support.search_server import NOT_RUN, REQUIRED, SearchServer, await_outcome, delete_indices, needed

BACKEND = pytest.StashKey[Backend]()
SEARCH = pytest.StashKey[SearchServer]()
BACKEND_VARIABLE = "LEGO_API_TEST_BACKEND"
SEARCH_VARIABLE = "LEGO_API_TEST_SEARCH"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


def pytest_configure(config: pytest.Config) -> None:
    if BACKEND_VARIABLE in os.environ:  # a worker of xdist inherits it
        return
    search = config.stash[SEARCH] = SearchServer()
    if not IN_CONTAINERS:
        search.start()
    backend = config.stash[BACKEND] = start_backend()
    if IN_CONTAINERS:  # not at once: the first of them also starts what removes them all
        search.start()
    os.environ |= {BACKEND_VARIABLE: backend.description(), SEARCH_VARIABLE: str(search.file)}
    if REQUIRED and (outcome := await_outcome(search.file)).url is None:
        pytest.exit(f"REQUIRE_OPENSEARCH=1, and there is none: {outcome.report}", returncode=1)


def pytest_unconfigure(config: pytest.Config) -> None:
    if search := config.stash.get(SEARCH, None):
        search.stop()
    if backend := config.stash.get(BACKEND, None):
        backend.stop()
    for name in (BACKEND_VARIABLE, SEARCH_VARIABLE) if search else ():
        os.environ.pop(name, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    backend, search = config.stash.get(BACKEND, None), config.stash.get(SEARCH, None)
    if backend is None or search is None:
        return
    write_measurements(terminalreporter)
    outcome = None if search.is_starting else await_outcome(search.file)
    terminalreporter.section("servers these tests ran against")
    for line in backend.report:
        terminalreporter.write_line(line)
    if outcome and outcome.url:
        terminalreporter.write_line(report_line("OpenSearch", outcome.report, outcome.url))
    if config.option.markexpr == "not large":
        terminalreporter.section("NOT RUN: the large tests, which `make test-large` runs", sep="!")
    if not_run := sum(NOT_RUN in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())):
        terminalreporter.section(f"NOT RUN: {not_run} tests of searching", sep="!", red=True, bold=True)
        terminalreporter.write_line(f"They need OpenSearch. {outcome.report if outcome else ''}")


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Without OpenSearch: PostgreSQL answers searches, as it does when the index cannot."""
    return worker_settings(os.environ[BACKEND_VARIABLE], WORKER)


@pytest.fixture(scope="session")
def opensearch_url() -> str:
    outcome = await_outcome(Path(os.environ[SEARCH_VARIABLE]))
    return outcome.url or needed(outcome.report.partition(". ")[0])


@pytest.fixture(scope="session")
def search_settings(settings: Settings, opensearch_url: str) -> Settings:
    """With OpenSearch, in which this worker has no index yet."""
    prefix = f"test-{WORKER}"
    delete_indices(opensearch_url, prefix)
    # This machine may be busy: nothing is to be given up because it is slow.
    update = {"opensearch_url": opensearch_url, "opensearch_index_prefix": prefix, "search_timeout": 10.0}
    return settings.model_copy(update=update)


@pytest.fixture
def own_search_settings(own_settings: Settings, opensearch_url: str) -> Iterator[Settings]:
    """Without a cache, and in no hurry; in indices that belong to the test's own database."""
    settings = searching(own_settings, opensearch_url, redis_url=None, search_timeout=10.0)
    yield settings
    delete_indices(opensearch_url, settings.opensearch_index_prefix)


@pytest.fixture
def search_node() -> Iterator[SearchNode]:
    """An OpenSearch of the test's own, which it may kill; it starts within seconds."""
    with SearchNode() as node:
        yield node


@pytest.fixture(scope="session")
def database(settings: Settings) -> Database:
    return Database(settings.database_url)


@pytest.fixture
def own_database(settings: Settings) -> Iterator[Database]:
    """Migrated and empty, of the test's own: it may break it, and let time pass for all that the outbox holds."""
    with temporary_database(settings) as database:
        yield database


@pytest.fixture
def own_settings(settings: Settings, own_database: Database) -> Settings:
    return settings.model_copy(update={"database_url": own_database.settings_url})


@pytest.fixture(scope="module")
def module_database(settings: Settings) -> Iterator[Database]:
    """Migrated and empty, and shared by the tests of one module: for what can be seen only where nobody else writes."""
    with temporary_database(settings) as database:
        yield database


@pytest.fixture(scope="module")
def module_settings(settings: Settings, module_database: Database) -> Settings:
    """Without Redis: a cache is for one database."""
    return settings.model_copy(update={"database_url": module_database.settings_url, "redis_url": None})


@pytest.fixture(scope="session")
def objects(settings: Settings) -> Objects:
    return Objects(settings)


@pytest.fixture(scope="session")
def uvicorn_server(settings: Settings) -> Iterator[UvicornServer]:
    with UvicornServer(settings) as server:
        yield server


@pytest.fixture
def over_http(settings: Settings, uvicorn_server: UvicornServer) -> Iterator[Api]:
    """The application under uvicorn, over a real socket."""
    api = Api(settings, uvicorn_server.url)
    yield api
    api.close()


@pytest.fixture(scope="session")
def through_lambda(settings: Settings) -> Iterator[Api]:
    """The application in the Lambda handler: one object and its pools for all invocations."""
    with LambdaGateway(settings) as gateway:
        yield Api(settings, "https://api.example.com", gateway)


@pytest.fixture(params=["http", "lambda"])
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    """The same test for both ways in."""
    name = {"http": "over_http", "lambda": "through_lambda"}[request.param]
    api: Api = request.getfixturevalue(name)
    yield api
    api.close()
