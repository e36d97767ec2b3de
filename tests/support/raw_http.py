"""Requests that a well-behaved client does not send: odd targets, bodies without an end, bodies without a length."""

import http.client
import socket
from collections.abc import Iterable

import httpx

from tests.support.clients import Api

TIMEOUT = 60.0


def raw_request(
    api: Api, method: str, target: str, body: bytes | Iterable[bytes] = b"", /, **headers: str
) -> httpx.Response:
    """`target` goes over the wire as it is; a body in pieces goes in chunks, without a Content-Length."""
    url = api.client().base_url
    connection = http.client.HTTPConnection(url.host, url.port or 80, timeout=TIMEOUT)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body or None, names, encode_chunked=not isinstance(body, bytes))
        answer = connection.getresponse()
        return httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())
    finally:
        connection.close()


def cut_short(api: Api, head: str, body: bytes) -> None:
    """Sends a part of the body that `head` announces, and goes away."""
    url = api.client().base_url
    with socket.create_connection((url.host, url.port or 80), TIMEOUT) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
