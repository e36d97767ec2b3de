"""The OpenSearch of the local stack by itself."""

import httpx
import pytest

from lego_api.config import Settings
from tests.support.search_node import SearchNode

pytestmark = pytest.mark.large


def test_the_shared_one_folds_accents_and_forgives_a_mistake(search_settings: Settings) -> None:
    index = f"{search_settings.opensearch_url}/{search_settings.opensearch_index_prefix}-node"
    folding = {"analyzer": {"default": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}}}
    with httpx.Client(timeout=60) as client:
        client.put(index, json={"settings": {"analysis": folding}}).raise_for_status()
        document = client.put(f"{index}/_doc/1?refresh=true", json={"title": "Café Corner"})
        assert document.raise_for_status().json()["result"] == "created"
        query = {"query": {"match": {"title": {"query": "cafe corber", "operator": "and", "fuzziness": "AUTO"}}}}
        found = client.post(f"{index}/_search", json=query).raise_for_status().json()
        client.delete(index).raise_for_status()
    assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]


def test_one_that_is_killed_has_its_data_when_it_is_back(search_node: SearchNode) -> None:
    httpx.put(f"{search_node.url}/kept/_doc/1", json={}, timeout=60).raise_for_status()
    with search_node.killed(), pytest.raises(httpx.ConnectError):
        httpx.get(search_node.url, timeout=60)
    assert httpx.get(f"{search_node.url}/kept/_doc/1", timeout=60).json()["found"]


def test_one_that_hangs_accepts_and_does_not_answer(search_node: SearchNode) -> None:
    with search_node.hanging(), pytest.raises(httpx.ReadTimeout):
        httpx.get(search_node.url, timeout=httpx.Timeout(60, read=0.5))
    assert httpx.get(search_node.url, timeout=60).status_code == 200
