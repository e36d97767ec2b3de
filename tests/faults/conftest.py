"""Applications that search, in indices which belong to the test's own database."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.search_documents import searching
from tests.support.search_server import delete_indices


@pytest.fixture
def own_search_settings(own_settings: Settings, opensearch_url: str) -> Iterator[Settings]:
    """Without a cache, and in no hurry: nothing is to be given up because the machine is slow."""
    settings = searching(own_settings, opensearch_url, redis_url=None, search_timeout=10.0)
    yield settings
    delete_indices(opensearch_url, settings.opensearch_index_prefix)
