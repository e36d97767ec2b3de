"""A page of somebody else's cannot use the cookie that a browser sends along by itself."""

import re
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.faults import serving

ALLOWED = "http://localhost:3002"
ITEM = {"title": "Falcon", "sortOrder": "1"}


def write(user: User, **headers: str) -> httpx.Response:
    return user.post("/api/wishlist", json=ITEM, headers=headers)


def check_refused(answer: httpx.Response) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"], body["success"]) == (403, "CSRF_FAILED", False)
    assert body["message"] == "CSRF validation failed"


def issued(user: User) -> str:
    """A token for this user, which is also in the user's cookies now."""
    return str(user.get("/api/csrf").json()["token"])


def test_the_token_comes_as_recorded(api: Api) -> None:
    answer = api.client().get("/api/csrf")
    token = answer.json()["token"]
    assert answer.json() == {"token": token}
    assert re.fullmatch("[0-9a-f]{64}", token)
    assert answer.headers["Cache-Control"] == "no-store"
    (cookie,) = answer.headers.get_list("set-cookie")
    name, *attributes = (part.strip() for part in cookie.split(";"))
    assert name == f"XSRF-TOKEN={token}"
    by_name = {attribute.partition("=")[0].lower(): attribute.partition("=")[2] for attribute in attributes}
    assert by_name.keys() == {"max-age", "path", "expires", "samesite"}
    assert (by_name["max-age"], by_name["path"], by_name["samesite"].lower()) == ("7200", "/", "lax")
    assert by_name["expires"].endswith("GMT")


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_outside_local_development_the_cookie_is_for_tls_only(settings: Settings, way_in: str) -> None:
    with serving(settings, way_in, environment="production") as api:
        cookie = api.client().get("/api/csrf").headers["set-cookie"]
        assert "; Secure" in cookie
        assert "httponly" not in cookie.lower(), "the page must be able to read it"


def test_every_token_is_another(api: Api) -> None:
    user = api.cookie_user()
    assert len({issued(user) for _ in range(5)}) == 5
    assert api.user().post("/api/csrf").status_code == 404


def test_a_bearer_needs_none(api: Api) -> None:
    assert write(api.user()).status_code == 201
    assert write(api.user(), Origin="https://evil.example", **{"Sec-Fetch-Site": "cross-site"}).status_code == 201


def test_a_bearer_who_also_sends_a_cookie_needs_none(api: Api) -> None:
    cookie = api.cookie_user().cookies["token"]
    assert write(api.user(), Cookie=f"token={cookie}").status_code == 201


def test_a_bearer_that_the_edge_made_from_a_cookie_needs_a_proof(api: Api) -> None:
    user = api.user()
    check_refused(write(user, **{"X-Token-Source": "cookie"}))
    assert write(user, **{"X-Token-Source": "cookie", "Sec-Fetch-Site": "same-origin"}).status_code == 201


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_needs_none(api: Api, method: str) -> None:
    assert api.cookie_user().request(method, "/api/wishlist").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/mocs"), ("PUT", "/api/wishlist/reorder"), ("PATCH", "/api/mocs/x"), ("DELETE", "/api/wishlist/x")],
)
def test_every_unsafe_method_needs_a_proof(api: Api, method: str, path: str) -> None:
    check_refused(api.cookie_user().request(method, path, json={}))


def test_uploads_need_a_proof_before_they_are_read(api: Api) -> None:
    for path in ("/api/mocs/with-files", "/api/wishlist/upload-image"):
        check_refused(api.cookie_user().post(path, files={"image": b"x"}))


def test_a_bad_cookie_is_a_missing_token_first(api: Api) -> None:
    assert write(api.client(Cookie="token=rubbish")).status_code == 401


@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 201), ("same-site", 201), ("none", 403), ("cross-site", 403), ("", 403), ("same-origin, x", 403)],
)
def test_what_the_browser_says_about_the_page(api: Api, site: str, status: int) -> None:
    assert write(api.cookie_user(), **{"Sec-Fetch-Site": site}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (ALLOWED, 201),
        (f"{ALLOWED}.evil.example", 403),
        (f"{ALLOWED}/", 403),
        ("http://localhost:30020", 403),
        ("http://localhost", 403),
        ("https://localhost:3002", 403),
        ("null", 403),
        ("", 403),
        ("*", 403),
    ],
)
def test_the_origin_counts_only_whole(api: Api, origin: str, status: int) -> None:
    assert write(api.cookie_user(), Origin=origin).status_code == status


def test_a_referer_proves_nothing(api: Api) -> None:
    check_refused(write(api.cookie_user(), Referer=f"{ALLOWED}/page"))


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_origins_of_their_own_where_the_gateway_answers_cors(settings: Settings, way_in: str) -> None:
    with serving(settings, way_in, cors_origins=(), csrf_origins=("https://web.example",)) as api:
        assert write(api.cookie_user(), Origin="https://web.example").status_code == 201
        check_refused(write(api.cookie_user(), Origin=ALLOWED))


def test_the_users_own_token_in_cookie_and_header(api: Api) -> None:
    user = api.cookie_user()
    token = issued(user)
    assert write(user, **{"X-CSRF-Token": token}).status_code == 201
    assert write(user, **{"X-CSRF-Token": token, "Origin": "https://evil.example"}).status_code == 201
    check_refused(write(user))
    check_refused(write(user, **{"X-CSRF-Token": token[:-1]}))


def test_a_token_in_only_one_place(api: Api) -> None:
    user = api.cookie_user()
    token = issued(user)
    check_refused(write(user))
    user.cookies.delete("XSRF-TOKEN")
    check_refused(write(user, **{"X-CSRF-Token": token}))


def tampered(token: str) -> list[Any]:
    flipped = "0" if token[0] != "0" else "1"
    last = "0" if token[-1] != "0" else "1"
    return [
        flipped + token[1:],
        token[:-1] + last,
        token[32:] + token[:32],
        token.upper() + "G",
        token + "0",
        token[:32],
    ]


def test_pairs_that_are_equal_but_not_ours(api: Api) -> None:
    user = api.cookie_user()
    for pair in ("self-made", "0" * 64, "", *tampered(issued(user))):
        user.cookies.delete("XSRF-TOKEN")
        user.cookies.set("XSRF-TOKEN", pair)
        check_refused(write(user, **{"X-CSRF-Token": pair}))


def test_tokens_of_somebody_else(api: Api) -> None:
    """Neither another user's, nor one from before the login."""
    for other in (api.cookie_user(), api.client()):
        token = issued(other)
        user = api.cookie_user()
        user.cookies.set("XSRF-TOKEN", token)
        check_refused(write(user, **{"X-CSRF-Token": token}))


def test_a_token_under_another_secret(settings: Settings, api: Api) -> None:
    with serving(settings, csrf_secret=SecretStr("another secret of somebody")) as other:
        user = api.cookie_user()
        token = issued(other.cookie_user(user.id))
        user.cookies.set("XSRF-TOKEN", token)
        check_refused(write(user, **{"X-CSRF-Token": token}))


def test_a_token_outlives_the_process_that_issued_it(settings: Settings, api: Api) -> None:
    user = api.cookie_user()
    token = issued(user)
    with serving(settings) as other:
        same = other.cookie_user(user.id)
        same.cookies.set("XSRF-TOKEN", token)
        assert write(same, **{"X-CSRF-Token": token}).status_code == 201
