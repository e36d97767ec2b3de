"""Applications that search in OpenSearch, and in PostgreSQL, with the same rows."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from lego_api.config import Settings
from lego_api.resources import Resources
from lego_api.search_index import KINDS
from tests.support.clients import Api
from tests.support.database import run
from tests.support.faults import serving


@pytest.fixture(scope="module")
def indexed_settings(search_settings: Settings, module_settings: Settings) -> Settings:
    """An own database, an own index, and no cache."""
    prefix = f"{search_settings.opensearch_index_prefix}-{module_settings.database_url.rpartition('/')[2][-8:]}"
    update = {
        "opensearch_url": search_settings.opensearch_url,
        "opensearch_index_prefix": prefix,
        "search_timeout": search_settings.search_timeout,
    }
    return module_settings.model_copy(update=update)


def build(settings: Settings) -> None:
    """The indices, of the rows that there are."""

    async def rebuild() -> None:
        resources = Resources(settings)
        try:
            for kind in KINDS.values():
                await resources.rebuilding.rebuild(kind)
        finally:
            await resources.aclose()

    run(rebuild())


@pytest.fixture(scope="module")
def indexed(indexed_settings: Settings) -> Iterator[Api]:
    """Searches in OpenSearch."""
    build(indexed_settings)
    with serving(indexed_settings) as api:
        yield api


@pytest.fixture(scope="module")
def unindexed(module_settings: Settings) -> Iterator[Api]:
    """Searches in PostgreSQL, the same rows."""
    with serving(module_settings) as api:
        yield api


class Searching(NamedTuple):
    """One of the two ways, and what it calls itself in answers."""

    source: str
    api: Api


@pytest.fixture(params=["opensearch", "database"])
def searching(request: pytest.FixtureRequest, indexed: Api, unindexed: Api) -> Searching:
    """The same test for both, with the same rows."""
    return Searching(request.param, {"opensearch": indexed, "database": unindexed}[request.param])
