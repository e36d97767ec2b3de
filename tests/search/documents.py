"""An index that lies: documents written past the application, over the wire."""

from typing import Any

import httpx

from lego_api.config import Settings
from lego_api.search_index import Kind

TIMEOUT = 60.0


class Documents:
    """Of one kind, in the index that is searched."""

    def __init__(self, settings: Settings, kind: Kind) -> None:
        self._alias = f"{settings.opensearch_url}/{kind.alias(settings.opensearch_index_prefix)}"

    def get(self, id: str) -> dict[str, Any]:
        answer = httpx.get(f"{self._alias}/_doc/{id}", timeout=TIMEOUT).raise_for_status()
        source: dict[str, Any] = answer.json()["_source"]
        return source

    def put(self, id: str, document: dict[str, Any]) -> None:
        """In place of whatever is there, and found at once."""
        params = {"refresh": "true"}
        httpx.put(f"{self._alias}/_doc/{id}", json=document, params=params, timeout=TIMEOUT).raise_for_status()

    def change(self, id: str, **fields: Any) -> None:
        self.put(id, self.get(id) | fields)
