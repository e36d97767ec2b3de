"""What the wishlist takes and answers."""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator

from lego_api.errors import Invalid, NotFound
from lego_api.schemas import FileUrl, RequestSchema, Schema, Timestamp, WebAddress

T = TypeVar("T")

SORT_ORDER_CHARACTERS = 50
MAX_REORDERED = 1000


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
SortOrder = Annotated[str, StringConstraints(min_length=1, max_length=SORT_ORDER_CHARACTERS)]
Description = Annotated[str, StringConstraints(max_length=1000)]
ImageAddress = Annotated[str, StringConstraints(min_length=1, max_length=2048)]  # or what upload-image answered
Category = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class WishlistItemCreate(RequestSchema):
    title: Title
    sort_order: SortOrder
    description: Description | None = None
    product_link: WebAddress | None = None
    image_url: ImageAddress | None = None
    category: Category | None = None


class WishlistItemUpdate(RequestSchema):
    """Only what was sent changes; null clears what may be empty."""

    title: Title | None = None
    sort_order: SortOrder | None = None
    description: Description | None = None
    product_link: WebAddress | None = None
    image_url: ImageAddress | None = None
    category: Category | None = None

    @field_validator("title", "sort_order")
    @classmethod
    def _not_cleared(cls, value: str | None) -> str | None:
        if value is None:
            raise ValueError("must not be null")
        return value


class Reorder(RequestSchema):
    item_orders: Any = Field(None, examples=[[{"id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "sortOrder": 1}]])
    request_id: Annotated[str, StringConstraints(max_length=200)] | None = None


class ImageDelete(RequestSchema):
    image_url: str | None = None


class WishlistItemOut(Schema):
    id: UUID
    user_id: str
    title: str
    description: str | None
    product_link: str | None
    image_url: FileUrl
    category: str | None
    sort_order: str
    created_at: Timestamp
    updated_at: Timestamp


class Answer(Schema, Generic[T]):
    """The envelope of every wishlist answer."""

    status: int
    message: str
    data: T


class Done(Schema):
    status: int
    message: str


class OneItem(Schema):
    item: WishlistItemOut


class Items(Schema):
    items: list[WishlistItemOut]


class FoundItems(Items):
    total: int
    source: str


class Reordered(Items):
    """`request_id` and `timestamp` only where there is one."""

    request_id: str | None = None
    changed: bool
    timestamp: Timestamp | None = None


class ReorderAccepted(Schema):
    request_id: str | None = None
    debounced: bool
    will_persist_at: Timestamp


class ReorderStatus(Schema):
    has_pending: bool
    request_id: str | None


class FileInfo(Schema):
    """The picture as it was sent: `size` in megabytes."""

    original_name: str
    size: float
    type: str


class UploadedImage(Schema):
    image_url: FileUrl
    file_info: FileInfo


class ItemWithImage(UploadedImage):
    item: WishlistItemOut


def item_orders(given: Any) -> dict[str, str]:
    """The new sort order of each item, by id as sent. Raises `Invalid` with the texts of the old server."""
    if not isinstance(given, list) or not given:
        raise Invalid("itemOrders must be a non-empty array")
    if len(given) > MAX_REORDERED:
        raise Invalid(f"itemOrders must have at most {MAX_REORDERED} items")
    orders = {str(_id(entry)): _sort_order(entry) for entry in given}
    if len(orders) < len(given):
        raise NotFound("One or more wishlist items not found")  # what the old server said to an id sent twice
    return orders


def _id(entry: Any) -> str:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str) or not entry["id"]:
        raise Invalid("Each item must have id and sortOrder properties")
    return str(entry["id"])


def _sort_order(entry: Mapping[str, Any]) -> str:
    value = entry.get("sortOrder")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Invalid("Each item must have id and sortOrder properties")
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if len(text) > SORT_ORDER_CHARACTERS or "\x00" in text:
        raise Invalid(f"sortOrder must be a number or a text of at most {SORT_ORDER_CHARACTERS} characters")
    return text
