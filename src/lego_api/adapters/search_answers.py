"""Reads what OpenSearch answers. Who answers may be a proxy, or nobody who knows of searches: nothing is believed."""

from collections.abc import Mapping, Sequence
from typing import Any


class Malformed(Exception):
    """An answer that is not whole, or not one of OpenSearch's."""


def hits(answer: Any) -> Mapping[str, Any]:
    """Those of a search that all shards have answered, in time; each has an `_id`."""
    match answer:
        case {
            "timed_out": False,
            "_shards": {"failed": 0},
            "hits": {"total": {"value": int()}, "hits": list(found)} as whole,
        } if all(isinstance(hit, dict) and isinstance(hit.get("_id"), str) for hit in found):
            return dict(whole)
    raise Malformed("hits")


def outcomes(answer: Any, count: int) -> Sequence[Mapping[str, Any]]:
    """Of so many operations, in their order; each has a `status`."""
    match answer:
        case {"items": list(items)} if len(items) == count:
            return [_outcome(item) for item in items]
    raise Malformed("outcomes")


def _outcome(item: Any) -> Mapping[str, Any]:
    """Of an item, whose only key is what was to be done."""
    match list(item.values()) if isinstance(item, dict) else ():
        case [{"status": int()} as outcome]:
            return dict(outcome)
    raise Malformed("an outcome")


def aliases(answer: Any) -> Mapping[str, frozenset[str]]:
    """Of each index."""
    try:
        return {name: frozenset(about["aliases"]) for name, about in answer.items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise Malformed("aliases") from error
