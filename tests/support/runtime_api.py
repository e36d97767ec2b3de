"""Lambda's Runtime API, as far as its runtime clients ask for it: the next event, and what became of the last one."""

import queue
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from lego_api.dev.ports import HOST

VERSION = "/2018-06-01/runtime"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:of-a-test"
LONGEST_ANSWER = 6 * 1024 * 1024  # bytes
DEADLINE_SECONDS = 60


@dataclass(frozen=True)
class Outcome:
    """`kind` is `answer`, `error`, `init error` or `ended`: then the process is no more."""

    kind: str
    body: bytes = b""


class RuntimeApi:
    """Of one sandbox, which has one event at a time."""

    def __init__(self) -> None:
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.waiting = threading.Event()  # for its first event: it has been initialized
        self.waiting_since = 0.0
        self._events: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                assert self.path == f"{VERSION}/invocation/next"
                event = api._next()
                if event is None:
                    self.close_connection = True
                    return
                self._answer(200, event, api._headers())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kind = {"response": "answer", "error": "error"}[self.path.rpartition("/")[2]]
                if self.path == f"{VERSION}/init/error":
                    kind = "init error"
                too_long = len(body) > LONGEST_ANSWER
                self._answer(413 if too_long else 202, b"{}", {})
                api.outcomes.put(Outcome("error" if too_long else kind, body))

            def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None: ...

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False  # one of them waits for an event that never comes

        self._server = Server((HOST, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.address = f"{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._events.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def send(self, event: bytes) -> None:
        self._events.put(event)

    def _next(self) -> bytes | None:
        if not self.waiting.is_set():
            self.waiting_since = time.monotonic()
            self.waiting.set()
        return self._events.get()

    @staticmethod
    def _headers() -> dict[str, str]:
        return {
            "Lambda-Runtime-Aws-Request-Id": str(uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + DEADLINE_SECONDS) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": ARN,
            "Lambda-Runtime-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
        }
