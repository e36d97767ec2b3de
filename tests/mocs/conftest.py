"""A database of a test's own, for what can be seen only where nobody else writes."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.own_database import temporary_database


@pytest.fixture(scope="module")
def own_database(settings: Settings) -> Iterator[Database]:
    """Migrated and empty; shared by the tests of one module."""
    with temporary_database(settings) as database:
        yield database


@pytest.fixture(scope="module")
def own_settings(settings: Settings, own_database: Database) -> Settings:
    """Without Redis: a cache is for one database."""
    return settings.model_copy(update={"database_url": own_database.settings_url, "redis_url": None})


@pytest.fixture(scope="module")
def alone(own_settings: Settings) -> Iterator[Api]:
    """An application on that database."""
    with serving(own_settings) as api:
        yield api
