"""Two routes for trying things out, which exist in local development only."""

import re

import pytest

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.faults import serving
from tests.support.refusals import refusal
from tests.support.timestamps import TIMESTAMP


def test_a_test_token(api: Api) -> None:
    answer = api.client().post("/api/mocs/test-auth")
    assert answer.status_code == 200
    assert list(answer.json()) == ["message", "userId", "token"]
    assert answer.json()["message"] == "Test auth token generated"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"token={answer.json()['token']};")
    for attribute in ("HttpOnly", "Max-Age=3600", "Path=/", "SameSite=lax"):
        assert attribute in cookie
    assert re.search(r"expires=\w{3}, \d\d \w{3} \d{4}", cookie)
    signed_in = api.client(Authorization=f"Bearer {answer.json()['token']}")
    moc = signed_in.get("/api/mocs")
    assert moc.status_code == 200


def test_cors(api: Api) -> None:
    answer = api.client().post("/api/mocs/test-cors")
    assert answer.status_code == 200
    assert list(answer.json()) == ["message", "timestamp"]
    assert answer.json()["message"] == "CORS test successful"
    assert TIMESTAMP.fullmatch(answer.json()["timestamp"])


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_they_are_nowhere_else(settings: Settings, environment: str) -> None:
    with serving(settings, environment=environment) as api:
        for name in ("test-auth", "test-cors"):
            answer = api.client().post(f"/api/mocs/{name}")
            assert refusal(answer) == (404, "NOT_FOUND", f"Not Found - /api/mocs/{name}")
            assert "set-cookie" not in answer.headers
