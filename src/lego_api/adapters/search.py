"""OpenSearch. Searching itself is answered from PostgreSQL so far; this only knows whether the index answers."""

import asyncio
import importlib
from typing import Any

from lego_api.config import Settings
from lego_api.errors import SearchUnavailable


class SearchIndex:
    def __init__(self, settings: Settings) -> None:
        self._url = settings.opensearch_url
        self._client: Any = None

    @property
    def enabled(self) -> bool:
        return self._url is not None

    async def prepare(self) -> None:
        """Loads the SDK; else the first use does."""
        await asyncio.to_thread(importlib.import_module, "opensearchpy")

    async def ping(self) -> None:
        """Raises `SearchUnavailable` when the cluster does not answer."""
        client = await self._opensearch()
        from opensearchpy.exceptions import OpenSearchException

        try:
            await client.cluster.health()
        except (OpenSearchException, OSError) as error:
            raise SearchUnavailable from error

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _opensearch(self) -> Any:
        if self._url is None:
            raise SearchUnavailable
        if self._client is None:
            await self.prepare()
        if self._client is None:  # nobody else was quicker
            from opensearchpy import AsyncOpenSearch

            self._client = AsyncOpenSearch(hosts=[self._url], timeout=1, max_retries=0)
        return self._client
