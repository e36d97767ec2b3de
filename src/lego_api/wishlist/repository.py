"""Wishlist rows. They are private: nothing here starts from anything but the user's own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Select, bindparam, case, cast, func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from lego_api.fulltext import matching
from lego_api.models import WishlistItem
from lego_api.repository import OwnedRepository

# The old server stored any text. What has more digits than these is sorted as text: a cast could not hold it.
NUMBER = r"^[+-]?[0-9]{1,50}(\.[0-9]{1,50})?([eE][+-]?[0-9]{1,2})?$"

# `2` before `10`, and numbers before what is none.
ORDER: tuple[ColumnElement[Any], ...] = (
    case((WishlistItem.sort_order.regexp_match(NUMBER), cast(WishlistItem.sort_order, Numeric))).asc().nulls_last(),
    WishlistItem.sort_order.asc(),
    WishlistItem.created_at.asc(),
    WishlistItem.id.asc(),
)

REORDER = text("""
    UPDATE wishlist_items SET sort_order = orders.value, updated_at = :updated_at
    FROM jsonb_each_text(:orders) AS orders
    WHERE wishlist_items.id = orders.key::uuid AND wishlist_items.user_id = :user_id
""").bindparams(bindparam("orders", type_=JSONB))


class WishlistRepository(OwnedRepository[WishlistItem]):
    model = WishlistItem
    missing = "Wishlist item not found"

    async def get_to(self, verb: str, id: str, *, for_update: bool = False) -> WishlistItem:
        """The user's own item. Raises `NotFound` in the words recorded for who wanted to `verb` it."""
        missing = f"Wishlist item not found or you do not have permission to {verb} it"
        return await self.get(id, missing=missing, for_update=for_update)

    async def sorted(self, category: str | None = None) -> Sequence[WishlistItem]:
        return (await self.session.scalars(self.in_category(category).order_by(*ORDER))).all()

    async def search(
        self, words: str, category: str | None, offset: int, size: int
    ) -> tuple[Sequence[WishlistItem], int]:
        """A page of the items that match, and how many there are in all; the most relevant first.

        Without words to look for, in the order of the list.
        """
        found = self.in_category(category)
        order = ORDER
        if words:
            title, vector, document = WishlistItem.title, WishlistItem.search_vector, WishlistItem.search_text
            matches, relevance = matching(words, headline=title, vector=vector, document=document)
            found, order = found.where(matches), (relevance.desc(), *ORDER)
        page = found.order_by(*order).offset(offset).limit(size)
        return (await self.session.scalars(page)).all(), await self.total(found)

    async def lock(self, ids: Sequence[UUID]) -> Mapping[UUID, WishlistItem]:
        """The items among these ids, locked in one order, so that two reorderings cannot wait for each other."""
        statement = self.owned().where(WishlistItem.id.in_(ids)).order_by(WishlistItem.id).with_for_update()
        return {item.id: item for item in await self.session.scalars(statement)}

    async def reorder(self, orders: Mapping[UUID, str], at: datetime) -> None:
        values: dict[str, Any] = {
            "orders": {str(id): order for id, order in orders.items()},
            "updated_at": at.replace(tzinfo=None),
            "user_id": self.user_id,
        }
        await self.session.execute(REORDER, values)
        self.session.expire_all()

    async def hold_images(self) -> None:
        """Until the transaction ends, nobody else changes which pictures this user's items show.

        To be called before any row is locked: who waits here must hold nothing that others wait for.
        """
        key = func.hashtextextended(f"wishlist images of {self.user_id}", 0)
        await self.session.execute(select(func.pg_advisory_xact_lock(key)))

    async def shows_image(self, reference: str) -> bool:
        """Whether any item does."""
        showing = self.owned().where(WishlistItem.image_url == reference)
        return bool(await self.session.scalar(select(showing.exists())))

    async def clear_image(self, reference: str) -> None:
        """Takes it off every item, locking them in the same order as a reordering."""
        showing = self.owned().where(WishlistItem.image_url == reference)
        for item in (await self.session.scalars(showing.order_by(WishlistItem.id).with_for_update())).all():
            await self.update(item, {"image_url": None})

    def in_category(self, category: str | None) -> Select[WishlistItem]:
        return self.owned().where(WishlistItem.category == category) if category else self.owned()
