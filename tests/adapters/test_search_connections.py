"""How OpenSearch is reached: by name and password, over connections that are kept and may be closed by the server."""

import base64
from collections.abc import Iterator

import pytest

from lego_api.adapters.search import SearchCluster
from lego_api.config import Settings
from lego_api.errors import SearchUnavailable
from tests.adapters.search_clusters import with_cluster
from tests.search.stand_in import Answer, StandIn, hits, in_json

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(lambda _request: hits()) as server:
        yield server


async def three_searches(cluster: SearchCluster) -> None:
    for _ in range(3):
        await cluster.search("lego-mocs", {})


def test_a_connection_is_kept(settings: Settings, server: StandIn) -> None:
    with_cluster(settings, server.url, three_searches)
    assert (len(server.requests), server.connections) == (3, 1)


def test_one_that_the_server_has_closed_meanwhile_is_no_failure(settings: Settings, server: StandIn) -> None:
    server.answer = lambda _request: Answer(hits().body, hangs_up=True)

    async def scenario(cluster: SearchCluster) -> str:
        await three_searches(cluster)
        return cluster.breaker.state

    assert with_cluster(settings, server.url, scenario) == "closed"
    assert (len(server.requests), server.connections) == (3, 3)


def test_the_name_and_the_password_of_the_address_are_sent(settings: Settings, server: StandIn) -> None:
    url = server.url.replace("://", "://lego:p%40ss%3Aw%2Frd%20%E5%9F%8E@")
    with_cluster(settings, url, three_searches)
    expected = base64.b64encode("lego:p@ss:w/rd 城".encode()).decode()
    assert {request.headers["authorization"] for request in server.requests} == {f"Basic {expected}"}
    assert {request.path for request in server.requests} == {"/lego-mocs/_search"}


def test_an_address_with_a_path_is_kept(settings: Settings, server: StandIn) -> None:
    with_cluster(settings, f"{server.url}/search/", three_searches)
    assert set(server.paths()) == {"/search/lego-mocs/_search"}


def test_a_failure_is_not_repeated(settings: Settings, server: StandIn) -> None:
    """Who waits for a search does not wait for two."""
    server.answer = lambda _request: in_json({}, 503)
    with pytest.raises(SearchUnavailable):
        with_cluster(settings, server.url, lambda cluster: cluster.search("lego-mocs", {}))
    assert len(server.requests) == 1


@pytest.mark.parametrize("how", ["probe", "search", "indices", "refresh", "delete", "create", "aliases"])
def test_who_is_not_there_is_unavailable_and_left_alone(settings: Settings, server: StandIn, how: str) -> None:
    calls = {
        "probe": lambda cluster: cluster.probe("lego-*"),
        "search": lambda cluster: cluster.search("lego-mocs", {}),
        "indices": lambda cluster: cluster.indices("lego-*"),
        "refresh": lambda cluster: cluster.refresh("lego-mocs"),
        "delete": lambda cluster: cluster.delete("lego-mocs"),
        "create": lambda cluster: cluster.create("lego-mocs", {}),
        "aliases": lambda cluster: cluster.change_aliases([]),
    }

    async def scenario(cluster: SearchCluster) -> tuple[str, bool]:
        with pytest.raises(SearchUnavailable):
            await calls[how](cluster)
        return cluster.breaker.state, cluster.breaker.is_resting

    assert with_cluster(settings, NOBODY, scenario, breaker_seconds=600.0) == ("open", True)


def test_it_asks_nobody_while_it_is_left_alone(settings: Settings, server: StandIn) -> None:
    async def scenario(cluster: SearchCluster) -> None:
        server.answer = lambda _request: in_json({}, 503)
        with pytest.raises(SearchUnavailable):
            await cluster.search("lego-mocs", {})
        server.answer = lambda _request: hits()
        for _ in range(3):
            with pytest.raises(SearchUnavailable):
                await cluster.search("lego-mocs", {})
        assert len(server.requests) == 1
        await cluster.ping()  # which health does, and which tells nobody
        assert cluster.breaker.state == "open"
        await cluster.probe("lego-*")  # which the maintenance does, and which finds out that it is back
        await three_searches(cluster)

    with_cluster(settings, server.url, scenario, breaker_seconds=600.0)


def test_without_an_address_nothing_is_asked(settings: Settings) -> None:
    async def scenario(cluster: SearchCluster) -> None:
        assert not cluster.enabled
        with pytest.raises(SearchUnavailable):
            await cluster.search("lego-mocs", {})

    with_cluster(settings, "", scenario, opensearch_url=None)


def test_an_index_that_somebody_else_has_just_made_is_made(settings: Settings, server: StandIn) -> None:
    there = {"error": {"type": "resource_already_exists_exception", "reason": "x"}, "status": 400}
    server.answer = lambda _request: in_json(there, 400)

    async def scenario(cluster: SearchCluster) -> str:
        await cluster.create("lego-mocs", {})
        server.answer = lambda _request: in_json({"error": {"type": "invalid_index_name_exception"}}, 400)
        with pytest.raises(SearchUnavailable):
            await cluster.create("lego-mocs", {})
        return cluster.breaker.state

    assert with_cluster(settings, server.url, scenario) == "closed"
