"""JSON log lines, and what is known about the request they belong to."""

import json
import logging
import re
import sys
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

# Credentials, wherever they stand in a message, a traceback, an address or a query string. Group 1 stays readable.
SECRETS = re.compile(
    r"""(?ix)
    ( \b bearer \s+ ) [\w.~+/=-]+                   # an Authorization header
    | () \b eyJ [\w-]+ (?: \. [\w-]* ){1,2}         # a JWT
    | ( :// [^\s/@:"']* : ) [^\s/@"']+ (?= @ )      # the password in an address
    | ( (?: signature | credential | token | cookie | password | secret ) \\?["']? \s* (?: = | : | %3D ) \s* \\?["']? )
      [^\s&;,"'\\<>(){}]+                           # signed URLs, cookies, forms, settings
    """
)

# One of these stands in every match: almost no line has one, and looking for them is fifty times as fast.
SIGNS_OF_SECRETS = ("bearer", "eyj", "://", "signature", "credential", "token", "cookie", "password", "secret")

# What logging puts on every record by itself; everything else on a record is ours.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


@dataclass(slots=True)
class RequestContext:
    request_id: str
    user_id: str | None = None
    route: str | None = None  # the template, never the path: paths may hold what must not be logged
    counts: Counter[str] = field(default_factory=Counter)  # by the names of metrics


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
        return redact(json.dumps(line, default=str))


def redact(text: str) -> str:
    lowered = text.lower()
    if not any(sign in lowered for sign in SIGNS_OF_SECRETS):
        return text
    return SECRETS.sub(lambda found: "".join(filter(None, found.groups())) + "[redacted]", text)


def configure_logging(level: str) -> None:
    """Sends every logger of the process through one JSON handler on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for with_own_handlers in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # set up before it imports the application
        logger = logging.getLogger(with_own_handlers)
        logger.handlers.clear()
        logger.propagate = True
    # "uvicorn.access" and "mangum" write addresses, which our own line leaves out.
    for talkative in ("botocore", "aiobotocore", "httpx", "httpcore", "opensearch", "uvicorn.access", "mangum"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
