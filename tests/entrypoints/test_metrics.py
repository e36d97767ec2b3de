"""What the functions measure is of their environment, and is written whatever the level of messages is."""

import json
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from tests.entrypoints.test_http_module import INVOKE
from tests.faults.processes import python
from tests.support.clients import event_of

ROUTE, MAINTENANCE = "http", "maintenance"


def lines(settings: Settings, module: str, event: Any, level: str) -> list[dict[str, Any]]:
    """What one invocation writes."""
    code = INVOKE.replace("entrypoints.http", f"entrypoints.{module}")
    with python(settings, "-c", code, ENVIRONMENT="staging", LOG_LEVEL=level) as process:
        output, _ = process.communicate(json.dumps(event) + "\n", timeout=300)
    return [json.loads(line) for line in output.splitlines() if not line.startswith("ANSWER ")]


@pytest.mark.parametrize("level", ["INFO", "WARNING", "CRITICAL"])
def test_of_a_request(settings: Settings, level: str) -> None:
    event = event_of(httpx.Request("GET", "https://api.example.com/health/live"))
    (line,) = lines(settings, ROUTE, event, level)
    assert {directive["Namespace"] for directive in line["_aws"]["CloudWatchMetrics"]} == {"LegoApi/staging"}
    assert (line["ColdStarts"], line["route"]) == (1, "/health/live")
    assert ("status" in line) == (level == "INFO")


def test_of_the_outbox(own_settings: Settings) -> None:
    written = lines(own_settings, MAINTENANCE, {}, "WARNING")
    namespaces = [line["_aws"]["CloudWatchMetrics"][0]["Namespace"] for line in written if "_aws" in line]
    assert namespaces == ["LegoApi/staging"] * 3
    assert [line["OutboxDue"] for line in written if "OutboxDue" in line] == [0]
