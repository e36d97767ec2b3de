"""Plain ASGI around every request: its id, its log line, its headers, and an answer whatever happens."""

import logging
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import cast
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lego_api import metrics
from lego_api.errors import AppError
from lego_api.observability import RequestContext, current_request
from lego_api.web.envelopes import error_response

logger = logging.getLogger("lego_api.request")

ACCEPTABLE_REQUEST_ID = re.compile(r"[\w.-]{8,128}", re.ASCII)

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

RawHeader = tuple[bytes, bytes]
RawHeaders = list[RawHeader]

JSON_TYPE = (b"content-type", b"application/json")
JSON_TYPE_AS_RECORDED = (b"content-type", b"application/json; charset=utf-8")


def response_headers(scope: Scope) -> dict[str, str]:
    """What the answer to this request will carry, whoever gives it. A header that the answer has itself wins."""
    return cast(dict[str, str], scope["state"]["response_headers"])


class RequestLog:
    """The outermost: names the request, puts what every answer carries on it, and writes one line."""

    _cold_start = True  # until the process has answered its first request

    def __init__(self, app: ASGIApp, *, hsts: bool, measures: bool = True) -> None:
        """`measures`: whether the line is for CloudWatch's metrics, too."""
        self.app = app
        self._measures = measures
        self._security = _raw(SECURITY_HEADERS | (HSTS if hsts else {}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        cold_start, RequestLog._cold_start = RequestLog._cold_start, False
        request = RequestContext(_request_id(scope))
        token = current_request.set(request)
        carried = {"X-Request-Id": request.request_id}
        scope.setdefault("state", {})["response_headers"] = carried
        started, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _completed(message.get("headers", ()), [*_raw(carried), *self._security])
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            request.route = getattr(scope.get("route"), "path", None)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            request.counts += Counter(Errors=status >= 500, ColdStarts=cold_start)
            level = logging.ERROR if status >= 500 else logging.INFO
            measured = metrics.of_request(request.route, milliseconds, request.counts) if self._measures else {}
            if logger.isEnabledFor(level):
                about = {
                    "method": scope["method"],
                    "status": status,
                    "milliseconds": milliseconds,
                    "coldStart": cold_start,
                }
                logger.log(level, "request", extra=about | measured)
            elif measured:
                metrics.write(measured)
            current_request.reset(token)


def _raw(headers: Mapping[str, str]) -> RawHeaders:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _completed(own: Iterable[RawHeader], carried: RawHeaders) -> RawHeaders:
    headers = [JSON_TYPE_AS_RECORDED if header == JSON_TYPE else header for header in own]
    present = {name for name, _ in headers}
    return headers + [header for header in carried if header[0] not in present]


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
    event = scope.get("aws.event") or {}
    if given := event.get("requestContext", {}).get("requestId"):
        return str(given)
    sent = Headers(scope=scope).get("x-request-id", "")
    return sent if ACCEPTABLE_REQUEST_ID.fullmatch(sent) else uuid4().hex
