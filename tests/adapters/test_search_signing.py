"""Requests to a domain that wants them signed: a server that knows the key refuses what is signed wrongly."""

import gzip
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from botocore.credentials import Credentials

from lego_api.adapters.search import SearchCluster, operation
from lego_api.config import Settings
from lego_api.errors import SearchUnavailable
from lego_api.search_index import GALLERY_IMAGES, MOCS, Wanted
from tests.adapters.search_clusters import with_cluster
from tests.search import asking
from tests.search.signatures import WronglySigned, check_signature
from tests.search.stand_in import Answer, Request, StandIn, hits, in_json
from tests.support.faults import serving

KEY, SECRET, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "Fwo+token/with=signs"
AWS = {"opensearch_auth": "aws", "aws_region": "eu-central-1"}
ODD_TEXT = 'Zürich 城 🏰 "a" & b=c + d/e?f#g %20 \u2028'


class Domain(StandIn):
    """Answers as OpenSearch does what is signed right, and remembers what was not."""

    def __init__(self) -> None:
        super().__init__(self._checked)
        self.refusals: list[str] = []
        self.credentials = Credentials(KEY, SECRET)

    def _checked(self, request: Request) -> Answer:
        try:
            check_signature(request, self.credentials, region="eu-central-1", service="es")
        except WronglySigned as error:
            self.refusals.append(f"{request.method} {request.target}: {error}")
            return in_json({"message": "The request signature we calculated does not match"}, 403)
        if request.path.endswith("/_search"):
            return hits()
        if request.path.endswith("/_bulk"):
            return in_json({"items": [{"index": {"status": 201}}]})
        return in_json({} if request.method == "GET" else {"acknowledged": True})


@pytest.fixture
def domain() -> Iterator[Domain]:
    with Domain() as domain:
        yield domain


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Those of a function's environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    return monkeypatch


async def everything(cluster: SearchCluster) -> None:
    """Each kind of request once: with parameters, bodies, patterns, and signs that a query or a path may hold."""
    await cluster.ping()
    await cluster.search("lego-mocs", Wanted(MOCS, ODD_TEXT, "auth0|a+b/c=", 10, 20, {"tags.exact": "a & b"}).body())
    await cluster.search("lego-mocs,lego wishes", {"query": {"match_all": {}}}, seconds=0.5 + 9)
    document = {"title": ODD_TEXT, "description": "x" * 5_000}
    await cluster.bulk("lego-mocs", [operation("index", str(uuid4()), 7, document)], refresh=True)
    await cluster.create("lego-mocs-000001", {**GALLERY_IMAGES.mapping, "aliases": {"lego.filling": {}}})
    await cluster.indices("lego-*")
    await cluster.change_aliases([{"add": {"index": "lego-mocs-000001", "alias": "lego-mocs"}}])
    await cluster.refresh("lego-mocs")
    await cluster.delete("lego-mocs-000001")


KINDS_OF_REQUESTS = 9


@pytest.mark.parametrize("token", [None, TOKEN], ids=["key", "session"])
def test_every_request_is_signed_right(
    settings: Settings, domain: Domain, credentials: pytest.MonkeyPatch, token: str | None
) -> None:
    if token:
        credentials.setenv("AWS_SESSION_TOKEN", token)
        domain.credentials = Credentials(KEY, SECRET, token)
    with_cluster(settings, domain.url, everything, **AWS)
    assert domain.refusals == []
    assert len(domain.requests) == KINDS_OF_REQUESTS


def test_what_is_signed_is_what_is_sent_packed(settings: Settings, domain: Domain) -> None:
    with_cluster(settings, domain.url, everything, **AWS)
    with_bodies = [request for request in domain.requests if request.body]
    assert len(with_bodies) == 5
    for request in with_bodies:
        assert request.headers["content-encoding"] == "gzip"
        assert "content-encoding" in request.headers["authorization"], "it is signed, too"
    (bulk,) = [gzip.decompress(request.body) for request in with_bodies if request.path.endswith("/_bulk")]
    assert [json.loads(line) for line in bulk.splitlines()][1]["title"] == ODD_TEXT
    assert bulk.endswith(b"\n")


def test_the_server_of_these_tests_refuses_what_is_signed_with_another_key(settings: Settings, domain: Domain) -> None:
    domain.credentials = Credentials(KEY, "another")
    with pytest.raises(SearchUnavailable):
        with_cluster(settings, domain.url, lambda cluster: cluster.search("lego-mocs", {}), **AWS)
    assert domain.refusals == ["POST /lego-mocs/_search?allow_partial_search_results=false: the signature is wrong"]
    domain.refusals.clear()
    with pytest.raises(SearchUnavailable):
        with_cluster(settings, domain.url, lambda cluster: cluster.search("lego-mocs", {}))
    assert domain.refusals == ["POST /lego-mocs/_search?allow_partial_search_results=false: not signed"]


def test_credentials_are_looked_up_when_they_are_first_needed(
    settings: Settings, domain: Domain, credentials: pytest.MonkeyPatch
) -> None:
    credentials.setenv("AWS_ACCESS_KEY_ID", "too early")

    async def scenario(cluster: SearchCluster) -> None:
        credentials.setenv("AWS_ACCESS_KEY_ID", KEY)
        await cluster.search("lego-mocs", {})

    with_cluster(settings, domain.url, scenario, **AWS)
    assert domain.refusals == []


def without_credentials(credentials: pytest.MonkeyPatch) -> None:
    credentials.delenv("AWS_ACCESS_KEY_ID")
    credentials.delenv("AWS_SECRET_ACCESS_KEY")
    credentials.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        credentials.setenv(name, "/dev/null")


def test_without_credentials_postgresql_answers_until_there_are_some(
    module_settings: Settings, domain: Domain, credentials: pytest.MonkeyPatch
) -> None:
    without_credentials(credentials)
    with serving(module_settings, opensearch_url=domain.url, breaker_seconds=0, search_timeout=10.0, **AWS) as api:
        found = asking.MOCS.ask(api.client(), "castle")
        assert (found.total, found.source) == (0, "database")
        assert domain.requests == []
        credentials.setenv("AWS_ACCESS_KEY_ID", KEY)
        credentials.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        assert asking.MOCS.ask(api.client(), "castle").source == "opensearch"
        assert domain.refusals == []


def test_credentials_that_cannot_be_renewed_are_no_500(
    settings: Settings, domain: Domain, credentials: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """As from a process that once gave some, and fails later."""
    without_credentials(credentials)
    script, config = tmp_path / "keys.sh", tmp_path / "config"
    given = {"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET, "Expiration": "2020-01-01T00:00:00Z"}
    once = f"[ -e {tmp_path}/again ] && exit 1; touch {tmp_path}/again"
    script.write_text(f"#!/bin/sh\n{once}\necho '{json.dumps(given)}'\n")
    script.chmod(0o700)
    config.write_text(f"[default]\ncredential_process = {script}\n")
    credentials.setenv("AWS_CONFIG_FILE", str(config))
    with pytest.raises(SearchUnavailable):
        with_cluster(settings, domain.url, lambda cluster: cluster.search("lego-mocs", {}), **AWS)
    assert domain.requests == []
