"""What is measured about searches and the outbox: lines from which CloudWatch makes metrics."""

import json
import logging
from collections.abc import Iterator
from time import time
from typing import Any

import pytest

from lego_api.config import Settings
from lego_api.observability import JsonFormatter
from tests.search import asking
from tests.search.stand_in import Answer, StandIn, hits
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.logs import LogLines, collected_lines
from tests.support.maintenance import maintain
from tests.wishlist.builders import new_item

Line = dict[str, Any]

UNITS = {"Count", "Seconds"}
MAX_LINE = 256 * 1024  # bytes that CloudWatch takes


@pytest.fixture
def metrics(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, "lego_api.metrics"):
        yield caplog


def lines(caplog: pytest.LogCaptureFixture) -> list[Line]:
    """Those written since the last time, as CloudWatch reads them; every one is checked."""
    written = [JsonFormatter().format(record) for record in caplog.records if record.name == "lego_api.metrics"]
    caplog.clear()
    for text in written:
        assert "\n" not in text
        assert len(text.encode()) < MAX_LINE
    return [checked(json.loads(text)) for text in written]


def checked(line: Line) -> Line:
    """By the specification of the embedded metric format."""
    about = line["_aws"]
    assert isinstance(about["Timestamp"], int)
    assert abs(about["Timestamp"] / 1000 - time()) < 600
    (directive,) = about["CloudWatchMetrics"]
    assert directive["Namespace"] == "LegoApi"
    (dimensions,) = directive["Dimensions"]
    assert all(isinstance(line[name], str) and line[name] for name in dimensions)
    (metric,) = directive["Metrics"]
    assert metric["Unit"] in UNITS
    assert isinstance(line[metric["Name"]], int | float)
    return line


def values(of: list[Line], name: str, **dimensions: str) -> list[float]:
    """Of one metric, with just these dimensions."""

    def is_wanted(line: Line) -> bool:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        named = directive["Metrics"][0]["Name"] == name and set(directive["Dimensions"][0]) == dimensions.keys()
        return named and all(line[key] == value for key, value in dimensions.items())

    return [line[name] for line in of if is_wanted(line)]


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(lambda _request: hits()) as server:
        yield server


@pytest.fixture
def api(own_settings: Settings, server: StandIn) -> Iterator[Api]:
    changes: dict[str, Any] = {
        "opensearch_url": server.url,
        "search_timeout": 10.0,
        "breaker_seconds": 0,
        "redis_url": None,
    }
    with serving(own_settings, **changes) as api:
        yield api


def searches(api: Api, log: LogLines, route: asking.Route, text: str | None) -> dict[str, int]:
    """As the line of the request counts them."""
    answer = route.get(api.user(), text)
    assert answer.status_code == 200, answer.text
    line = log.of_request(answer.headers["X-Request-Id"])[-1]
    return {name: line[name] for name in line if name.startswith("Searches")}


def test_searches_by_where_they_were_answered(own_settings: Settings, server: StandIn) -> None:
    changes: dict[str, Any] = {
        "environment": "staging",  # on a developer's machine nothing is measured
        "opensearch_url": server.url,
        "search_timeout": 10.0,
        "breaker_seconds": 0,
        "redis_url": None,
    }
    with collected_lines() as log, serving(own_settings, **changes) as api:
        for route in asking.ROUTES:
            assert searches(api, log, route, "castle") == {"SearchesInIndex": 1}
            assert searches(api, log, route, "%") == {"SearchesInDatabase": 1}
            assert searches(api, log, route, None) == {}, "a list, and no search"
        server.answer = lambda _request: Answer(b"", 503)
        assert searches(api, log, asking.MOCS, "castle") == {"SearchesInDatabase": 1}


def test_a_breaker_tells_of_each_vain_attempt_and_when_it_closes(
    api: Api, server: StandIn, metrics: pytest.LogCaptureFixture
) -> None:
    user = api.user()
    asking.MOCS.ask(user, "castle")
    assert values(lines(metrics), "BreakerOpen", part="opensearch") == []
    server.answer = lambda _request: Answer(b"", 503)
    for _ in range(3):
        asking.MOCS.ask(user, "castle")
    assert values(lines(metrics), "BreakerOpen", part="opensearch") == [1, 1, 1], "an outage that lasts is seen as long"
    server.answer = lambda _request: hits()
    for _ in range(3):
        asking.MOCS.ask(user, "castle")
    assert values(lines(metrics), "BreakerOpen", part="opensearch") == [0]


def test_what_waits_in_the_outbox(
    api: Api, server: StandIn, own_settings: Settings, own_database: Database, metrics: pytest.LogCaptureFixture
) -> None:
    server.answer = lambda _request: Answer(b"", 503)
    for number in range(3):
        new_item(api.user(), f"Castle {number}")
    lines(metrics)
    own_database.fetch("""
        UPDATE outbox SET available_at = available_at - interval '2 hours'
        WHERE id = (SELECT id FROM outbox WHERE kind = 'index' LIMIT 1)
    """)
    own_database.fetch("""
        INSERT INTO outbox (id, kind, payload, available_at, attempts, dead_at)
        SELECT gen_random_uuid(), 'index', '{}', now() at time zone 'UTC' - interval '9 days', 20, now()
        FROM generate_series(1, 2)
    """)
    maintain(own_settings.model_copy(update={"opensearch_url": None}))
    written = lines(metrics)
    (due,), (age,), (dead,) = (values(written, name) for name in ("OutboxDue", "OutboxAge", "OutboxDead"))
    assert (due, dead) == (3, 2)
    assert 0 <= age < 7200 + 600, "of those that are due, and not of the dead"


def test_an_empty_outbox(own_settings: Settings, metrics: pytest.LogCaptureFixture) -> None:
    maintain(own_settings)
    written = lines(metrics)
    assert [values(written, name) for name in ("OutboxDue", "OutboxAge", "OutboxDead")] == [[0], [0], [0]]
