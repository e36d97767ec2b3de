"""What every domain's requests and answers are made of."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.alias_generators import to_camel


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not a time between the years 1 and 9999") from None


def _milliseconds(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _file_url(value: str | None, info: ValidationInfo) -> str | None:
    return info.context["file_url"](value) if info.context else value


def check_text(value: Any) -> None:
    """Raises `ValueError` for text, or a list with a text, that PostgreSQL cannot store."""
    for text in value if isinstance(value, list) else (value,):
        if not isinstance(text, str):
            continue
        if "\x00" in text:
            raise ValueError("must not contain NUL characters")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("must be valid Unicode") from None


# `YYYY-MM-DDTHH:MM:SS.mmmZ`, always. Accepts any ISO 8601 time; one without an offset is UTC.
Timestamp = Annotated[datetime, AfterValidator(_utc), PlainSerializer(_milliseconds, return_type=str, when_used="json")]

# A stored file reference (object key, or the URL of an old row), answered as the URL that clients fetch.
# Validate with `context={"file_url": storage.url}`.
FileUrl = Annotated[str | None, BeforeValidator(_file_url)]


def _stored_tags(value: Any) -> Any:
    """The old server let anything into the column; what is no text is no tag."""
    return [tag for tag in value if isinstance(tag, str)] if isinstance(value, list) else None


StoredTags = Annotated[list[str] | None, BeforeValidator(_stored_tags)]


_WEB_ADDRESS = TypeAdapter(AnyHttpUrl)
_CONTROL = re.compile(r"[\x00-\x20\x7f]")  # a browser would drop or escape them


def web_address(value: str) -> str:
    """An address as browsers read it (WHATWG). Only http and https: it is put into a link, and so is `javascript:`."""
    try:
        _WEB_ADDRESS.validate_python(value)
    except ValidationError:
        value = ""
    if not value or _CONTROL.search(value):
        raise ValueError("must be an absolute http or https URL")
    return value


# `UUID` reads other spellings, too: one thing would have several addresses.
CANONICAL_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def _canonical(value: Any) -> Any:
    if isinstance(value, str) and not CANONICAL_ID.fullmatch(value):
        raise ValueError("Invalid UUID")
    return value


# An id in the one spelling that paths have, too.
Id = Annotated[UUID, BeforeValidator(_canonical)]


class Schema(BaseModel):
    """Answers: camelCase keys in the order of the fields, null columns present."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, from_attributes=True, serialize_by_alias=True
    )


class Message(Schema):
    message: str


class RequestSchema(Schema):
    """Requests: unknown keys are ignored; NUL characters and lone surrogates are refused."""

    model_config = ConfigDict(serialize_by_alias=False)  # what is dumped are columns

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        check_text(value)
        return value
