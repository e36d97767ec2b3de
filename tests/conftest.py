"""One stack of real servers for the run; a database, a bucket and a Redis number for each worker; two ways in."""

import os
from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.backends import Backend, start_backend, worker_settings
from tests.support.clients import Api, LambdaGateway, UvicornServer
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.own_database import temporary_database

BACKEND = pytest.StashKey[Backend]()
BACKEND_VARIABLE = "LEGO_API_TEST_BACKEND"


def pytest_configure(config: pytest.Config) -> None:
    if BACKEND_VARIABLE not in os.environ:  # a worker of xdist inherits it
        backend = config.stash[BACKEND] = start_backend()
        os.environ[BACKEND_VARIABLE] = backend.description()


def pytest_unconfigure(config: pytest.Config) -> None:
    if backend := config.stash.get(BACKEND, None):
        backend.stop()
        del os.environ[BACKEND_VARIABLE]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if backend := config.stash.get(BACKEND, None):
        terminalreporter.section("servers these tests ran against")
        for line in backend.report:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return worker_settings(os.environ[BACKEND_VARIABLE], os.environ.get("PYTEST_XDIST_WORKER", "gw0"))


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
