"""The values that fields of several domains may have, and how a 400 names the one that has another."""

import json
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from lego_api.errors import Invalid
from lego_api.schemas import check_text


def _written_tags(text: str) -> Any:
    """A JSON array, or a line with commas. A number is a tag, such as 2024, though it is JSON, too."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = None
    return parsed if isinstance(parsed, list | dict) else text.split(",")


def _tags(value: Any) -> Any:
    """A form sends one text, or one field per tag."""
    if isinstance(value, str):
        value = _written_tags(value)
        check_text(value)  # what JSON had escaped
    if isinstance(value, list):
        tags = [tag.strip() if isinstance(tag, str) else tag for tag in value]
        return [tag for tag in tags if tag != ""]
    return value


def none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def empty_if_none(value: Any) -> Any:
    return [] if value is None else value


def field_problem(name: str, problem: str) -> dict[str, Any]:
    """The details of a 400 as MOCs, the gallery and users have always told them. The wishlist has a list of issues."""
    return {"formErrors": [], "fieldErrors": {name: [problem]}}


def invalid_field(name: str, problem: str) -> Invalid:
    """For what only a service or a whole form can tell."""
    return Invalid("Invalid input", details=field_problem(name, problem))


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Description = Annotated[str, StringConstraints(max_length=100_000)]  # as much of it as is searched
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Tags = Annotated[list[Tag], Field(max_length=100), BeforeValidator(_tags)]
