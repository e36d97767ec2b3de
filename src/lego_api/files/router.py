"""Stored files under `/uploads`, where no CDN stands in front of the bucket."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from starlette.responses import StreamingResponse

from lego_api.errors import NotFound
from lego_api.object_store import STORED_EXPORTS
from lego_api.pending_uploads import INCOMING
from lego_api.web import etag
from lego_api.web.dependencies import ResourcesDep
from lego_api.web.paths import answers_head

public = APIRouter(tags=["files"])

MAX_KEY_BYTES = 1024  # S3's own limit
NOT_MODIFIED: tuple[str, ...] = ("etag", "cache-control", "last-modified")  # what is said again with a 304


@public.get(
    "/uploads/{key:path}",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}}, 206: {"description": "The range asked for"}},
)
async def get_file(
    resources: ResourcesDep,
    request: Request,
    key: str,
    byte_range: Annotated[str | None, Header(alias="range")] = None,
) -> Response:
    """Streams an object, or the range of it that was asked for."""
    if not _may_be_stored(key):
        raise NotFound("File not found", code="FILE_NOT_FOUND")
    stored = await resources.storage.open(key, byte_range)
    headers = dict(stored.headers)
    if etag.matches(request.headers, headers.get("etag", "")):
        stored.close()
        return Response(status_code=304, headers={name: headers[name] for name in NOT_MODIFIED if name in headers})
    if answers_head(request.scope):
        stored.close()
        return Response(status_code=stored.status, headers=headers)
    return StreamingResponse(stored.body, stored.status, headers)


def _may_be_stored(key: str) -> bool:
    """Keys are paths of names: nothing hidden, no way up, and no more than S3 takes.

    What comes in is no file yet, and an export is for who has asked for it.
    """
    if len(key.encode()) > MAX_KEY_BYTES or key.startswith((INCOMING, STORED_EXPORTS)):
        return False
    return all(name and not name.startswith(".") for name in key.split("/"))
