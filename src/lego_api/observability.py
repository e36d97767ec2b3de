"""JSON log lines, and what is known about the request they belong to."""

import json
import logging
import re
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# Signed URLs, bearer tokens and JWTs, wherever they stand in a message or a traceback.
SECRETS = re.compile(
    r"""(?ix) (?: (?<=bearer\ ) [\w.~+/=-]+ | \beyJ[\w-]+\.[\w-]+\.[\w-]* | (?<=x-amz-signature=) [0-9a-f]+
        | (?<=x-amz-credential=) [^&\s"']+ | (?<=x-amz-security-token=) [^&\s"']+ | (?<=token=) [^;&\s"']+ )"""
)

# What logging puts on every record by itself; everything else on a record is ours.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


@dataclass(slots=True)
class RequestContext:
    request_id: str
    user_id: str | None = None
    route: str | None = None  # the template, never the path: paths may hold what must not be logged


current_request: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        request = current_request.get()
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request:
            line |= {"requestId": request.request_id, "userId": request.user_id, "route": request.route}
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, default=str, ensure_ascii=False))


def redact(text: str) -> str:
    return SECRETS.sub("[redacted]", text)


def configure_logging(level: str) -> None:
    """Sends every logger of the process through one JSON handler on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for talkative in ("botocore", "aiobotocore", "httpx", "httpcore", "opensearch", "uvicorn.access"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
