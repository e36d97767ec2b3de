"""What kinds of request bodies are read at all, and how much of them, before a route sees them."""

import json
import re
from collections.abc import Iterable
from urllib.parse import parse_qs

from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lego_api.errors import AppError, Invalid, PayloadTooLarge, UnsupportedMediaType
from lego_api.web.auth import Credentials
from lego_api.web.envelopes import error_response, too_large

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

CHARSET = re.compile(r""";\s*charset\*?\s*=\s*"?([^";,\s]*)""", re.IGNORECASE)
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})
MAX_FORM_FIELDS = 1000
ANONYMOUS_BYTES = 64 * 1024  # without a token: no public route reads more, and parsing more costs memory

# A synchronous invocation carries 6 MB, and the gateway sends binary bodies in base64.
LAMBDA_BODY_BYTES = 4_400_000
DIRECT_UPLOADS = (
    " Upload larger files directly to storage: start with POST /api/mocs/with-files/initialize,"
    " which takes the mocId of a MOC that exists."
)


class RequestBodies:
    """Refuses what no route reads, and gives routes that read JSON the two other spellings Express accepted:

    an empty body is `{}`, and an urlencoded form is an object of strings. A route that takes forms with files says
    with `max_body_size` how much it takes; only such a form is not read here, but streams through.
    """

    def __init__(self, app: ASGIApp, *, max_json_bytes: int, routes: Iterable[BaseRoute]) -> None:
        self.app = app
        self._max_json_bytes = max_json_bytes
        self._routes = [route for route in routes if isinstance(route, APIRoute)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return await self.app(scope, receive, send)
        try:
            receive = await self._readable(scope, receive)
        except AppError as error:
            await error_response(scope, error)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _readable(self, scope: Scope, receive: Receive) -> Receive:
        headers = Headers(scope=scope)
        _check_invocation(scope)
        encoding = headers.get("content-encoding", "identity")
        if encoding.lower() != "identity":
            raise UnsupportedMediaType(f'unsupported content encoding "{encoding[:100]}"')
        content_type = headers.get("content-type", "")
        kind = media_type(content_type)
        charset = CHARSET.search(content_type)
        if charset and charset[1].lower() not in CHARSETS:
            raise UnsupportedMediaType(f'unsupported charset "{charset[1][:100].upper()}"')
        if kind == MULTIPART and (route := self._route(scope)):
            if route.max_body_size:
                return _limited(receive, headers, route.max_body_size, form=True)
            if route.body_field:
                raise UnsupportedMediaType(f"Send the body as {JSON}, not as {kind}")
        body = await _read(_limited(receive, headers, self._max_json_bytes), scope["state"]["credentials"])
        if not body.strip():
            return _replayed(scope, receive, b"{}" if kind == JSON else b"")
        if kind == URLENCODED:
            return _replayed(scope, receive, _urlencoded_to_json(body))
        if kind == MULTIPART:  # no matter to a route that reads nothing
            return _replayed(scope, receive, body, content_type)
        if kind != JSON and not kind.endswith("+json"):
            if self._route(scope) is None:  # that there is no such route matters more
                return _replayed(scope, receive, body, content_type)
            raise UnsupportedMediaType(f"Send the body as {JSON}, not as {kind[:100] or 'an unnamed type'}")
        return _replayed(scope, receive, body)

    def _route(self, scope: Scope) -> APIRoute | None:
        return next((route for route in self._routes if route.matches(scope)[0] is Match.FULL), None)


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _check_invocation(scope: Scope) -> None:
    event = scope.get("aws.event") or {}
    body = event.get("body") or ""
    size = len(body) * 3 // 4 if event.get("isBase64Encoded") else len(body)
    if size > LAMBDA_BODY_BYTES:
        raise PayloadTooLarge(
            "The request is too large to pass through the API: at most 4.4 MB are accepted here."
            + (DIRECT_UPLOADS if scope["path"].startswith("/api/mocs") else "")
        )


def _limited(receive: Receive, headers: Headers, limit: int, *, form: bool = False) -> Receive:
    """Raises `PayloadTooLarge` for more bytes than `limit`, announced or sent, and `Invalid` for a body cut short."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise too_large(limit, form=form)
    size, is_complete = 0, False

    async def receive_limited() -> Message:
        nonlocal size, is_complete
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            is_complete = not message.get("more_body", False)
        elif not is_complete:
            raise Invalid("The request ended before its body was complete")
        if size > limit:
            raise too_large(limit, form=form)
        return message

    return receive_limited


async def _read(receive: Receive, credentials: Credentials) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > ANONYMOUS_BYTES and credentials.failure:
            raise credentials.failure
    return bytes(body)


def _urlencoded_to_json(body: bytes) -> bytes:
    try:
        pairs = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS, errors="strict")
    except ValueError as error:  # not UTF-8, or too many fields
        raise Invalid("The form cannot be read") from error
    return json.dumps({name: values[0] if len(values) == 1 else values for name, values in pairs.items()}).encode()


def _replayed(scope: Scope, receive: Receive, body: bytes, content_type: str = JSON) -> Receive:
    """Puts a body that was read already in front of what is still to be received."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    headers["content-length"] = str(len(body))
    if body:
        headers["content-type"] = content_type
    scope["headers"] = headers.raw
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_body() -> Message:
        return messages.pop() if messages else await receive()

    return receive_body
