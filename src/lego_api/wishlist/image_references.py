"""Which pictures the items of a user show: none goes while an item shows it, and none stays for nobody."""

import re
from urllib.parse import quote

from lego_api.db import UnitOfWork
from lego_api.errors import Forbidden
from lego_api.resources import Resources
from lego_api.schemas import web_address
from lego_api.wishlist.issues import invalid_image
from lego_api.wishlist.repository import WishlistRepository

# Of an upload, and of a file of the old server that was copied into the bucket.
OLD_PREFIX = "wishlist-"
PICTURE_NAME = f"(?:{OLD_PREFIX})?[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}[.](?i:webp|jpe?g|heic)"


def image_prefix(user_id: str) -> str:
    """What the keys of a user's pictures start with."""
    return f"wishlist/{quote(user_id, safe='')}/"


class ImageReferences:
    """Works inside one transaction.

    `wishlist_items.image_url` holds the key of an own upload, or else an address as it was sent. Only an own key ever
    leads to a deletion; addresses, those in rows of the old server included, are nobody's to delete.
    """

    def __init__(self, work: UnitOfWork, items: WishlistRepository, user_id: str, resources: Resources) -> None:
        self._work = work
        self._items = items
        self._own_key = re.compile(re.escape(image_prefix(user_id)) + PICTURE_NAME)
        self._storage = resources.storage
        self._outbox = resources.outbox

    async def hold(self) -> None:
        """Before any row is locked, where an item may show another picture afterwards."""
        await self._items.hold_images()

    async def take(self, url: str | None, shown: str | None) -> str | None:
        """What to store for an address: the key of an own upload, which is kept from now on, or the address itself.

        `shown` is what the item shows so far; that is always good enough. Raises `Invalid`.
        """
        if url is None:
            return None
        if url == self._storage.url(shown):
            return shown
        if key := self._key(url):
            if not await self._outbox.claim_objects(self._work, [key]) and not await self._items.shows_image(key):
                raise invalid_image("The uploaded picture is no longer there. Upload it again.")
            return key
        try:
            return web_address(url)
        except ValueError as error:
            raise invalid_image(f"{error}, or one that an upload answered") from None

    async def release(self, reference: str | None) -> None:
        """Deletes a picture that an item showed until just now, unless another one does."""
        if reference and self._own_key.fullmatch(reference) and not await self._items.shows_image(reference):
            self._outbox.delete_objects(self._work, [reference])

    async def remove(self, url: str) -> None:
        """Deletes a picture and takes it off the items that show it. Raises `Forbidden` unless it is the user's own."""
        key = self._key(url)
        # A file of the old server may not be here yet, and then its rows have it under another name.
        if key is None or (key.rpartition("/")[2].startswith(OLD_PREFIX) and not await self._items.shows_image(key)):
            raise Forbidden("You can only delete your own images")
        await self._items.clear_image(key)
        await self._outbox.claim_objects(self._work, [key])
        self._outbox.delete_objects(self._work, [key])

    def _key(self, url: str) -> str | None:
        key = self._storage.key(url)
        return key if key and self._own_key.fullmatch(key) else None
