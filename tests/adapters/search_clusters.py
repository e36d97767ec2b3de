"""Clients of OpenSearch, on a loop of their own."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from lego_api.adapters.search import SearchCluster
from lego_api.config import Settings
from tests.support.database import run

T = TypeVar("T")


def with_cluster(
    settings: Settings, url: str, scenario: Callable[[SearchCluster], Coroutine[Any, Any, T]], **changes: Any
) -> T:
    """Plays a scenario, and closes what it used."""

    async def play() -> T:
        usual = {"opensearch_url": url, "search_timeout": 10.0, "breaker_seconds": 0.0}
        cluster = SearchCluster(settings.model_copy(update=usual | changes))
        try:
            return await scenario(cluster)
        finally:
            await cluster.aclose()

    return run(play())
