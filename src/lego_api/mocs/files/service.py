"""The files of a MOC one by one: deleted, and downloaded."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePosixPath

from lego_api.adapters import content_types
from lego_api.adapters.identity import Caller
from lego_api.adapters.storage import DOWNLOAD_SECONDS
from lego_api.cache_scopes import showing_moc
from lego_api.db import UnitOfWork
from lego_api.mocs.files.repository import MocFileRepository
from lego_api.mocs.files.schemas import DownloadInfo, FileDownload, FileSaved
from lego_api.mocs.presenter import MocPresenter
from lego_api.mocs.repository import MocRepository
from lego_api.models import Moc, MocFile, utc_now
from lego_api.piece_counts import recount
from lego_api.resources import Resources
from lego_api.uploads import PARTS_LIST

MAY_NOT_DELETE = "Forbidden: You do not have permission to delete files from this MOC"


class MocFileService:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._caller = caller
        self._mocs = MocRepository(work.session, caller.user_id)
        self._files = MocFileRepository(work.session)
        self._cache = resources.cache
        self._outbox = resources.outbox
        self._storage = resources.storage
        self._present = MocPresenter(resources.storage)

    async def delete(self, moc_id: str, file_id: str) -> FileSaved:
        moc = await self._mocs.get_editable(moc_id, MAY_NOT_DELETE, is_admin=self._caller.is_admin)
        file = await self._files.get(moc.id, file_id)
        deleted = self._present.file(file)
        await self.remove(moc, [file])
        scopes = showing_moc(moc.id, moc.user_id)
        self._work.after_commit(lambda: self._cache.forget(*scopes))
        return FileSaved(message="File deleted successfully", file=deleted, moc=self._present.moc(moc))

    async def download(self, moc_id: str, file_id: str) -> FileDownload:
        """Where to get a file under its own name. MOCs are published: every signed-in user may."""
        moc = await self._mocs.get_visible(moc_id)
        file = await self._files.get(moc.id, file_id)
        filename = _download_name(file)
        mime_type = file.mime_type or "application/octet-stream"
        expires_at = None
        url = file.file_url
        if self._storage.is_key(file.file_url):
            url = await self._storage.download_url(file.file_url, filename, mime_type)
            expires_at = utc_now() + timedelta(seconds=DOWNLOAD_SECONDS)
        info = DownloadInfo(
            url=url, filename=filename, mime_type=mime_type, size=file.size_bytes, expires_at=expires_at
        )
        return FileDownload(file=self._present.file(file), download_info=info)

    async def remove(self, moc: Moc, files: Sequence[MocFile]) -> None:
        """Deletes files of a MOC with their objects; its thumbnail is none any more if it was one of them."""
        await self._files.delete(files)
        if any(file.file_type == PARTS_LIST for file in files):
            moc.total_piece_count = await recount(self._work.session, moc.id)
        references = [file.file_url for file in files]
        if moc.thumbnail_url in references:
            await self._mocs.update(moc, {"thumbnail_url": None})
        keys = [reference for reference in references if self._storage.is_key(reference)]
        self._outbox.delete_objects(self._work, keys)


def _download_name(file: MocFile) -> str:
    """The name it was sent under; but pictures are WebP now, whatever they were."""
    name = file.original_filename or f"{file.id}"
    return f"{PurePosixPath(name).stem}.webp" if file.mime_type == content_types.WEBP else name
