"""What parts lists take and answer."""

from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, StringConstraints, field_validator

from lego_api.fields import Description, Title, none_if_empty
from lego_api.rows import MocFileOut, PartsListOut
from lego_api.schemas import RequestSchema, Schema

T = TypeVar("T")

ExportFormat = Literal["bricklink-xml", "rebrickable-csv", "pick-a-brick-csv", "csv"]


def _number_text(value: Any) -> Any:
    """A number, or a text of one: the columns are texts."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else none_if_empty(value)


NumberText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}([.][0-9]{1,4})?$"), BeforeValidator(_number_text)]
CountText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$"), BeforeValidator(_number_text)]


class PartsListFields(RequestSchema):
    """Every column that a client may write. Null clears."""

    description: Description | None = None
    built: bool = False
    purchased: bool = False
    inventory_percentage: NumberText | None = None
    total_parts_count: CountText | None = None
    acquired_parts_count: CountText | None = None
    cost_estimate: NumberText | None = None
    actual_cost: NumberText | None = None
    notes: Description | None = None

    @field_validator("description", "notes", mode="before")
    @classmethod
    def _empty_is_null(cls, value: Any) -> Any:
        return none_if_empty(value)


class PartsListCreate(PartsListFields):
    title: Title


class PartsListUpdate(PartsListFields):
    """Only what was sent changes."""

    title: Title | None = None

    @field_validator("title")
    @classmethod
    def _not_cleared(cls, value: str | None) -> str | None:
        if value is None:
            raise ValueError("must not be null")
        return value


class PartsListStatus(RequestSchema):
    """How far the builder is."""

    built: bool | None = None
    purchased: bool | None = None
    inventory_percentage: NumberText | None = None
    acquired_parts_count: CountText | None = None


class Answer(Schema, Generic[T]):
    status: int
    message: str
    data: T


class Done(Schema):
    status: int
    message: str


class PartOut(Schema):
    """`part_system` and `color_system` say whose ids these are; null: nobody knows."""

    number: int
    part_id: str
    quantity: int
    part_system: str | None
    color_id: str | None
    color_system: str | None
    color_name: str | None
    name: str | None
    is_spare: bool
    item_type: str
    element_id: str | None


class PartsPage(Schema):
    parts: list[PartOut]
    total: int
    page: int
    limit: int


class Summary(Schema):
    """Over all lists of a user; costs as texts with two decimals."""

    total_lists: int
    built_lists: int
    purchased_lists: int
    total_parts: int
    acquired_parts: int
    cost_estimate: str
    actual_cost: str


class Parsing(Schema):
    """`success` is false while the file is still to be read; then the counts are null."""

    total_piece_count: int | None
    unique_parts: int | None
    format: str | None
    success: bool


class CountedMoc(Schema):
    id: UUID
    total_piece_count: int | None


class Uploaded(Schema):
    file: MocFileOut
    parts_list: PartsListOut
    parsing: Parsing
    moc: CountedMoc


class PartsListUploaded(Schema):
    message: str
    data: Uploaded
