"""moto's web application, made to save what a request changed before the answer to it leaves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

READING = frozenset({"GET", "HEAD"})
QUEUE = "AmazonSQS."


class Application:
    def __init__(self) -> None:
        # 127.0.0.1 would otherwise be read as the bucket 127 of a host.
        os.environ["S3_IGNORE_SUBDOMAIN_BUCKETNAME"] = "true"
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self._moto = DomainDispatcherApplication(create_backend_app)
        self._changing = Lock()
        self.after_change: Sequence[Callable[[], None]] = ()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return _allow_any_origin(environ, start_response)
        # Queues are not kept, and who waits at one must hold up nobody else.
        if method in READING or environ.get("HTTP_X_AMZ_TARGET", "").startswith(QUEUE):
            return self._answer(environ, start_response)
        _receive(environ)
        with self._changing:
            answer = self._answer(environ, start_response)
            for save in self.after_change:
                save()
        return answer

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer


def _receive(environ: WSGIEnvironment) -> None:
    """Reads the body first, so that a slow upload holds up nobody else."""
    if length := environ.get("CONTENT_LENGTH"):
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))


def _allow_any_origin(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """A browser asks before it uploads; moto refuses that question, whatever the bucket's rules say."""
    headers = {
        "Access-Control-Allow-Origin": environ.get("HTTP_ORIGIN", "*"),
        "Access-Control-Allow-Methods": "GET, HEAD, PUT, POST, DELETE",
        "Access-Control-Allow-Headers": environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "*"),
        "Access-Control-Max-Age": "3000",
        "Content-Length": "0",
        "Vary": "Origin",
    }
    start_response("200 OK", list(headers.items()))
    return []
