"""One line for each request, which says what happened and gives nothing away."""

import io
import json
import logging
import re
import subprocess
import sys
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from lego_api.observability import JsonFormatter, redact
from tests.support.clients import Api, LambdaGateway, event_of
from tests.support.logs import LogLines
from tests.support.tokens import token


def only_line(log: LogLines, answer: httpx.Response) -> dict[str, Any]:
    (line,) = log.of_request(answer.headers["X-Request-Id"])
    return line


def test_a_line_says_what_happened(api: Api, log: LogLines) -> None:
    user = api.user()
    moc = user.post("/api/mocs", json={"title": f"Castle of {user.id}"})
    only_line(log, moc)
    line = only_line(log, user.get(f"/api/mocs/{moc.json()['moc']['id']}?token=secret"))
    assert line["level"] == "INFO"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/mocs/{moc_id}", 200)
    assert line["userId"] == user.id
    assert 0 < line["milliseconds"] < 60_000
    assert line["coldStart"] is False
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["timestamp"])
    assert "secret" not in json.dumps(line)


@pytest.mark.parametrize(
    ("method", "path", "status", "route"),
    [
        ("GET", "/nope", 404, None),
        ("GET", "/API/Mocs/", 401, "/api/mocs"),
        ("HEAD", "/api/mocs/search", 200, "/api/mocs/search"),
        ("POST", "/api/mocs", 415, None),
        ("OPTIONS", "/api/mocs", 204, None),
        ("GET", "/uploads/a/b", 404, "/uploads/{key:path}"),
    ],
)
def test_so_does_that_of_a_refusal(
    api: Api, log: LogLines, method: str, path: str, status: int, route: str | None
) -> None:
    answer = api.client().request(method, path, content=b"x" if method == "POST" else None)
    line = only_line(log, answer)
    assert (line["method"], line["status"], line["route"], line["userId"]) == (method, status, route, None)


def test_the_gateways_request_id_is_the_requests(settings: Settings, log: LogLines) -> None:
    with LambdaGateway(settings) as gateway:
        request = httpx.Request("GET", "https://api.example.com/nope", headers={"X-Request-Id": "sent-by-client"})
        event = event_of(request)
        answer = gateway.invoke(event)
        assert answer["headers"]["x-request-id"] == event["requestContext"]["requestId"] != "sent-by-client"
        assert len(log.of_request(event["requestContext"]["requestId"])) == 1


def test_no_credentials_in_any_line(over_http: Api, settings: Settings, log: LogLines) -> None:
    signed = token(settings, "somebody")
    query = f"?token={signed}&X-Amz-Signature=5eCr3t&X-Amz-Credential=5eCr3t"
    for client in (
        over_http.client(Authorization=f"Bearer {signed}"),
        over_http.client(Cookie=f"token={signed}; XSRF-TOKEN=5eCr3t"),
    ):
        for path in ("/api/wishlist", "/nope", f"/uploads/{signed}", "/%zz"):
            log.of_request(client.get(path + query).headers["X-Request-Id"])
    written = json.dumps(log.lines)
    assert "5eCr3t" not in written
    assert signed not in written
    assert signed.split(".")[2] not in written


JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.5eCr3t-5eCr3t_x"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {JWT}",
        "authorization: bearer 5eCr3t",
        f"a token was {JWT} and more",
        "Cookie: token=5eCr3t; XSRF-TOKEN=5eCr3t; a=b",
        "GET http://s3/bucket/key?X-Amz-Credential=5eCr3t%2F2026&X-Amz-Signature=5eCr3t&X-Amz-Security-Token=5eCr3t",
        "https://cdn.example/x?Expires=1&Signature=5eCr3t~5eCr3t&Key-Pair-Id=K",
        "{'x-amz-signature': '5eCr3t', 'x-amz-credential': '5eCr3t', 'key': 'a'}",
        '{"token": "5eCr3t", "a": 1}',
        "redirect=%2Fx%3Ftoken%3D5eCr3t%26b",
        "postgresql+asyncpg://lego:5eCr3t@db.example:5432/lego refused",
        "rediss://:5eCr3t@cache.example",
        "csrf_secret='5eCr3t' password=5eCr3t",
    ],
)
def test_credentials_are_taken_out_of_messages_and_tracebacks(text: str) -> None:
    assert "5eCr3t" not in redact(text)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    try:
        raise ValueError(text)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed: %s", (text,), sys.exc_info())
        record.where = {"text": text}
        handler.handle(record)
    assert "5eCr3t" not in written.getvalue()
    line = json.loads(written.getvalue())
    assert line["exception"].startswith("Traceback")


def test_what_is_no_credential_stays() -> None:
    for text in (
        "the token signing keys could not be fetched: ConnectError",
        "GET https://example.com:8080/a/b@2x.png",
        "rate limit of 100 requests",
    ):
        assert redact(text) == text


def test_any_text_makes_one_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "%s", ('a\nb\u2028\ud800\x00ä"',), None)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert line.isascii()
    assert json.loads(line)["message"] == 'a\nb\u2028\ud800\x00ä"'


def test_logging_of_the_server_is_json_too() -> None:
    """uvicorn has set up handlers of its own when it imports the application."""
    code = (
        "import logging, uvicorn\n"
        "from lego_api.observability import configure_logging\n"
        "uvicorn.Config('x:y')\n"
        "configure_logging('INFO')\n"
        "logging.getLogger('uvicorn.error').error('failed with Bearer 5eCr3t')\n"
        "logging.getLogger('uvicorn.access').info('GET /secret')\n"
        "logging.getLogger('mangum.http').info('GET /secret')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["message"] == "failed with Bearer [redacted]"
    assert done.stderr == ""
