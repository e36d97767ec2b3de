"""What the wishlist takes and answers."""

from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from lego_api.schemas import FileUrl, Schema, Timestamp
from lego_api.wishlist.issues import WishlistRequest

T = TypeVar("T")

SORT_ORDER_CHARACTERS = 50


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
SortOrder = Annotated[str, StringConstraints(min_length=1, max_length=SORT_ORDER_CHARACTERS)]
Description = Annotated[str, StringConstraints(max_length=1000)]
Link = Annotated[str, StringConstraints(max_length=2048)]  # an address, or what an old row has
ImageAddress = Annotated[str, StringConstraints(min_length=1, max_length=2048)]  # or what upload-image answered
Category = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class WishlistItemCreate(WishlistRequest):
    title: Title
    sort_order: SortOrder
    description: Description | None = None
    product_link: Link | None = None
    image_url: ImageAddress | None = None
    category: Category | None = None


class WishlistItemUpdate(WishlistRequest):
    """Only what was sent changes; null clears what may be empty."""

    title: Title | None = None
    sort_order: SortOrder | None = None
    description: Description | None = None
    product_link: Link | None = None
    image_url: ImageAddress | None = None
    category: Category | None = None

    @field_validator("title", "sort_order")
    @classmethod
    def _not_cleared(cls, value: str | None) -> str:
        if value is None:
            raise PydanticCustomError("string_type", "must not be null")
        return value


class Reorder(WishlistRequest):
    """`item_orders` is read by `reordering.wanted_orders`, whose errors are recorded in words of their own."""

    item_orders: Any = Field(None, examples=[[{"id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "sortOrder": 1}]])
    request_id: Annotated[str, StringConstraints(max_length=200)] | None = None


class ImageDelete(WishlistRequest):
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
    request_id: str
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
