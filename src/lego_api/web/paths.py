"""One spelling of each path, before anything else looks at it."""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lego_api.errors import Invalid
from lego_api.web.envelopes import error_response

HEALTH = frozenset({"/health", "/health/live", "/api/health", "/api/health/live"})
FILES = "/uploads/"

BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class CanonicalPath:
    """Any case, one trailing slash or none, never by redirect; `HEAD` wherever `GET` is.

    Only the fixed parts of known routes are lower-cased, because ids and object keys mean what they say.
    The web app's development build prefixes `/api` twice; both spellings are the same path.
    """

    def __init__(self, app: ASGIApp, *, route_paths: Iterable[str]) -> None:
        self.app = app
        segments = {segment for path in route_paths for segment in path.split("/")}
        self._fixed = {segment for segment in segments if segment and not segment.startswith("{")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scope["original_path"] = scope["path"]
        if not _is_clean(scope):
            await error_response(scope, Invalid("The URL is not valid"))(scope, receive, send)
            return
        scope["path"] = self._canonical(scope["path"])
        if scope["method"] != "HEAD":
            return await self.app(scope, receive, send)

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        # A copy: the server must still know that it answers a HEAD.
        as_get = {**scope, "method": "GET", "answers_head": True}
        try:
            await self.app(as_get, receive, send_without_body)
        finally:
            scope["route"] = as_get.get("route")

    def _canonical(self, path: str) -> str:
        if path.endswith("/") and path.strip("/"):
            path = path[:-1]
        if path[: len("/api/api/")].lower() == "/api/api/":
            path = path[len("/api") :]
        segments = path.split("/")
        if segments[1:2] and segments[1].lower() == "uploads":
            return "/".join(("", "uploads", *segments[2:]))
        return "/".join(segment.lower() if segment.lower() in self._fixed else segment for segment in segments)


def is_impersonal(scope: Scope) -> bool:
    """What load balancers ask without end and pages by the dozen, and is the same for everybody."""
    path: str = scope["path"]
    return path in HEALTH or path.startswith(FILES)


def answers_head(scope: Scope) -> bool:
    """Whether nobody will see the body of the answer."""
    return "answers_head" in scope


def _is_clean(scope: Scope) -> bool:
    """No NUL anywhere, and a path whose escapes are complete and UTF-8."""
    if "\x00" in scope["path"] or b"%00" in scope["query_string"] or b"\x00" in scope["query_string"]:
        return False
    raw: bytes | None = scope.get("raw_path")
    if raw is None:  # behind the gateway, where a bad escape was decoded to the replacement character
        return "\ufffd" not in scope["path"]
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return False
    return BAD_ESCAPE.search(raw) is None
