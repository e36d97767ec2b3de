"""What an error looks like, in every domain; and that a bug of ours shows nothing but its request id."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.faults import serving
from tests.support.logs import LogLines
from tests.support.own_database import temporary_database

ALWAYS = {"success", "statusCode", "code", "message", "error", "requestId"}


def check(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """What every error body has."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["statusCode"], body["success"], body["code"]) == (status, status, False, code)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert isinstance(body["message"], str)
    assert isinstance(body["error"], str)
    assert body["requestId"] == answer.headers["x-request-id"]
    assert body.keys() >= ALWAYS
    return body


def provoke(user: User, status: int, collection: str) -> httpx.Response:
    """An error of this status from a domain whose things have a title."""
    if status == 400:
        return user.post(collection, json={"title": 7})
    if status == 404:
        return user.patch(f"{collection}/{uuid4()}", json={"title": "Castle"})
    if status == 413:
        return user.post(
            collection, content=b"x" * (10 * 1024 * 1024 + 1), headers={"Content-Type": "application/json"}
        )
    assert status == 415
    return user.post(collection, content=b"x", headers={"Content-Type": "text/plain"})


CODES = {400: "VALIDATION_ERROR", 404: "NOT_FOUND", 413: "PAYLOAD_TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE"}


@pytest.mark.parametrize("status", CODES)
def test_outside_the_wishlist_error_is_the_message(over_http: Api, status: int) -> None:
    code = {404: "MOC_NOT_FOUND"}.get(status, CODES[status])
    body = check(provoke(over_http.user(), status, "/api/mocs"), status, code)
    assert body["error"] == body["message"]
    assert "status" not in body


@pytest.mark.parametrize("status", CODES)
def test_in_the_wishlist_error_is_the_code(over_http: Api, status: int) -> None:
    body = check(provoke(over_http.user(), status, "/api/wishlist"), status, CODES[status])
    assert (body["error"], body["status"]) == (CODES[status], status)


def test_through_the_gateway_too(through_lambda: Api) -> None:
    user = through_lambda.user()
    check(user.get("/nope"), 404, "NOT_FOUND")
    check(user.post("/api/mocs", json={}), 400, "VALIDATION_ERROR")
    check(user.post("/api/wishlist", json={}), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("path", ["/api/mocs", "/api/wishlist"])
def test_a_missing_token_looks_the_same_everywhere(api: Api, path: str) -> None:
    body = check(api.client().get(path), 401, "UNAUTHORIZED")
    assert body["error"] == body["message"] == "No authentication token provided"


def test_problems_name_the_field_in_the_shape_of_the_domain(api: Api) -> None:
    moc = check(api.user().post("/api/mocs", json={"title": 7, "partsCount": "many"}), 400, "VALIDATION_ERROR")
    assert moc["details"]["fieldErrors"].keys() == {"title", "partsCount"}
    assert moc["details"]["formErrors"] == []
    item = check(api.user().post("/api/wishlist", json={"title": 7}), 400, "VALIDATION_ERROR")
    assert {tuple(issue["path"]) for issue in item["details"]} == {("title",), ("sortOrder",)}
    assert all(isinstance(issue["message"], str) and isinstance(issue["code"], str) for issue in item["details"])


def test_a_query_parameter_is_named_too(api: Api) -> None:
    body = check(api.user().get("/api/mocs?sort=sideways"), 400, "VALIDATION_ERROR")
    assert "sort" in body["details"]["fieldErrors"]


@pytest.fixture
def broken(settings: Settings) -> Iterator[Settings]:
    """A database in which a table is missing that the code counts on."""
    with temporary_database(settings) as database:
        database.fetch("DROP TABLE wishlist_items CASCADE")
        yield settings.model_copy(update={"database_url": database.settings_url})


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_a_bug_shows_its_request_id_and_nothing_else(broken: Settings, way_in: str, log: LogLines) -> None:
    with serving(broken, way_in) as api:
        user = api.user()
        answer = user.post(
            "/api/wishlist", json={"title": "Falcon", "sortOrder": "1"}, headers={"Origin": "http://localhost:3002"}
        )
        body = check(answer, 500, "INTERNAL_ERROR")
        assert body.keys() == ALWAYS | {"status"}
        assert body["message"] == "Internal server error"
        for word in ("wishlist_items", "SELECT", "INSERT", "asyncpg", "Traceback", "sqlalche"):
            assert word not in answer.text
        # A page must be able to read it.
        assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3002"
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert answer.headers["RateLimit-Limit"] == str(broken.rate_limit_general)

        lines = log.of_request(body["requestId"])
        assert any("wishlist_items" in line.get("exception", "") for line in lines)
        assert lines[-1]["status"] == 500
        assert lines[-1]["level"] == "ERROR"
        assert lines[-1]["route"] == "/api/wishlist"
        assert user.get("/api/mocs").status_code == 200, "and everything else works"
