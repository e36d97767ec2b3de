"""The order that a request asks for, as new sort orders of items."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeGuard
from uuid import UUID

from lego_api.errors import Forbidden, NotFound
from lego_api.repository import parse_id
from lego_api.schemas import check_text
from lego_api.wishlist.issues import refused
from lego_api.wishlist.schemas import SORT_ORDER_CHARACTERS

MAX_REORDERED = 1000


def wanted_orders(given: Any) -> dict[UUID, str]:
    """The new sort order of each item. Raises `Invalid`, `Forbidden` or `NotFound` in the words of the old server."""
    if not isinstance(given, list) or not given:
        raise refused("itemOrders must be a non-empty array", "itemOrders")
    if len(given) > MAX_REORDERED:
        raise refused(f"itemOrders must have at most {MAX_REORDERED} items", "itemOrders")
    pairs = [(_id(entry, index), _sort_order(entry, index)) for index, entry in enumerate(given)]
    orders = {parse_id(id, not_yours()): order for id, order in pairs}
    if len(orders) < len(pairs):
        raise NotFound("One or more wishlist items not found")  # what the old server said to an id sent twice
    return orders


def not_yours() -> Forbidden:
    return Forbidden("You can only reorder your own wishlist items")


def _id(entry: Any, index: int) -> str:
    id = entry.get("id") if isinstance(entry, Mapping) else None
    if not isinstance(id, str) or not id:
        raise refused("Each item must have id and sortOrder properties", "itemOrders", index, "id")
    return id


def _sort_order(entry: Mapping[str, Any], index: int) -> str:
    path = ("itemOrders", index, "sortOrder")
    value = entry.get("sortOrder")
    if not _is_number_or_text(value):
        raise refused("Each item must have id and sortOrder properties", *path)
    text = value if isinstance(value, str) else _plain_number(value)
    if len(text) > SORT_ORDER_CHARACTERS:
        raise refused(f"sortOrder must have at most {SORT_ORDER_CHARACTERS} characters", *path)
    try:
        check_text(text)
    except ValueError as error:
        raise refused(f"sortOrder {error}", *path) from None
    return text


def _is_number_or_text(value: Any) -> TypeGuard[int | float | str]:
    if isinstance(value, float):
        return math.isfinite(value)  # Python reads NaN and Infinity, though JSON has neither
    return isinstance(value, int | str) and not isinstance(value, bool)


def _plain_number(value: float) -> str:
    """Without an exponent, and without decimals that say nothing."""
    return str(int(value)) if value == int(value) else f"{Decimal(repr(value)):f}"
