"""Direct uploads on their way from a permission to a file of a MOC.

Until its permission ends a client may send a file, and send it again: also after it was refused, or kept and deleted.
So long after that, when nobody can accept it any more either, whatever is under its key is deleted unless it is a file
of a MOC by then. That is written down together with the permission, and nobody has to remember it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, delete, exists, select

from lego_api.adapters.cache import Cache
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork
from lego_api.errors import Invalid
from lego_api.models import (
    Moc,
    MocFile,
    MocGalleryAlbum,
    MocGalleryImage,
    OutboxEntry,
    PartsList,
    PendingUpload,
    utc_now,
)
from lego_api.object_store import DELETE_UNUSED_UPLOADS
from lego_api.outbox import ABANDONED_AFTER, Outbox
from lego_api.repository import flush
from lego_api.uploads import PARTS_LIST, Upload

INCOMING = "incoming/"  # what keys begin with under which nothing stays, and nothing is shown to anybody
FILENAME_TAKEN = "This MOC already has a file with this name"
EXPIRED_AT_ONCE = 100
PARTS_OF_A_MOC = (MocFile, PendingUpload, PartsList, MocGalleryImage, MocGalleryAlbum)


class PendingUploads:
    """Works inside one transaction. Who accepts an upload has locked its MOC before."""

    def __init__(self, work: UnitOfWork, outbox: Outbox) -> None:
        self._work = work
        self._outbox = outbox

    async def allow(self, uploads: Sequence[PendingUpload]) -> None:
        """Each may be accepted for `ABANDONED_AFTER` after its permission has ended: it may still be on its way."""
        self._work.session.add_all(uploads)
        last = max(upload.expires_at for upload in uploads)
        keys = {str(upload.id): upload.object_key for upload in uploads}
        delay = last - utc_now() + 2 * ABANDONED_AFTER  # whoever began to accept one in time has long finished
        self._outbox.record(self._work, DELETE_UNUSED_UPLOADS, {"keys": keys}, delay=delay)
        await self._work.session.flush()

    async def of_moc(self, moc_id: UUID, ids: Collection[UUID]) -> Sequence[PendingUpload]:
        """Those of the ids that are pending uploads of this MOC; not locked."""
        statement = select(PendingUpload).where(PendingUpload.moc_id == moc_id, PendingUpload.id.in_(ids), _in_time())
        return (await self._work.session.scalars(statement)).all()

    async def lock(self, moc_id: UUID, id: UUID) -> PendingUpload | None:
        statement = select(PendingUpload).where(PendingUpload.moc_id == moc_id, PendingUpload.id == id, _in_time())
        return (await self._work.session.scalars(statement.with_for_update())).one_or_none()

    async def stored_as(self, key: str) -> PendingUpload | None:
        """Locked."""
        statement = select(PendingUpload).where(PendingUpload.object_key == key, _in_time()).with_for_update()
        return (await self._work.session.scalars(statement)).one_or_none()

    async def accept(self, upload: PendingUpload) -> MocFile:
        """The row of the file, whose object is the one that was sent. Raises `Conflict` when its name is taken."""
        file = MocFile(
            id=upload.id,
            moc_id=upload.moc_id,
            file_type=upload.file_type,
            file_url=upload.object_key,
            original_filename=upload.filename,
            mime_type=upload.mime_type,
            size_bytes=upload.size_bytes,
        )
        self._work.session.add(file)
        await self._work.session.delete(upload)
        await flush(self._work.session, {"moc_files_moc_filename_unique": FILENAME_TAKEN})
        return file

    async def discard(self, upload: PendingUpload) -> None:
        """Neither the upload nor its object is wanted any more."""
        await self._work.session.delete(upload)
        self._outbox.delete_objects(self._work, [upload.object_key])

    async def make_room(self, user_id: str, title: str) -> Sequence[UUID]:
        """Deletes a MOC of that title that was begun with direct uploads and has got no file: who begins again has
        given it up, whether its files are still expected or were refused.
        """
        begun = exists().where(
            OutboxEntry.kind == DELETE_UNUSED_UPLOADS, cast(OutboxEntry.payload, Text).contains(cast(Moc.id, Text))
        )
        others = (part for part in PARTS_OF_A_MOC if part is not PendingUpload)
        unused = delete(Moc).where(
            Moc.user_id == user_id,
            Moc.title == title,
            Moc.updated_at == Moc.created_at,
            begun,
            *(~exists().where(part.moc_id == Moc.id) for part in others),
        )
        return (await self._work.session.scalars(unused.returning(Moc.id))).all()

    async def expire(self, cache: Cache) -> int:
        """Forgets what was not finalized in time, and MOCs of which nothing else ever was there; how many uploads."""
        session = self._work.session
        overdue = select(PendingUpload.moc_id).where(~_in_time()).limit(EXPIRED_AT_ONCE)
        # Who wants to add something to a MOC waits from here on. MOCs that somebody is working on have time.
        locked = select(Moc.id).where(Moc.id.in_(overdue)).with_for_update(skip_locked=True)
        moc_ids = (await session.scalars(locked)).all()
        if not moc_ids:
            return 0
        of_these = delete(PendingUpload).where(PendingUpload.moc_id.in_(moc_ids), ~_in_time())
        expired = (await session.scalars(of_these.returning(PendingUpload.id))).all()
        unused = delete(Moc).where(
            Moc.id.in_(moc_ids),
            Moc.updated_at == Moc.created_at,
            *(~exists().where(part.moc_id == Moc.id) for part in PARTS_OF_A_MOC),
        )
        gone = (await session.execute(unused.returning(Moc.id, Moc.user_id))).all()
        scopes = {scope for moc_id, user_id in gone for scope in showing_moc(moc_id, user_id)}
        if scopes:
            self._work.after_commit(lambda: cache.forget(*scopes))
        return len(expired)


def check_sent(upload: PendingUpload, sent: Upload) -> None:
    """Raises `Invalid` unless the size is what was announced, and the first bytes can be."""
    if sent.size != upload.size_bytes:
        raise Invalid(f"{upload.filename} has {sent.size} bytes, not the {upload.size_bytes} that were announced")
    if upload.file_type == PARTS_LIST:
        sent.check_parts_list_type()
    else:
        sent.content_type()


def _in_time() -> ColumnElement[bool]:
    return PendingUpload.expires_at > _latest_end()


def _latest_end() -> datetime:
    """Of permissions that ended before this, nothing is accepted any more."""
    return utc_now() - ABANDONED_AFTER
