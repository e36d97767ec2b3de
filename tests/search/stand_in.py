"""Who answers in OpenSearch's place: whatever a test wants."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from lego_api.dev.ports import HOST


@dataclass(frozen=True)
class Request:
    """`target` and `headers` (by their names in lower case) as they were sent; `body` as bytes, packed or not."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Answer:
    body: bytes
    status: int = 200
    content_type: str | None = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs_up: bool = False  # afterwards, and without having said so


def in_json(body: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(body).encode(), status)


def hits(*ids: str, **changes: Any) -> Answer:
    """Of a search that went well, unless changed."""
    whole = {
        "took": 1,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
        "hits": {"total": {"value": len(ids), "relation": "eq"}, "hits": [{"_index": "i", "_id": id} for id in ids]},
    }
    return in_json(whole | changes)


class StandIn:
    """Speaks HTTP, keeps connections, and remembers what it was asked. `answer` may be changed at any time."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.connections = 0
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                stand_in.connections += 1

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, self.rfile.read(length))
                stand_in.requests.append(request)
                self._send(stand_in.answer(request))

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

            def _send(self, answer: Answer) -> None:
                self.send_response(answer.status)
                if answer.content_type is not None:
                    self.send_header("Content-Type", answer.content_type)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
                self.close_connection = self.close_connection or answer.hangs_up

            def log_message(self, format: str, *arguments: Any) -> None: ...

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.url = f"http://{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def paths(self) -> Sequence[str]:
        return [request.path for request in self.requests]
