"""Objects in buckets, kept in files: a line of JSON about the object, then its bytes."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import FakeDeleteMarker, FakeKey, S3Backend, s3_backends

from lego_api.dev.aws import BUCKET, REGION
from lego_api.dev.aws.files import replace

CORS = {
    "AllowedOrigin": "*",
    "AllowedMethod": ["GET", "HEAD", "PUT", "POST"],
    "AllowedHeader": "*",
    "ExposeHeader": ["ETag"],
    "MaxAgeSeconds": "3000",
}


def create_bucket() -> None:
    backend = _backend()
    backend.create_bucket(BUCKET, REGION)
    backend.put_bucket_cors(BUCKET, [CORS])


class StoredObjects:
    """Of versioned objects only the current version is kept."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._saved: dict[Path, dict[str, Any]] = {}

    def load(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        for file in self._directory.glob("*.object"):
            line, _, body = file.read_bytes().partition(b"\n")
            about = json.loads(line)
            _restore(about, body)
            self._saved[file] = about

    def save(self) -> None:
        current = {self._file(key): key for bucket in list(_backend().buckets.values()) for key in _objects(bucket)}
        for file in self._saved.keys() - current.keys():
            file.unlink(missing_ok=True)
            del self._saved[file]
        for file, key in current.items():
            about = _describe(key)
            if self._saved.get(file) != about:
                replace(file, json.dumps(about).encode() + b"\n" + key.value)
                self._saved[file] = about

    def _file(self, key: FakeKey) -> Path:
        return self._directory / f"{hashlib.sha256(f'{key.bucket_name}/{key.name}'.encode()).hexdigest()}.object"


def _backend() -> S3Backend:
    backend: S3Backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    return backend


def _objects(bucket: Any) -> list[FakeKey]:
    return [key for key in list(bucket.keys.values()) if not isinstance(key, FakeDeleteMarker)]


def _describe(key: FakeKey) -> dict[str, Any]:
    return {
        "bucket": key.bucket_name,
        "name": key.name,
        "etag": key.etag.strip('"'),
        "last_modified": key.last_modified.isoformat(),
        "headers": dict(key.metadata),  # content type, cache control and their like, and the user's x-amz-meta-...
        "storage_class": key.storage_class,
        "checksum_algorithm": key.checksum_algorithm,
        "checksum_value": key.checksum_value,
        "tags": _backend().tagger.get_tag_dict_for_resource(key.arn),
    }


def _restore(about: dict[str, Any], body: bytes) -> None:
    backend = _backend()
    if about["bucket"] not in backend.buckets:
        backend.create_bucket(about["bucket"], REGION)
    key = backend.put_object(
        about["bucket"],
        about["name"],
        body,
        storage=about["storage_class"],
        etag=about["etag"],
        checksum_value=about["checksum_value"],
        disable_notification=True,
    )
    key.checksum_algorithm = about["checksum_algorithm"]
    key.last_modified = datetime.fromisoformat(about["last_modified"])
    key.set_metadata(about["headers"].copy(), replace=True)
    if about["tags"]:
        backend.put_object_tagging(key, about["tags"])
