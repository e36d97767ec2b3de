"""Plain ASGI around every request: its id, its log line, its headers, one spelling of its path."""

import logging
import re
import time
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lego_api.errors import AppError, Invalid
from lego_api.observability import RequestContext, current_request
from lego_api.web.envelopes import error_response

logger = logging.getLogger("lego_api.request")

ACCEPTABLE_REQUEST_ID = re.compile(r"[\w.=-]{8,128}", re.ASCII)

SECURITY_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Download-Options": "noopen",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-XSS-Protection": "0",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class RequestLog:
    """The outermost: names the request, puts what every answer carries on it, and writes one line."""

    _cold_start = True  # until the process has answered its first request

    def __init__(self, app: ASGIApp, *, hsts: bool) -> None:
        self.app = app
        self._headers = SECURITY_HEADERS | (HSTS if hsts else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        cold_start, RequestLog._cold_start = RequestLog._cold_start, False
        request = RequestContext(_request_id(scope))
        token = current_request.set(request)
        method, started, status = scope["method"], time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request.request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            route = scope.get("route")
            request.route = getattr(route, "path", None)
            logger.log(
                logging.ERROR if status >= 500 else logging.INFO,
                "request",
                extra={
                    "method": method,
                    "status": status,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                    "coldStart": cold_start,
                },
            )
            current_request.reset(token)


class UnhandledErrors:
    """Answers what nobody else caught. The answer tells nothing; the log line with its request id tells all."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http":
                raise
            logger.exception("unhandled error")
            if started:  # a body that was cut off must not look complete: the server closes the connection
                raise
            await error_response(scope, AppError("Internal server error"))(scope, receive, send)


def _request_id(scope: Scope) -> str:
    """The gateway's id, else a sane one the client sent, else a new one."""
    if event := scope.get("aws.event"):
        return str(event["requestContext"]["requestId"])
    sent = Headers(scope=scope).get("x-request-id", "")
    return sent if ACCEPTABLE_REQUEST_ID.fullmatch(sent) else uuid4().hex


class CanonicalPath:
    """One spelling of each path, never by redirect: any case, one trailing slash or none; `HEAD` wherever `GET` is.

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

        as_get = {**scope, "method": "GET"}  # a copy: the server must still know that it answers a HEAD
        await self.app(as_get, receive, send_without_body)
        scope["route"] = as_get.get("route")

    def _canonical(self, path: str) -> str:
        if len(path) > 1 and path.endswith("/"):
            path = path[:-1]
        if path.lower().startswith("/api/api/"):
            path = path[len("/api") :]
        segments = path.split("/")
        if segments[1:2] == ["uploads"]:
            return path
        return "/".join(segment.lower() if segment.lower() in self._fixed else segment for segment in segments)


def _is_clean(scope: Scope) -> bool:
    """No NUL anywhere, and a path whose escapes are UTF-8."""
    if "\x00" in scope["path"] or b"%00" in scope["query_string"] or b"\x00" in scope["query_string"]:
        return False
    raw: bytes | None = scope.get("raw_path")
    try:
        return raw is None or "\x00" not in unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return False
