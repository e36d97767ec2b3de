"""The agent that Lambda runs beside a function, as far as it takes spans: from a socket of UDP."""

import base64
import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from lego_api.dev.ports import HOST

SECONDS = 60.0
LARGEST = 65_507  # what a datagram can hold


class TraceAgent:
    """`resource`: what the last request said about the process that its spans are from."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self._socket.bind((HOST, 0))
        self._socket.settimeout(SECONDS)
        self.address = f"{HOST}:{self._socket.getsockname()[1]}"
        self.resource: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._socket.close()

    def receive(self) -> Sequence[Span]:
        """The spans of the next datagram; waits for it."""
        return self._spans(self._socket.recv(LARGEST))

    def received(self) -> Sequence[Span]:
        """Those of all datagrams that have come."""
        spans: list[Span] = []
        self._socket.setblocking(False)
        try:
            while True:
                spans += self._spans(self._socket.recv(LARGEST))
        except BlockingIOError:
            return spans
        finally:
            self._socket.settimeout(SECONDS)

    def _spans(self, datagram: bytes) -> Sequence[Span]:
        header, _, rest = datagram.partition(b"\n")
        assert header == b'{"format":"json","version":1}'
        assert rest.startswith(b"T1S")
        request = ExportTraceServiceRequest.FromString(base64.b64decode(rest.removeprefix(b"T1S"), validate=True))
        (resource_spans,) = request.resource_spans
        self.resource = {item.key: item.value.string_value for item in resource_spans.resource.attributes}
        return [span for scope in resource_spans.scope_spans for span in scope.spans]


def attributes(span: Span) -> dict[str, str | int]:
    return {item.key: item.value.string_value or item.value.int_value for item in span.attributes}
