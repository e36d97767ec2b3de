"""Weak entity tags for JSON answers to GET, and 304 for who has them already."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ETags:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        start: Message | None = None
        chunks: list[bytes] = []

        async def send_tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if _is_json_success(message):
                    start = message
                    return
            elif start is not None:
                chunks.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                await _send_tagged_body(scope, send, start, b"".join(chunks))
                return
            await send(message)

        await self.app(scope, receive, send_tagged)


def _is_json_success(start: Message) -> bool:
    return start["status"] == 200 and Headers(scope=start).get("content-type", "").startswith("application/json")


async def _send_tagged_body(scope: Scope, send: Send, start: Message, body: bytes) -> None:
    tag = f'W/"{len(body):x}-{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = MutableHeaders(scope=start)
    headers["ETag"] = tag
    if matches(Headers(scope=scope), tag):
        start["status"] = 304
        for name in ("content-length", "content-type"):
            if name in headers:
                del headers[name]
        body = b""
    await send(start)
    await send({"type": "http.response.body", "body": body})


def matches(request: Headers, tag: str) -> bool:
    """Whether `If-None-Match` names the tag. Weak comparison (RFC 9110, 8.8.3.2): what stands behind `W/` decides."""
    given = {part.strip().removeprefix("W/") for line in request.getlist("if-none-match") for part in line.split(",")}
    return "*" in given or tag.removeprefix("W/") in given
