"""A user's wishlist: what they want, in the order they want it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_wishlist, wishlist_scope
from lego_api.db import UnitOfWork
from lego_api.models import WishlistItem, utc_now
from lego_api.resources import Resources
from lego_api.search_index import WISHES, Wanted, search
from lego_api.wishlist.image_references import ImageReferences
from lego_api.wishlist.issues import check_link, refused
from lego_api.wishlist.reordering import not_yours, wanted_orders
from lego_api.wishlist.repository import WishlistRepository
from lego_api.wishlist.schemas import (
    Answer,
    FoundItems,
    Items,
    Reordered,
    WishlistItemCreate,
    WishlistItemOut,
    WishlistItemUpdate,
)

ITEMS = TypeAdapter(list[WishlistItemOut])


class WishlistService:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._items = WishlistRepository(work.session, caller.user_id)
        self._images = ImageReferences(work, self._items, caller.user_id, resources)
        self._user_id = caller.user_id
        self._cache = resources.cache
        self._index = resources.search_index
        self._context = {"file_url": resources.storage.url}

    async def all(self, category: str | None) -> bytes:
        """The whole list as JSON, without paging, as the web app expects it."""

        async def load() -> Answer[Items]:
            items = Items(items=self._out(await self._items.sorted(category)))
            return Answer(status=200, message="Wishlist retrieved successfully", data=items)

        return await self._cache.get_json(wishlist_scope(self._user_id), ["list", category or None], load)

    async def search(self, words: str, category: str | None, offset: int, size: int) -> FoundItems:
        filters = {"category.exact": category} if category else {}
        order = (("created_at", "asc"),)  # mostly that of the list, which the index does not know
        wanted = Wanted(WISHES, words, self._user_id, offset, size, filters, order)

        async def load(ids: Sequence[UUID]) -> Sequence[WishlistItem]:
            return await self._items.load(self._items.in_category(category), ids)

        async def fall_back() -> tuple[Sequence[WishlistItem], int]:
            return await self._items.search(words, category, offset, size)

        found = await search(self._index, wanted, load, fall_back)
        return FoundItems(items=self._out(found.rows), total=found.total, source=found.source)

    async def get(self, id: str) -> WishlistItemOut:
        return self._out([await self._items.get(id)])[0]

    async def create(self, data: WishlistItemCreate) -> WishlistItemOut:
        values = data.model_dump()
        check_link(data.product_link)
        if data.image_url:
            await self._images.hold()
            values["image_url"] = await self._images.take(data.image_url, None)
        item = await self._items.add(WishlistItem(**values))
        self._changed(item)
        return self._out([item])[0]

    async def update(self, id: str, data: WishlistItemUpdate) -> WishlistItemOut:
        changes = data.model_dump(exclude_unset=True)
        if "image_url" in changes:
            await self._images.hold()
        item = await self._items.get_to("modify", id, for_update=True)
        shown = item.image_url
        if data.product_link != item.product_link:  # what is there already may be any text of the old server
            check_link(data.product_link)
        if "image_url" in changes:
            changes["image_url"] = await self._images.take(data.image_url, shown)
        item = await self._items.update(item, changes)
        if item.image_url != shown:
            await self._images.release(shown)
        self._changed(item)
        return self._out([item])[0]

    async def delete(self, id: str) -> None:
        await self._images.hold()
        item = await self._items.get_to("delete", id, for_update=True)
        await self._items.delete(item)
        await self._images.release(item.image_url)
        self._changed(item)

    async def reorder(self, given: Any, request_id: str | None) -> Reordered:
        """Sets all the orders or none. Raises `Forbidden` when one of the ids is not the user's."""
        orders = wanted_orders(given)
        items = await self._items.lock(list(orders))
        if len(items) < len(orders):
            raise not_yours()
        extra: dict[str, Any] = {} if request_id is None else {"request_id": request_id}
        changed = any(items[id].sort_order != order for id, order in orders.items())
        if changed:
            extra["timestamp"] = utc_now()
            await self._items.reorder(orders, extra["timestamp"])
            self._changed()
        return Reordered(items=self._out(await self._items.sorted()), changed=changed, **extra)

    async def delete_image(self, url: str | None) -> None:
        """Deletes one of the caller's own pictures, and takes it off the items that show it."""
        if not url:
            raise refused("Image URL is required", "imageUrl")
        await self._images.hold()
        await self._images.remove(url)
        self._changed()

    def _changed(self, *searched: WishlistItem) -> None:
        """The list, and of these items what they are found by."""
        self._index.changed(self._work, WISHES, [item.id for item in searched])
        self._work.after_commit(lambda: self._cache.forget(*showing_wishlist(self._user_id)))

    def _out(self, items: Sequence[WishlistItem]) -> list[WishlistItemOut]:
        return ITEMS.validate_python(items, from_attributes=True, context=self._context)
