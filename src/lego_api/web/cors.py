"""CORS for local development, where web app and API are different origins and no gateway answers preflights."""

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lego_api.web.middleware import response_headers

EVERY_ANSWER = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": (
        "Content-Range,X-Content-Range,X-Request-Id,Retry-After,Content-Disposition,X-Pieces-Left-Out"
    ),
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type,Authorization,X-Requested-With,X-CSRF-Token,Cache-Control",
    "Access-Control-Max-Age": "600",
}


class Cors:
    """Names allowed origins back to them and answers every `OPTIONS`; the others get no such header."""

    def __init__(self, app: ASGIApp, *, origins: Iterable[str]) -> None:
        self.app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = response_headers(scope)
        # Also without an origin: a cache must not keep such an answer for a page that asks from one.
        headers["Vary"] = "Origin"
        origin = Headers(scope=scope).get("origin")
        is_allowed = origin in self._origins
        if origin is not None and is_allowed:
            headers["Access-Control-Allow-Origin"] = origin
            headers.update(EVERY_ANSWER)
        if scope["method"] != "OPTIONS":
            return await self.app(scope, receive, send)
        await Response(status_code=204, headers=PREFLIGHT if is_allowed else None)(scope, receive, send)
