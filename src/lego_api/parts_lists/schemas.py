"""What parts lists take and answer."""

import re
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, StringConstraints, field_validator

from lego_api.fields import Title
from lego_api.rows import MocFileOut, PartsListOut
from lego_api.schemas import RequestSchema, Schema

T = TypeVar("T")

ExportFormat = Literal["bricklink-xml", "rebrickable-csv", "pick-a-brick-csv", "csv"]

_COUNT = re.compile(r"[0-9]{1,18}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,12}([.][0-9]{1,4})?", re.ASCII)


def _written(value: Any) -> Any:
    """A number as the text that the columns hold."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _spelled(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"must be {what}")
        return value

    return AfterValidator(check)


def _of_hundred(value: str) -> str:
    if Decimal(value) > 100:
        raise ValueError("must be at most 100")
    return f"{Decimal(value):.2f}"


def _cleared_to(empty: bool | str | None) -> BeforeValidator:
    """Null and an empty text clear: back to what a new list has."""

    def clear(value: Any) -> Any:
        return empty if value is None or value == "" else value

    return BeforeValidator(clear)


# Texts, as the columns are; numbers are taken, too.
Count = Annotated[str, _spelled(_COUNT, "a whole number of at most 18 digits"), BeforeValidator(_written)]
Amount = Annotated[str, _spelled(_AMOUNT, "a number such as 12.50, with at most 4 decimals"), BeforeValidator(_written)]
Percentage = Annotated[Amount, AfterValidator(_of_hundred), _cleared_to("0.00")]
Acquired = Annotated[Count, _cleared_to("0")]
Flag = Annotated[bool, _cleared_to(False)]
OptionalCount = Annotated[Count | None, _cleared_to(None)]
OptionalAmount = Annotated[Amount | None, _cleared_to(None)]
Text = Annotated[Annotated[str, StringConstraints(max_length=5000)] | None, _cleared_to(None)]


class PartsListStatus(RequestSchema):
    """How far the builder is. Only what was sent changes; null clears."""

    built: Flag = False
    purchased: Flag = False
    inventory_percentage: Percentage = "0.00"
    acquired_parts_count: Acquired = "0"
    actual_cost: OptionalAmount = None
    notes: Text = None


class PartsListFields(PartsListStatus):
    """Every column that a client may write."""

    description: Text = None
    total_parts_count: OptionalCount = None
    cost_estimate: OptionalAmount = None


class PartsListCreate(PartsListFields):
    """`file_id`: the MOC's file that the list is about, if any."""

    title: Title
    file_id: UUID | None = None


class PartsListUpdate(PartsListFields):
    title: Title | None = None

    @field_validator("title")
    @classmethod
    def _not_cleared(cls, value: str | None) -> str | None:
        if value is None:
            raise ValueError("must not be null")
        return value


class Answer(Schema, Generic[T]):
    status: int
    message: str
    data: T


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


class Statistics(Schema):
    """Over all lists of a user. Averages and costs are texts with two decimals."""

    total_parts_lists: int
    built_count: int
    purchased_count: int
    average_inventory_percentage: str
    total_parts_count: int
    acquired_parts_count: int
    cost_estimate: str
    actual_cost: str


class RecentPartsList(Schema):
    id: UUID
    moc_id: UUID
    moc_title: str
    parts_list_title: str
    built: bool | None
    purchased: bool | None
    inventory_percentage: str | None
    status: str


class Summary(Schema):
    statistics: Statistics
    recent_parts_lists: list[RecentPartsList]


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
