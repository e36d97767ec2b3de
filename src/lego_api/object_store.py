"""Storing objects that belong to rows, so that either both exist in the end or neither."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from urllib.parse import quote
from uuid import UUID

from lego_api.adapters.storage import Storage
from lego_api.db import Sessions, UnitOfWork, unit_of_work
from lego_api.errors import NotFound, StorageUnavailable
from lego_api.outbox import ABANDONED_AFTER, Outbox
from lego_api.uploads import PARTS_LIST

logger = logging.getLogger(__name__)

PARTS_LISTS = "parts-lists/"  # storing something under it is an event that reads it
STORED_EXPORTS = "exports/"  # for whoever has asked for them: shown by a signed URL, and to nobody else
SENT_AGAIN = "The file has just been sent again. Finalize it once more."
DELETE_UNUSED_UPLOADS = "delete-unused-uploads"


@dataclass(frozen=True, slots=True)
class NewObject:
    key: str
    body: bytes | BinaryIO
    content_type: str
    save_as: str | None = None  # the name under which browsers save it; without one they show it

    async def store(self, storage: Storage) -> None:
        await storage.put(self.key, self.body, self.content_type, save_as=self.save_as)


@dataclass(frozen=True, slots=True)
class CopiedObject:
    """Of what a client has sent to `source` by itself, as it was when it had `etag`: nobody can send another `key`."""

    key: str
    source: str
    etag: str
    content_type: str
    save_as: str

    async def store(self, storage: Storage) -> None:
        """Raises `NotFound` when it is gone, or another one has been sent."""
        try:
            await storage.copy(self.source, self.key, self.content_type, etag=self.etag, save_as=self.save_as)
        except NotFound as error:
            raise NotFound(SENT_AGAIN) from error


def moc_folder(owner_id: str, moc_id: UUID, file_type: str) -> str:
    """What the key of a MOC's file starts with."""
    folder = PARTS_LISTS if file_type == PARTS_LIST else "mocs/"
    return f"{folder}{quote(owner_id, safe='')}/{moc_id}/"


class ObjectStore:
    def __init__(self, sessions: Sessions, storage: Storage, outbox: Outbox) -> None:
        self._sessions = sessions
        self._storage = storage
        self._outbox = outbox

    @asynccontextmanager
    async def stored(self, objects: Sequence[NewObject | CopiedObject]) -> AsyncIterator[UnitOfWork]:
        """Stores the objects, then opens the unit of work that writes their rows.

        When storing fails, or the block or its commit does, the objects are deleted again: at once if possible, else
        by the maintenance job, also after a killed process. No transaction is open while bytes travel.
        """
        keys = [item.key for item in objects]
        await self.put_announced(objects)
        try:
            async with unit_of_work(self._sessions) as work:
                yield work
                if not await self._outbox.claim_objects(work, keys):
                    raise StorageUnavailable  # it took so long that the maintenance job has deleted them
        except BaseException:
            await self._drop(keys)
            raise

    async def put_announced(
        self, objects: Sequence[NewObject | CopiedObject], *, keep_for: timedelta = ABANDONED_AFTER
    ) -> None:
        """Stores objects that are deleted after `keep_for` unless a unit of work claims them from the outbox."""
        keys = [item.key for item in objects]
        await self._outbox.announce_objects(keys, keep_for=keep_for)
        try:
            for item in objects:
                await item.store(self._storage)
        except BaseException:
            await self._drop(keys, may_still_arrive=True)
            raise

    async def _drop(self, keys: Sequence[str], *, may_still_arrive: bool = False) -> None:
        try:
            await self._outbox.drop_objects(keys, may_still_arrive=may_still_arrive)
        except Exception:
            logger.warning("objects of a failed request are left to the maintenance job", exc_info=True)
