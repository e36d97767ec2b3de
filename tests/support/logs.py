"""The log lines of an application that runs in a thread of this process."""

import json
import logging
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lego_api.observability import JsonFormatter

SECONDS = 60.0

Line = dict[str, Any]


class LogLines(logging.Handler):
    """Collects lines as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[Line] = []
        self._written: queue.SimpleQueue[str] = queue.SimpleQueue()

    def emit(self, record: logging.LogRecord) -> None:
        self._written.put(self.format(record))

    def next(self) -> Line:
        """Waits for it."""
        self.lines.append(json.loads(self._written.get(timeout=SECONDS)))
        return self.lines[-1]

    def of_request(self, request_id: str) -> list[Line]:
        """All that was written about a request; waits for its last line, which follows its answer."""
        while True:
            last = self.next()
            if last["message"] == "request" and last["requestId"] == request_id:
                return [line for line in self.lines if line.get("requestId") == request_id]


@contextmanager
def collected_lines() -> Iterator[LogLines]:
    """What the applications of this process log, from now on."""
    lines, logger = LogLines(), logging.getLogger("lego_api")
    level = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
        logger.setLevel(level)
