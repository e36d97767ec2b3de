"""A database of a test's own, for what can be seen only where nobody else writes."""

import json
import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from lego_api.config import Settings, asyncpg_url
from tests.conftest import BACKEND_VARIABLE
from tests.support.backends import TEMPLATE, create_database
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import serving


@pytest.fixture(scope="module")
def own_database() -> Iterator[Database]:
    """Migrated and empty; shared by the tests of one module."""
    server = json.loads(os.environ[BACKEND_VARIABLE])["DATABASE_URL"]
    name = f"mocs_{uuid4().hex}"
    yield Database(create_database(server, name, template=TEMPLATE))
    Database(server).fetch(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def own_settings(settings: Settings, own_database: Database) -> Settings:
    """Without Redis: a cache is for one database."""
    return settings.model_copy(update={"database_url": asyncpg_url(own_database.url), "redis_url": None})


@pytest.fixture(scope="module")
def alone(own_settings: Settings) -> Iterator[Api]:
    """An application on that database."""
    with serving(own_settings) as api:
        yield api
