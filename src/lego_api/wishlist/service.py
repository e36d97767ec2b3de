"""A user's wishlist: what they want, in the order they want it."""

from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from lego_api.db import UnitOfWork
from lego_api.errors import Forbidden, Invalid, NotFound
from lego_api.models import WishlistItem, utc_now
from lego_api.resources import Resources
from lego_api.wishlist.images import own_image_key
from lego_api.wishlist.repository import WishlistRepository
from lego_api.wishlist.schemas import (
    Answer,
    FoundItems,
    Items,
    Reordered,
    WishlistItemCreate,
    WishlistItemOut,
    WishlistItemUpdate,
    item_orders,
)
from lego_api.wishlist.scope import wishlist_scope

ITEMS = TypeAdapter(list[WishlistItemOut])


class WishlistService:
    def __init__(self, work: UnitOfWork, user_id: str, resources: Resources) -> None:
        self._work = work
        self._items = WishlistRepository(work.session, user_id)
        self._user_id = user_id
        self._cache = resources.cache
        self._storage = resources.storage
        self._outbox = resources.outbox

    async def all(self, category: str | None) -> bytes:
        """The whole list as JSON, without paging, as the web app expects it."""

        async def load() -> bytes:
            items = Items(items=self._out(await self._items.sorted(category)))
            return _json(Answer[Items](status=200, message="Wishlist retrieved successfully", data=items))

        return await self._cache.get_or_load(wishlist_scope(self._user_id), ["list", category or None], load)

    async def search(self, words: str, category: str | None, offset: int, size: int) -> FoundItems:
        items, total = await self._items.search(words, category, offset, size)
        return FoundItems(items=self._out(items), total=total, source="database")

    async def get(self, id: str) -> WishlistItemOut:
        return self._out([await self._items.get(id)])[0]

    async def create(self, data: WishlistItemCreate) -> WishlistItemOut:
        values = data.model_dump()
        values["image_url"] = await self._image_reference(data.image_url, None)
        item = await self._items.add(WishlistItem(**values))
        self._changed()
        return self._out([item])[0]

    async def update(self, id: str, data: WishlistItemUpdate) -> WishlistItemOut:
        item = await self._own(id, "modify")
        changes = data.model_dump(exclude_unset=True)
        if "image_url" in changes:
            previous = item.image_url
            changes["image_url"] = await self._image_reference(data.image_url, previous)
            if changes["image_url"] != previous:
                await self._release_image(previous, item.id)
        item = await self._items.update(item, changes)
        self._changed()
        return self._out([item])[0]

    async def delete(self, id: str) -> None:
        item = await self._own(id, "delete")
        await self._release_image(item.image_url, item.id)
        await self._items.delete(item)
        self._changed()

    async def reorder(self, given: Any, request_id: str | None) -> Reordered:
        """Sets all the orders or none. Raises `Forbidden` when one of the ids is not the user's."""
        orders = {_own_id(id): order for id, order in item_orders(given).items()}
        items = await self._items.lock(list(orders))
        if len(items) < len(orders):
            _not_yours()
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
            raise Invalid("Image URL is required")
        key = own_image_key(self._storage, self._user_id, url)
        if key is None:
            raise Forbidden("You can only delete your own images")
        await self._items.forget_image(key)
        await self._outbox.claim_objects(self._work, [key])
        self._outbox.delete_objects(self._work, [key])
        self._changed()

    async def _own(self, id: str, verb: str) -> WishlistItem:
        try:
            return await self._items.get(id, for_update=True)
        except NotFound:
            message = f"Wishlist item not found or you do not have permission to {verb} it"
            raise NotFound(message) from None

    async def _image_reference(self, url: str | None, previous: str | None) -> str | None:
        """What is stored for an image address: the key of an own upload, which is then kept, or the address itself."""
        if url is None or url == self._storage.url(previous):
            return None if url is None else previous
        if key := own_image_key(self._storage, self._user_id, url):
            claimed = await self._outbox.claim_objects(self._work, [key])
            if not claimed and not await self._items.uses_image(key):
                _invalid_image("The uploaded picture is no longer there. Upload it again.")
            return key
        if not url.startswith(("http://", "https://")):
            _invalid_image("must be an absolute URL, or one that an upload answered")
        return url

    async def _release_image(self, reference: str | None, item_id: UUID) -> None:
        own = reference and own_image_key(self._storage, self._user_id, self._storage.url(reference) or "")
        if own and not await self._items.uses_image(own, besides=item_id):
            self._outbox.delete_objects(self._work, [own])

    def _changed(self) -> None:
        self._work.after_commit(lambda: self._cache.forget(wishlist_scope(self._user_id)))

    def _out(self, items: Sequence[WishlistItem]) -> list[WishlistItemOut]:
        return ITEMS.validate_python(items, from_attributes=True, context={"file_url": self._storage.url})


def _json(answer: BaseModel) -> bytes:
    return answer.model_dump_json().encode()


def _own_id(id: str) -> UUID:
    try:
        return UUID(id)
    except ValueError:
        _not_yours()


def _not_yours() -> NoReturn:
    raise Forbidden("You can only reorder your own wishlist items")


def _invalid_image(problem: str) -> NoReturn:
    issue = {"code": "invalid_format", "path": ["imageUrl"], "message": problem}
    raise Invalid("Invalid input data", details=[issue])
