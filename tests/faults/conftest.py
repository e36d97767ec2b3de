"""A database of each test's own, which it may break."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.database import Database
from tests.support.own_database import temporary_database


@pytest.fixture
def own_database(settings: Settings) -> Iterator[Database]:
    with temporary_database(settings) as database:
        yield database


@pytest.fixture
def own_settings(settings: Settings, own_database: Database) -> Settings:
    return settings.model_copy(update={"database_url": own_database.settings_url})
