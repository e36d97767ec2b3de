"""Rows of the old schema, held against what the API answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.support.clients import Api
from tests.support.express_queries import Row


def answer(api: Api, user_id: str, path: str) -> Any:
    response = api.user(user_id).get(path)
    assert response.status_code == 200, f"{path}: {response.text}"
    return response.json()


def recorded(row: Row) -> dict[str, Any]:
    """The row as the old server answers it."""
    return {_camel(name): _written(value) for name, value in row.items()}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _written(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat(timespec="milliseconds") + "Z"
    return value


def shown(tags: Any) -> list[str] | None:
    """Tags are texts, and no page could use anything else."""
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else None


def assert_answered(items: list[Mapping[str, Any]], stored: list[Row]) -> None:
    """Each row once, with everything that the old server knows of it."""
    expected = {str(row["id"]): recorded(row) for row in stored}
    assert sorted(item["id"] for item in items) == sorted(expected)
    for item in items:
        row = expected[item["id"]]
        if "flagged" in row:
            row["flagged"] = bool(row["flagged"])
        if "tags" in row:
            row["tags"] = shown(row["tags"])
        assert {name: item.get(name, "is missing") for name in row} == row
