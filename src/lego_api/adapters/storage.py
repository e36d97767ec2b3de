"""Objects in S3, addressed by key, and the URLs under which the world sees them."""

import logging
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import quote, unquote

from lego_api.adapters.content_disposition import attachment
from lego_api.adapters.s3_clients import S3Clients
from lego_api.config import Settings
from lego_api.errors import NotFound, ObjectsKept, StorageUnavailable

logger = logging.getLogger(__name__)

DOWNLOAD_SECONDS = 900
CACHE_CONTROL = "public, max-age=31536000, immutable"  # a key is never written twice
ENCRYPTION = "AES256"  # by the storage's own keys
DELETE_BATCH = 1000  # S3's own limit for one DeleteObjects
STREAM_BYTES = 256 * 1024
ADDRESS = re.compile(r"/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)  # the old server took any scheme
ORIGIN = re.compile(r"^https?://[^/]+(?=/)", re.IGNORECASE)
ONE_RANGE = re.compile(r"bytes=(\d{1,15}-\d{0,15}|-\d{1,15})", re.ASCII)
PASSED_ON = (
    "content-type",
    "content-length",
    "content-range",
    "content-disposition",
    "cache-control",
    "etag",
    "last-modified",
)
NOT_THERE = ("NoSuchKey", "404", "KeyTooLongError")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as S3 answers it: status 200 or 206, headers to pass on, and the bytes."""

    status: int
    headers: Mapping[str, str]
    body: AsyncIterator[bytes]
    close: Callable[[], None]  # for who does not read the body to its end


class Storage:
    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
        self._files_base_url = settings.files_base_url.rstrip("/")
        self._s3 = S3Clients(settings)

    def url(self, reference: str | None) -> str | None:
        """What a client gets for a stored file reference: URLs (rows of the old server) as they are, keys as URLs."""
        if reference is None or not self.is_key(reference):
            return reference
        return f"{self._files_base_url}/{quote(reference)}"

    @staticmethod
    def is_key(reference: str) -> bool:
        return bool(reference) and not ADDRESS.match(reference)

    def key(self, url: str) -> str | None:
        """The key behind a URL that `url()` gave out, else None.

        Of a path that it gave out, a browser may have made an absolute address.
        """
        prefix = f"{self._files_base_url}/"
        if prefix.startswith("/"):
            url = ORIGIN.sub("", url)
        return unquote(url.removeprefix(prefix)) if url.startswith(prefix) else None

    async def put(self, key: str, body: bytes | BinaryIO, content_type: str, *, save_as: str | None = None) -> None:
        """Stores an object. Browsers show it, or save it under the name `save_as`. Raises `StorageUnavailable`."""
        async with self._s3.using("PutObject", size=_size(body)) as s3:
            await s3.put_object(Bucket=self._bucket, Key=key, Body=body, **_shown_as(content_type, save_as))

    async def copy(self, source: str, key: str, content_type: str, *, etag: str, save_as: str | None = None) -> None:
        """Stores the object under `source` under `key`, too, if it still is the one with that `etag`; as `put` does.

        Raises `NotFound` where it is not, or not any more, and `StorageUnavailable`.
        """
        async with self._s3.using("CopyObject") as s3:
            from botocore.exceptions import ClientError

            try:
                answer = await s3.copy_object(
                    Bucket=self._bucket,
                    Key=key,
                    CopySource={"Bucket": self._bucket, "Key": source},
                    CopySourceIfMatch=etag,
                    MetadataDirective="REPLACE",  # else it would be shown as whoever sent it wanted
                    ServerSideEncryption=ENCRYPTION,
                    **_shown_as(content_type, save_as),
                )
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in (*NOT_THERE, "PreconditionFailed"):
                    raise NotFound("File not found", code="FILE_NOT_FOUND") from error
                raise
        # Not everything that speaks S3's language looks at the condition. Copies of this encryption keep their ETag.
        if answer["CopyObjectResult"]["ETag"] != etag:
            raise NotFound("File not found", code="FILE_NOT_FOUND")

    async def open(self, key: str, byte_range: str | None = None) -> StoredObject:
        """Starts reading an object, or the part that an HTTP `Range` asks for.

        Ranges that make no sense are ignored, as HTTP allows: the answer is the whole object. Raises `NotFound` and
        `StorageUnavailable`; so may its body.
        """
        request: dict[str, Any] = {"Range": byte_range} if byte_range and ONE_RANGE.fullmatch(byte_range) else {}
        async with self._s3.using("GetObject", for_readers=True) as s3:
            from botocore.exceptions import ClientError

            try:
                answer = await s3.get_object(Bucket=self._bucket, Key=key, **request)
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if code == "InvalidRange":
                    return await self.open(key)
                if code in NOT_THERE:
                    raise NotFound("File not found", code="FILE_NOT_FOUND") from error
                raise
        sent = answer["ResponseMetadata"]["HTTPHeaders"]
        return StoredObject(
            status=answer["ResponseMetadata"]["HTTPStatusCode"],
            headers={"accept-ranges": "bytes"} | {name: sent[name] for name in PASSED_ON if name in sent},
            body=_chunks(answer["Body"]),
            close=answer["Body"].close,
        )

    async def keys(self, prefix: str) -> Sequence[str]:
        """The first thousand keys that start with `prefix`. Raises `StorageUnavailable`."""
        async with self._s3.using("ListObjectsV2") as s3:
            answer = await s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix)
        return [item["Key"] for item in answer.get("Contents", ())]

    async def delete(self, keys: Sequence[str]) -> None:
        """Deletes objects; those that are already gone are fine. Raises `StorageUnavailable`, and `ObjectsKept`."""
        async with self._s3.using("DeleteObjects") as s3:
            for start in range(0, len(keys), DELETE_BATCH):
                batch = keys[start : start + DELETE_BATCH]
                answer = await s3.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
                )
                if failed := answer.get("Errors"):
                    logger.warning("S3 kept %d of %d objects: %s", len(failed), len(batch), failed[0].get("Code"))
                    raise ObjectsKept

    async def download_url(self, key: str, filename: str, content_type: str) -> str:
        """A signed URL, good for `DOWNLOAD_SECONDS`, that saves the object under `filename` (any Unicode).

        Raises `StorageUnavailable` when nothing can be signed; S3 is not asked.
        """
        async with self._s3.signing() as s3:
            url: str = await s3.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "ResponseContentDisposition": attachment(filename),
                    "ResponseContentType": content_type,
                },
                ExpiresIn=DOWNLOAD_SECONDS,
            )
        return url

    async def presigned_post(
        self, key: str, content_type: str, size: int, *, seconds: int
    ) -> tuple[str, dict[str, str]]:
        """A URL, and the fields of a form that a browser may send to it with a file of `size` bytes in the last field.

        The fields are signed, and good for `seconds`: they store this object and no other, as often as they are sent.
        Raises `StorageUnavailable` when nothing can be signed; S3 is not asked.
        """
        fields = {"Content-Type": content_type, "x-amz-server-side-encryption": ENCRYPTION}
        # Just the size that was announced: S3 refuses all else before it is stored, and nobody pays for it.
        conditions = [{name: value} for name, value in fields.items()] + [["content-length-range", size, size]]
        async with self._s3.signing() as s3:
            try:
                answer = await s3.generate_presigned_post(
                    self._bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=seconds
                )
            except AttributeError as error:  # what the SDK makes of it that there is no key to sign with
                raise StorageUnavailable from error
        return answer["url"], answer["fields"]

    async def prepare(self) -> None:
        await self._s3.prepare()

    async def ping(self) -> None:
        """Raises `StorageUnavailable` when the bucket does not answer."""
        async with self._s3.using("HeadBucket") as s3:
            await s3.head_bucket(Bucket=self._bucket)

    async def aclose(self) -> None:
        await self._s3.aclose()


def _shown_as(content_type: str, save_as: str | None) -> dict[str, str]:
    return {
        "ContentType": content_type,
        "CacheControl": CACHE_CONTROL,
        "ContentDisposition": attachment(save_as) if save_as else "inline",
    }


def _size(body: bytes | BinaryIO) -> int:
    if isinstance(body, bytes):
        return len(body)
    position = body.tell()
    size = body.seek(0, os.SEEK_END) - position
    body.seek(position)
    return size


async def _chunks(body: Any) -> AsyncIterator[bytes]:
    """Raises `StorageUnavailable` when it breaks off."""
    from aiohttp import ClientError

    try:
        async with body as stream:
            async for chunk in stream.content.iter_chunked(STREAM_BYTES):
                yield chunk
    except (ClientError, OSError) as error:
        logger.warning("S3 broke off: %s", type(error).__name__)
        raise StorageUnavailable from error
