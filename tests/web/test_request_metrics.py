"""What the line of a request tells CloudWatch, in its embedded metric format."""

import logging
from collections.abc import Iterator

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.faults import Proxy, serving
from tests.support.logs import Line, LogLines
from tests.support.pictures import JPEG

SEARCH = "/api/mocs/search?size=1"


@pytest.fixture
def measured(settings: Settings) -> Iterator[Api]:
    """Not as on a developer's machine, where nothing is measured."""
    with serving(settings, environment="staging") as api:
        yield api


def line_of(log: LogLines, answer: httpx.Response) -> Line:
    return log.of_request(answer.headers["X-Request-Id"])[-1]


def metrics(line: Line) -> dict[str, set[tuple[str, ...]]]:
    """The sets of dimensions by metric. Every one is checked by the specification."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for directive in line["_aws"]["CloudWatchMetrics"]:
        assert directive["Namespace"].startswith("LegoApi")
        assert all(isinstance(line[name], str) for dimensions in directive["Dimensions"] for name in dimensions)
        for metric in directive["Metrics"]:
            assert metric["Unit"] in {"Count", "Milliseconds"}
            assert isinstance(line[metric["Name"]], int | float)
            found.setdefault(metric["Name"], set()).update(map(tuple, directive["Dimensions"]))
    return found


def test_latency_for_all_and_by_route(measured: Api, log: LogLines) -> None:
    line = line_of(log, measured.user().get("/api/mocs/00000000-0000-4000-8000-000000000000"))
    assert (line["status"], line["route"]) == (404, "/api/mocs/{moc_id}")
    assert metrics(line)["Latency"] == {(), ("route",)}
    assert line["Latency"] == line["milliseconds"]
    assert "Errors" not in metrics(line), "it is none of ours"
    unknown = line_of(log, measured.client().get("/nope/5"))
    assert metrics(unknown)["Latency"] == {()}, "no address becomes a dimension"


def test_hits_and_misses_of_the_cache(measured: Api, log: LogLines) -> None:
    user = measured.user()
    first, second = (line_of(log, user.get("/api/mocs")) for _ in range(2))
    assert (first.get("CacheMisses"), first.get("CacheHits")) == (1, None)
    assert (second.get("CacheMisses"), second.get("CacheHits")) == (None, 1)
    assert metrics(second)["CacheHits"] == {()}


def test_what_was_made(measured: Api, log: LogLines) -> None:
    user = measured.user()
    created = line_of(log, user.post("/api/mocs", json={"title": f"Castle of {user.id}"}))
    assert created["MocsCreated"] == 1
    assert metrics(created)["MocsCreated"] == {()}
    refused = line_of(log, user.post("/api/mocs", json={"title": f"Castle of {user.id}"}))
    assert refused["status"] == 409
    assert "MocsCreated" not in refused
    pictured = line_of(log, user.post("/api/images", files={"image": ("p.jpg", JPEG, "image/jpeg")}))
    assert pictured["ImagesProcessed"] >= 1


def test_errors_of_ours(settings: Settings, log: LogLines) -> None:
    with Proxy(settings.database_url) as database:
        database.refuse()
        with serving(settings, environment="staging", database_url=database.url, redis_url=None) as api:
            line = line_of(log, api.client().get(SEARCH))
    assert (line["status"], line["Errors"], line["level"]) == (503, 1, "ERROR")
    assert metrics(line)["Errors"] == {()}


def test_where_only_warnings_are_written_the_metrics_still_are(measured: Api, log: LogLines) -> None:
    requests = logging.getLogger("lego_api.request")
    requests.setLevel(logging.WARNING)
    try:
        answer = measured.client().get(SEARCH)
        line = log.next()
    finally:
        requests.setLevel(logging.NOTSET)
    assert answer.status_code == 200
    assert (line["message"], line["requestId"]) == ("metric", answer.headers["X-Request-Id"])
    assert metrics(line)["Latency"] == {(), ("route",)}
    assert (line["route"], "status" in line) == ("/api/mocs/search", False)


def test_nothing_is_measured_on_a_developers_machine(over_http: Api, log: LogLines) -> None:
    assert "_aws" not in line_of(log, over_http.client().get(SEARCH))
