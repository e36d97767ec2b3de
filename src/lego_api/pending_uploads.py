"""Direct uploads on their way from a permission to a file of a MOC.

Until its permission ends a client may send a file, and send it again: also after it was refused or kept. So what is
kept is not what was sent but a copy, made of just the bytes that were looked at. And long after the permission, when
nobody can accept it any more either, whatever is under its key is deleted: that is written down together with the
permission, and nobody has to remember it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import PurePosixPath
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Text, cast, delete, exists, select

from lego_api.adapters.cache import Cache
from lego_api.adapters.content_types import HEAD_BYTES
from lego_api.adapters.storage import Storage, StoredObject
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork
from lego_api.errors import Invalid, NotFound
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
from lego_api.object_store import DELETE_UNUSED_UPLOADS, CopiedObject
from lego_api.outbox import ABANDONED_AFTER, Outbox
from lego_api.repository import flush
from lego_api.resources import Resources
from lego_api.search_index import MOCS, SearchIndex
from lego_api.uploads import PARTS_LIST, Upload, is_readable

INCOMING = "incoming/"  # what keys begin with under which nothing stays, and nothing is shown to anybody
NOT_SENT_YET = "The file has not been sent yet"
UNKNOWN = "No such upload is known, or not any more. Start it again."
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

    async def sent_as(self, key: str) -> PendingUpload | None:
        """Not locked."""
        statement = select(PendingUpload).where(PendingUpload.object_key == key, _in_time())
        return (await self._work.session.scalars(statement)).one_or_none()

    async def claim(self, upload: PendingUpload) -> tuple[Moc, PendingUpload]:
        """Its MOC and the upload, both locked.

        Raises `NotFound` when the MOC is gone, or somebody else has accepted or discarded the upload.
        """
        lock = select(Moc).where(Moc.id == upload.moc_id).with_for_update()
        moc = (await self._work.session.scalars(lock)).one_or_none()
        locked = await self.lock(upload.moc_id, upload.id)
        if moc is None or locked is None:
            raise NotFound(UNKNOWN)
        return moc, locked

    async def accept(self, upload: PendingUpload, key: str) -> MocFile:
        """The row of the file, whose object is stored under `key`, and that of a list if there are parts to be read.

        Raises `Conflict` when the MOC has a file of that name.
        """
        file = MocFile(
            id=upload.id,
            moc_id=upload.moc_id,
            file_type=upload.file_type,
            file_url=key,
            original_filename=upload.filename,
            mime_type=upload.mime_type,
            size_bytes=upload.size_bytes,
        )
        self._work.session.add(file)
        await self.discard(upload)
        await flush(self._work.session, {"moc_files_moc_filename_unique": FILENAME_TAKEN})
        if is_readable(file):
            self._work.session.add(PartsList.read_from(file))
        return file

    async def discard(self, upload: PendingUpload) -> None:
        """It is not waited for any more, and what was sent goes."""
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

    async def expire(self, cache: Cache, index: SearchIndex) -> int:
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
        index.changed(self._work, MOCS, [moc_id for moc_id, _ in gone])
        scopes = {scope for moc_id, user_id in gone for scope in showing_moc(moc_id, user_id)}
        if scopes:
            self._work.after_commit(lambda: cache.forget(*scopes))
        return len(expired)


async def accept_document(upload: PendingUpload, resources: Resources) -> MocFile:
    """Looks at what was sent, and makes a copy of it a file of the MOC.

    Raises `Invalid` when it is not what was announced, `Conflict` when its name is taken, and `NotFound` when it is not
    there, or is another one by now, or somebody else has accepted or discarded it. Nothing has changed then.
    """
    sent = await open_sent(upload, resources.storage, f"bytes=0-{HEAD_BYTES - 1}")
    head = b"".join([chunk async for chunk in sent.body])
    check_sent(upload, Upload(upload.filename, complete_size(sent), BytesIO(head)))
    folder, _, name = upload.object_key.removeprefix(INCOMING).rpartition("/")
    copy = CopiedObject(
        key=f"{folder}/{uuid4()}{PurePosixPath(name).suffix}",  # one that nobody else makes at the same time
        source=upload.object_key,
        etag=sent.headers["etag"],
        content_type=upload.mime_type,
        save_as=upload.filename,
    )
    async with resources.object_store.stored([copy]) as work:
        uploads = PendingUploads(work, resources.outbox)
        moc, locked = await uploads.claim(upload)
        file = await uploads.accept(locked, copy.key)
        moc.updated_at = utc_now()
        scopes = showing_moc(moc.id, moc.user_id)
        work.after_commit(lambda: resources.cache.forget(*scopes))
    return file


async def open_sent(upload: PendingUpload, storage: Storage, byte_range: str | None = None) -> StoredObject:
    """Raises `NotFound` when it has not been sent yet."""
    try:
        return await storage.open(upload.object_key, byte_range)
    except NotFound as error:
        raise NotFound(NOT_SENT_YET) from error


def complete_size(stored: StoredObject) -> int:
    """In bytes, of the object and not of the part that was asked for."""
    complete = stored.headers.get("content-range", "").rpartition("/")[2]
    return int(complete or stored.headers["content-length"])


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
