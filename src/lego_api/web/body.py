"""What kinds of request bodies are read at all, before a route sees them."""

import json
from email.message import Message as MimeHeader
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lego_api.errors import AppError, Invalid, PayloadTooLarge, UnsupportedMediaType
from lego_api.web.envelopes import error_response, too_large

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

# A synchronous invocation carries 6 MB, and the gateway sends binary bodies in base64.
LAMBDA_BODY_BYTES = 4_400_000


class RequestBodies:
    """Refuses what no route reads, and gives routes that read JSON the two other spellings Express accepted:

    an empty body is `{}`, and an urlencoded form is an object of strings.
    """

    def __init__(self, app: ASGIApp, *, max_json_bytes: int) -> None:
        self.app = app
        self._max_json_bytes = max_json_bytes

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
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType(f'unsupported content encoding "{headers["content-encoding"][:100]}"')
        kind, charset = _parse(headers.get("content-type", ""))
        if kind == MULTIPART:
            return receive
        if charset not in ("", "utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType(f'unsupported charset "{charset[:100].upper()}"')
        body = await _read(receive, self._max_json_bytes)
        if not body.strip():
            return _as_json(scope, receive, b"{}" if kind == JSON else b"")
        if kind == URLENCODED:
            return _as_json(scope, receive, _urlencoded_to_json(body))
        if kind != JSON and not kind.endswith("+json"):
            raise UnsupportedMediaType(f"Send the body as {JSON}, not as {kind[:100] or 'an unnamed type'}")
        return _as_json(scope, receive, body)


def _check_invocation(scope: Scope) -> None:
    event = scope.get("aws.event")
    body = (event or {}).get("body") or ""
    size = len(body) * 3 // 4 if event and event.get("isBase64Encoded") else len(body)
    if size > LAMBDA_BODY_BYTES:
        raise PayloadTooLarge(
            "The request is too large to pass through the API: at most 4.4 MB are accepted here. "
            "Upload larger files directly to storage: start with POST /api/mocs/with-files/initialize."
        )


def _parse(content_type: str) -> tuple[str, str]:
    header = MimeHeader()
    header["content-type"] = content_type or "application/octet-stream"
    return (header.get_content_type() if content_type else ""), header.get_content_charset("") or ""


async def _read(receive: Receive, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def _urlencoded_to_json(body: bytes) -> bytes:
    try:
        pairs = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=1000)
    except ValueError as error:  # not UTF-8, or too many fields
        raise Invalid("The form cannot be read") from error
    return json.dumps({name: values[0] if len(values) == 1 else values for name, values in pairs.items()}).encode()


def _as_json(scope: Scope, receive: Receive, body: bytes) -> Receive:
    """Puts a body that was read already in front of what is still to be received."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    headers["content-length"] = str(len(body))
    if body:
        headers["content-type"] = JSON
    scope["headers"] = headers.raw
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_body() -> Message:
        return messages.pop() if messages else await receive()

    return receive_body
