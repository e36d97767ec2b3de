"""Stored files under `/uploads`, where no CDN stands in front of the bucket."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from starlette.responses import StreamingResponse

from lego_api.web.dependencies import ResourcesDep

public = APIRouter(tags=["files"])


@public.get("/uploads/{key:path}", response_class=StreamingResponse)
async def get_file(
    resources: ResourcesDep,
    request: Request,
    key: str,
    byte_range: Annotated[str | None, Header(alias="range")] = None,
) -> Response:
    """Streams an object, or the range of it that was asked for."""
    stored = await resources.storage.open(key, byte_range)
    if "etag" in stored.headers and request.headers.get("if-none-match") == stored.headers["etag"]:
        return Response(status_code=304, headers={"ETag": stored.headers["etag"]})
    return StreamingResponse(stored.body, stored.status, dict(stored.headers))
