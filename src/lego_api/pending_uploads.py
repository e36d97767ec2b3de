"""Direct uploads on their way from a permission to a file of a MOC."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, select

from lego_api.db import UnitOfWork
from lego_api.models import Moc, MocFile, PendingUpload, utc_now
from lego_api.outbox import ABANDONED_AFTER, Outbox
from lego_api.repository import flush

FILENAME_TAKEN = {"moc_files_moc_filename_unique": "This MOC already has a file with this name"}
EXPIRED_AT_ONCE = 500


class PendingUploads:
    """Works inside one transaction."""

    def __init__(self, work: UnitOfWork, outbox: Outbox) -> None:
        self._work = work
        self._outbox = outbox

    async def allow(self, uploads: Sequence[PendingUpload]) -> None:
        """Whatever is stored under their keys is deleted again unless it is accepted."""
        self._work.session.add_all(uploads)
        for upload in uploads:
            keep_for = upload.expires_at - utc_now() + ABANDONED_AFTER
            self._outbox.announce(self._work, [upload.object_key], keep_for=keep_for)
        await self._work.session.flush()

    async def lock(self, moc_id: UUID, id: UUID) -> PendingUpload | None:
        statement = select(PendingUpload).where(PendingUpload.id == id, PendingUpload.moc_id == moc_id)
        return (await self._work.session.scalars(statement.with_for_update())).one_or_none()

    async def stored_as(self, key: str) -> PendingUpload | None:
        """Locked."""
        statement = select(PendingUpload).where(PendingUpload.object_key == key).with_for_update()
        return (await self._work.session.scalars(statement)).one_or_none()

    async def accept(self, upload: PendingUpload) -> MocFile | None:
        """The row of the file, whose object is kept from now on. None when it has been deleted meanwhile.

        Raises `Conflict` when the MOC has another file of that name.
        """
        if not await self._outbox.claim_objects(self._work, [upload.object_key]):
            return None
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
        await self.forget([upload])
        await flush(self._work.session, FILENAME_TAKEN)
        return file

    async def forget(self, uploads: Iterable[PendingUpload]) -> None:
        for upload in uploads:
            await self._work.session.delete(upload)

    async def expire(self) -> int:
        """Forgets what was never finalized, and MOCs of which nothing else was ever there; how many uploads."""
        session = self._work.session
        due = select(PendingUpload).where(PendingUpload.expires_at < utc_now() - ABANDONED_AFTER)
        uploads = (await session.scalars(due.limit(EXPIRED_AT_ONCE).with_for_update(skip_locked=True))).all()
        await self.forget(uploads)
        await session.flush()
        empty = delete(Moc).where(
            Moc.id.in_({upload.moc_id for upload in uploads}),
            ~exists().where(MocFile.moc_id == Moc.id),
            ~exists().where(PendingUpload.moc_id == Moc.id),
            Moc.updated_at == Moc.created_at,
        )
        await session.execute(empty)
        return len(uploads)
