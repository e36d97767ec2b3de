"""Pictures of users. A user's `picture` in Cognito says which object is shown; in the end there is no other.

Cognito takes part in no transaction. So before anything else happens it is written down, for the new object and for
the one shown so far, that each is to be deleted unless it is the one that is shown. Whenever a request fails or its
process dies, and whatever others do at the same time, the maintenance job asks Cognito and knows what to delete.
"""

import logging
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote
from uuid import UUID, uuid4

from lego_api.adapters.identity import Caller
from lego_api.adapters.images import Rendered
from lego_api.adapters.storage import Storage
from lego_api.adapters.user_pool import UserPool
from lego_api.db import Sessions, UnitOfWork, unit_of_work
from lego_api.errors import NotFound
from lego_api.outbox import ABANDONED_AFTER, Outbox

logger = logging.getLogger(__name__)

DELETE_UNUSED_AVATAR = "delete-unused-avatar"
PICTURE = "picture"  # the attribute's name

KEY = re.compile(r"(?:^|/)(avatars/[^/]+/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.webp)$")


class Avatars:
    def __init__(self, sessions: Sessions, storage: Storage, user_pool: UserPool, outbox: Outbox) -> None:
        self._sessions = sessions
        self._storage = storage
        self._user_pool = user_pool
        self._outbox = outbox

    async def show(self, user: Caller, picture: Rendered, attributes: Mapping[str, str]) -> str:
        """Stores a picture and shows it instead of the one before; its URL.

        Other attributes are set together with it, so either all are or none. Raises `NotFound` for a user who is no
        longer in the pool, `UserPoolUnavailable` and `StorageUnavailable`.
        """
        before = await self._user_pool.attributes(user.username)
        key = f"{_prefix(user)}{uuid4()}.webp"
        left_over = set(await self._storage.keys(_prefix(user))) - {_key(before)}
        async with unit_of_work(self._sessions) as work:
            previous = self._release(work, user, before)
            # Among these may be one that another request is about to show: they can wait for their hour.
            for other in (key, *sorted(left_over)):
                self._delete_unless_shown(work, user, other)
        await self._storage.put(key, picture.data, picture.content_type)
        url = str(self._storage.url(key))
        await self._user_pool.set_attributes(user.username, {**attributes, PICTURE: url})
        await self._delete_now(previous)
        return url

    async def remove(self, user: Caller) -> None:
        """Shows no picture any more, and deletes the one there was. Raises `NotFound` and `UserPoolUnavailable`."""
        before = await self._user_pool.attributes(user.username)
        if PICTURE not in before:
            return
        async with unit_of_work(self._sessions) as work:
            previous = self._release(work, user, before)
        await self._user_pool.remove_attributes(user.username, [PICTURE])
        await self._delete_now(previous)

    async def delete_unused(self, username: str, key: str) -> None:
        """Deletes an object unless it is the one that is shown. Raises when Cognito or S3 do not answer."""
        try:
            attributes = await self._user_pool.attributes(username)
        except NotFound:
            attributes = {}
        if _key(attributes) != key:
            await self._storage.delete([key])

    def _release(self, work: UnitOfWork, user: Caller, attributes: Mapping[str, str]) -> UUID | None:
        """Only one's own object: anybody may write any address into their `picture`."""
        key = _key(attributes)
        return self._delete_unless_shown(work, user, key) if key and key.startswith(_prefix(user)) else None

    def _delete_unless_shown(self, work: UnitOfWork, user: Caller, key: str) -> UUID:
        """Later: by then this request is over, and whatever it has sent has arrived, or never will."""
        payload = {"username": user.username, "key": key}
        return self._outbox.record(work, DELETE_UNUSED_AVATAR, payload, delay=ABANDONED_AFTER)

    async def _delete_now(self, entry: UUID | None) -> None:
        """What cannot be done now is due later anyway."""
        if entry is None:
            return
        try:
            await self._outbox.hasten(entry)
        except Exception:
            logger.warning("an avatar that is no longer shown is left to the maintenance job", exc_info=True)


def _prefix(user: Caller) -> str:
    return f"avatars/{quote(user.user_id, safe='')}/"


def _key(attributes: Mapping[str, str]) -> str | None:
    """The object that a user's picture shows, under whatever address the files were when it was set."""
    found = KEY.search(unquote(attributes.get(PICTURE, "")))
    return found[1] if found else None
