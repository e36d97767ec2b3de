"""The values a MOC's fields may have, and how a 400 names the one that has another."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from lego_api.errors import Invalid
from lego_api.schemas import Timestamp, check_text

MocType = Literal["moc", "set"]
MocSort = Literal["newest", "oldest", "updated", "title"]

INT4_MAX = 2**31 - 1


def _tags(value: Any) -> Any:
    """A form sends a JSON array as text, or one field per tag, or a line with commas."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = value.split(",")
        check_text(value)  # what JSON had escaped
    if isinstance(value, list):
        tags = [tag.strip() if isinstance(tag, str) else tag for tag in value]
        return [tag for tag in tags if tag != ""]
    return value


def _not_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


def _written_out(value: Any) -> Any:
    """Pydantic would take a number, and a text of digits, for the seconds since 1970."""
    if isinstance(value, datetime | date) or (isinstance(value, str) and "-" in value.strip()[1:]):
        return value
    raise ValueError("must be a date or a time in ISO 8601, such as 2024-05-01 or 2024-05-01T10:00:00Z")


def none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def empty_if_none(value: Any) -> Any:
    return [] if value is None else value


def field_problem(name: str, problem: str) -> dict[str, Any]:
    """The details of a 400 in the form this domain has always used."""
    return {"formErrors": [], "fieldErrors": {name: [problem]}}


def invalid_field(name: str, problem: str) -> Invalid:
    """For what only a service or a whole form can tell."""
    return Invalid("Invalid input", details=field_problem(name, problem))


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Description = Annotated[str, StringConstraints(max_length=100_000)]  # as much of it as is searched
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Tags = Annotated[list[Tag], Field(max_length=100), BeforeValidator(_tags)]
Count = Annotated[int, Field(ge=1, le=INT4_MAX), BeforeValidator(_not_boolean)]
Year = Annotated[int, Field(ge=1900, le=2200)]
Moment = Annotated[Timestamp, BeforeValidator(_written_out)]
TypeFilter = Annotated[MocType | None, BeforeValidator(none_if_empty)]
SortBy = Annotated[MocSort, BeforeValidator(lambda value: value or "newest")]
ImageAddress = Annotated[str, StringConstraints(max_length=2048)]  # absolute, or the URL of one of the MOC's files
