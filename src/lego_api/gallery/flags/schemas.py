"""What flagging takes and answers."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints, field_validator

from lego_api.schemas import Id, RequestSchema, Schema, Timestamp


class FlagCreate(RequestSchema):
    image_id: Id
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] | None = None

    @field_validator("reason")
    @classmethod
    def _blank_is_null(cls, value: str | None) -> str | None:
        return value or None


class FlagOut(Schema):
    id: UUID
    image_id: UUID
    user_id: str
    reason: str | None
    created_at: Timestamp
    last_updated_at: Timestamp


class FlagSaved(Schema):
    message: str
    flag: FlagOut
