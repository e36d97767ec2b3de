"""Metrics as log lines in CloudWatch's embedded metric format: no call, no agent, and elsewhere just lines.

What happens in a request is counted with it and written in its one line. Every combination of dimensions is a metric of
its own, and is paid for: they are few, and have few values.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from lego_api.observability import current_request

APPLICATION = "LegoApi"
MILLISECONDS, SECONDS, COUNT = "Milliseconds", "Seconds", "Count"

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)  # whatever the level of messages is: these are none

_namespace = APPLICATION


def configure(environment: str) -> None:
    """For the process: environments that share an account have each a namespace of their own, which costs nothing."""
    global _namespace
    _namespace = f"{APPLICATION}/{environment}"


def count(name: str, number: int = 1) -> None:
    """Adds to a metric without dimensions."""
    if request := current_request.get():
        request.counts[name] += number
    else:
        emit(name, number)


def emit(name: str, value: float, unit: str = COUNT, **dimensions: str) -> None:
    """Writes one value at once."""
    write(_embedded([_directive([list(dimensions)], {name: unit})], {name: value, **dimensions}))


def write(embedded: Mapping[str, Any]) -> None:
    """In a line of its own, which no level of messages keeps back."""
    logger.info("metric", extra=dict(embedded))


def of_request(route: str | None, milliseconds: float, counts: Mapping[str, float]) -> dict[str, Any]:
    """For the line of a request. `Latency` is there for all and by route; CloudWatch counts its samples, too."""
    directives = [_directive([[], ["route"]] if route else [[]], {"Latency": MILLISECONDS})]
    if counts:
        directives.append(_directive([[]], dict.fromkeys(counts, COUNT)))
    return _embedded(directives, {"Latency": milliseconds, **counts})


def _embedded(directives: list[dict[str, Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    return {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives}, **values}


def _directive(dimensions: list[list[str]], units: Mapping[str, str]) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": unit} for name, unit in units.items()]
    return {"Namespace": _namespace, "Dimensions": dimensions, "Metrics": metrics}
