"""The values that only MOCs and sets have."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from lego_api.fields import Tags, none_if_empty
from lego_api.schemas import Timestamp

MocType = Literal["moc", "set"]
MocSort = Literal["newest", "oldest", "updated", "title"]

INT4_MAX = 2**31 - 1


def _not_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


def _written_out(value: Any) -> Any:
    """Pydantic would take a number, and a text of digits, for the seconds since 1970."""
    if isinstance(value, datetime | date) or (isinstance(value, str) and "-" in value.strip()[1:]):
        return value
    raise ValueError("must be a date or a time in ISO 8601, such as 2024-05-01 or 2024-05-01T10:00:00Z")


def _no_other_json(value: Any) -> Any:
    """A text that is JSON has to be a list, as the old server had it."""
    try:
        is_list = not isinstance(value, str) or isinstance(json.loads(value), list)
    except (ValueError, RecursionError):
        return value
    if not is_list:
        raise ValueError("Input should be a valid list")
    return value


MocTags = Annotated[Tags, BeforeValidator(_no_other_json)]
Count = Annotated[int, Field(ge=1, le=INT4_MAX), BeforeValidator(_not_boolean)]
Year = Annotated[int, Field(ge=1900, le=2200)]
Moment = Annotated[Timestamp, BeforeValidator(_written_out)]
TypeFilter = Annotated[MocType | None, BeforeValidator(none_if_empty)]
SortBy = Annotated[MocSort, BeforeValidator(lambda value: value or "newest")]
ImageAddress = Annotated[str, StringConstraints(max_length=2048)]  # absolute, or the URL of one of the MOC's files
