"""Headers that every answer carries, whoever gives it."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.faults import serving
from tests.support.pictures import JPEG, PDF

RECORDED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Download-Options": "noopen",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-XSS-Protection": "0",
}
ORIGIN = "http://localhost:3002"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-csrf-token"}


def picture(user: User) -> str:
    uploaded = user.post("/api/wishlist/upload-image", files={"image": ("p.jpg", JPEG, "image/jpeg")})
    return str(uploaded.json()["data"]["imageUrl"])


def not_modified(user: User) -> httpx.Response:
    return user.get("/api/mocs", headers={"If-None-Match": "*"})


def redirect(user: User) -> httpx.Response:
    texts = {"type": "moc", "title": f"Castle {uuid4()}", "author": "A"}
    files = {"instructionsFile": ("plan.pdf", PDF, "application/pdf")}
    moc = user.post("/api/mocs/with-files", data=texts, files=files).json()["moc"]
    return user.get(f"/api/mocs/{moc['id']}/files/{moc['files'][0]['id']}/download")


KINDS: dict[int, Callable[[User], httpx.Response]] = {
    200: lambda user: user.get("/api/mocs"),
    201: lambda user: user.post("/api/wishlist", json={"title": "Falcon", "sortOrder": "1"}),
    204: lambda user: user.options("/api/wishlist", headers=PREFLIGHT),
    206: lambda user: user.get(picture(user), headers={"Range": "bytes=0-3"}),
    302: redirect,
    304: not_modified,
    400: lambda user: user.post("/api/mocs", json={}),
    401: lambda user: user.get("/api/mocs", headers={"Authorization": "Bearer x"}),
    404: lambda user: user.get("/nope"),
    415: lambda user: user.post("/api/mocs", content=b"x", headers={"Content-Type": "text/plain"}),
}


@pytest.mark.parametrize("status", KINDS)
def test_security_headers_are_on_every_kind_of_answer(api: Api, status: int) -> None:
    answer = KINDS[status](api.user())
    assert answer.status_code == status, answer.text
    for name, value in RECORDED.items():
        assert answer.headers[name] == value, name
    assert answer.headers["X-Request-Id"]
    assert "X-Powered-By" not in answer.headers
    assert "Content-Security-Policy" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers, "this is local development"


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_outside_local_development_browsers_must_use_tls(settings: Settings, way_in: str) -> None:
    with serving(settings, way_in, environment="production") as api:
        user = api.user()
        for path in ("/health/live", "/api/mocs", "/nope", "/uploads/nope"):
            answer = user.get(path)
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_json_says_its_charset(api: Api) -> None:
    user = api.user()
    for path in (
        "/api/mocs",
        "/api/wishlist",
        "/api/wishlist/search",
        "/health",
        "/api/csrf",
        "/openapi.json",
        "/nope",
    ):
        assert user.get(path).headers["Content-Type"] == "application/json; charset=utf-8", path


def test_a_preflight_is_answered_as_recorded(api: Api) -> None:
    for path in ("/api/wishlist", "/nope", "/uploads/nope"):
        answer = api.client().options(path, headers=PREFLIGHT)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET,POST,PUT,PATCH,DELETE,OPTIONS"
        allowed = "Content-Type,Authorization,X-Requested-With,X-CSRF-Token,Cache-Control"
        assert answer.headers["Access-Control-Allow-Headers"] == allowed
        assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("status", [200, 206, 304, 400, 401, 404, 415])
def test_pages_of_the_web_app_may_read_every_answer(api: Api, status: int) -> None:
    user = api.user()
    user.headers["Origin"] = ORIGIN
    answer = KINDS[status](user)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Vary"] == "Origin"
    assert {"Content-Range", "X-Content-Range"} <= set(answer.headers["Access-Control-Expose-Headers"].split(","))


@pytest.mark.parametrize(
    "origin", ["http://localhost:3002.evil.example", "http://LOCALHOST:3002", "https://localhost:3002", "null", "*", ""]
)
def test_pages_of_others_may_not(api: Api, origin: str) -> None:
    for answer in (
        api.user().get("/api/mocs", headers={"Origin": origin}),
        api.client().options("/api/mocs", headers=PREFLIGHT | {"Origin": origin}),
    ):
        assert answer.is_success
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["Vary"] == "Origin"


def test_an_answer_to_no_origin_must_not_be_kept_for_one(api: Api) -> None:
    """Else an `<img>` would put a picture into the cache that the page could not read later."""
    user = api.user()
    for answer in (user.get(picture(user)), user.get("/api/mocs")):
        assert answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_where_the_gateway_answers_preflights_the_application_says_nothing(settings: Settings) -> None:
    with serving(settings, "lambda", cors_origins=()) as api:
        answer = api.user().get("/api/mocs", headers={"Origin": ORIGIN})
        assert answer.status_code == 200
        assert not [name for name in answer.headers if name.startswith("access-control-") or name == "vary"]
        assert api.client().options("/api/mocs", headers=PREFLIGHT).status_code == 404


def test_a_sane_request_id_is_taken_over(over_http: Api) -> None:
    answer = over_http.client().get("/nope", headers={"X-Request-Id": "web-1234.abc_D"})
    assert answer.headers["X-Request-Id"] == answer.json()["requestId"] == "web-1234.abc_D"


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 129, "with space", 'quote"quote', "ümlaut-ümlaut", "a;b;c;d;e;f", "token=secret"]
)
def test_any_other_is_replaced(over_http: Api, given: str) -> None:
    answer = over_http.client().get("/nope", headers=[(b"X-Request-Id", given.encode())])
    assert answer.headers["X-Request-Id"] == answer.json()["requestId"] != given
    assert len(answer.headers["X-Request-Id"]) == 32


def test_each_request_has_its_own(api: Api) -> None:
    client = api.client()
    assert len({client.get("/health/live").headers["X-Request-Id"] for _ in range(5)}) == 5


def test_what_is_somebodys_own_is_not_for_shared_caches(api: Api) -> None:
    for client in (api.user(), api.cookie_user()):
        for path in ("/api/wishlist", "/api/mocs", "/api/mocs/search", "/nope"):
            assert client.get(path).headers["Cache-Control"] == "private, no-cache"
        assert client.get("/api/csrf").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in api.client().get("/api/mocs/search").headers
