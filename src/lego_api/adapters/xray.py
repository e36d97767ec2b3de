"""Spans, and the agent that takes them: by UDP, as the one does that Lambda runs beside a function.

Nobody waits for an answer, and where there is no agent, nothing happens. Imported only where tracing is on.
"""

import base64
import logging
import os
import socket
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import Span, SpanKind, StatusCode

logger = logging.getLogger(__name__)

# Lambda writes it into the environment before each invocation: the trace, whose part this is, and whether it is kept.
INVOCATION = "_X_AMZN_TRACE_ID"
HEADER = "X-Amzn-Trace-Id"

# A datagram is a line about its format and then, in base64, an ExportTraceServiceRequest; T1S: of traces that are kept.
FORMAT = b'{"format":"json","version":1}\nT1S'
LARGEST_DATAGRAM = 60_000  # bytes; UDP carries 65,507
HELD = 500  # spans


class Tracer:
    """Has a provider of its own: what else knows of the process's is not asked, and may tell more than names."""

    def __init__(self, *, service: str, agent: str) -> None:
        about = {"service.name": service, "cloud.provider": "aws", "cloud.platform": "aws_lambda", "faas.name": service}
        provider = TracerProvider(sampler=ParentBased(ALWAYS_ON), resource=Resource(about), shutdown_on_exit=False)
        provider.add_span_processor(ToAgent(agent))
        self._provider = provider
        self._tracer = provider.get_tracer("lego_api")
        self._propagator = AwsXRayPropagator()

    @contextmanager
    def span(self, name: str, *, kind: SpanKind = SpanKind.CLIENT, context: Context | None = None) -> Iterator[Span]:
        """What passes through it marks it as failed, by its type: the text of an exception may tell too much."""
        with self._tracer.start_as_current_span(
            name, context, kind, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise

    def close(self) -> None:
        self._provider.shutdown()

    @contextmanager
    def invocation(self, name: str) -> Iterator[Span]:
        parent = self._propagator.extract({HEADER: os.environ.get(INVOCATION, "")}, Context())
        with self.span(name, kind=SpanKind.SERVER, context=parent) as span:
            yield span


class ToAgent(SpanProcessor):
    """Sends what has ended once the outermost span has: Lambda freezes the process soon after."""

    def __init__(self, agent: str) -> None:
        self._host, self._port = address_of(agent)
        self._socket: socket.socket | None = None
        self._ended: deque[ReadableSpan] = deque()

    def on_end(self, span: ReadableSpan) -> None:
        if span.context is None or not span.context.trace_flags.sampled:
            return
        self._ended.append(span)
        if span.parent is None or span.parent.is_remote or len(self._ended) >= HELD:
            self._send([self._ended.popleft() for _ in range(len(self._ended))])

    def shutdown(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, spans: Sequence[ReadableSpan]) -> None:
        datagram = FORMAT + base64.b64encode(encode_spans(spans).SerializeToString())
        if len(datagram) > LARGEST_DATAGRAM and len(spans) > 1:
            middle = len(spans) // 2
            self._send(spans[:middle])
            self._send(spans[middle:])
            return
        try:
            self._open().send(datagram)
        except OSError as error:
            logger.debug("spans could not be sent: %s", type(error).__name__)

    def _open(self) -> socket.socket:
        if self._socket is None:
            family, kind, protocol, _, address = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)[0]
            opened = socket.socket(family, kind, protocol)
            opened.setblocking(False)
            opened.connect(address)
            self._socket = opened
        return self._socket


def address_of(agent: str) -> tuple[str, int]:
    """Host and port of `host:port`, or of what follows `udp:` where each protocol has its own. Raises `ValueError`."""
    own = [part.removeprefix("udp:") for part in agent.split() if not part.startswith("tcp:")]
    host, colon, port = own[0].rpartition(":") if own else ("", "", "")
    if not host or not colon or not port.isdecimal():
        raise ValueError("AWS_XRAY_DAEMON_ADDRESS must be host:port")
    return host.strip("[]"), int(port)
