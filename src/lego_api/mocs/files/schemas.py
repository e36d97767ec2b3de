"""What uploading, deleting and downloading a MOC's files answers."""

from lego_api.rows import MocFileOut, MocOut
from lego_api.schemas import Schema, Timestamp


class FileSaved(Schema):
    message: str
    file: MocFileOut
    moc: MocOut


class FailedFile(Schema):
    filename: str
    error: str


class FilesSaved(Schema):
    message: str
    uploaded: list[MocFileOut]
    failed: list[FailedFile]
    moc: MocOut


class DownloadInfo(Schema):
    """`size` in bytes, null for files of the old server; `url` works until `expires_at` (null: always)."""

    url: str
    filename: str
    mime_type: str
    size: int | None
    expires_at: Timestamp | None


class FileDownload(Schema):
    file: MocFileOut
    download_info: DownloadInfo
