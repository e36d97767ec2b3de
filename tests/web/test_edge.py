"""Behind the edge: the application answers only what shows the secret of the edge, and takes its word for who asks."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lego_api.adapters import secrets
from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.faults import Proxy, serving
from tests.support.key_server import KeyServer
from tests.support.refusals import refusal
from tests.support.secrets import StoredSecret, way_to_secrets

SEARCH = "/api/mocs/search?size=1"
SHOWN, NEXT, OTHER = (f"{name} secret of the edge" for name in ("the", "the next", "some other"))
CSRF = "a secret of nobody else"


def showing(secret: str, **headers: str) -> dict[str, str]:
    return {"X-Origin-Secret": secret, **headers}


@pytest.fixture
def way(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with way_to_secrets(settings, monkeypatch) as way:
        yield way


@pytest.fixture
def secret(settings: Settings, way: Proxy) -> StoredSecret:
    return StoredSecret(settings, {"csrf_secret": CSRF, "origin_secret": SHOWN})


@pytest.fixture(scope="module", params=["http", "lambda"])
def closed(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Api]:
    """One for all tests that change nothing; a user may ask it twice."""
    with pytest.MonkeyPatch.context() as patch, way_to_secrets(settings, patch):
        stored = StoredSecret(settings, {"csrf_secret": CSRF, "origin_secret": SHOWN})
        with serving(settings, request.param, secrets_arn=stored.arn, rate_limit_general=2) as api:
            yield api


@pytest.fixture(params=["http", "lambda"])
def api(request: pytest.FixtureRequest, settings: Settings, secret: StoredSecret) -> Iterator[Api]:
    with serving(settings, request.param, secrets_arn=secret.arn) as api:
        yield api


def check_refused(answer: httpx.Response) -> None:
    text = "This address does not answer. Please use the public address of the service."
    assert refusal(answer) == (403, "FORBIDDEN", text)
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in ("/", "/health", "/api/health", "/api/health/live", "/docs", "/openapi.json")),
        *(("GET", path) for path in (SEARCH, "/api/csrf", "/uploads/a/b", "/nope", "/health/live/x")),
        *(("POST", path) for path in ("/api/wishlist", "/api/mocs", "/health/live/x")),
    ],
)
def test_nothing_answers_who_comes_another_way(closed: Api, method: str, path: str) -> None:
    check_refused(closed.client().request(method, path))
    check_refused(closed.user().request(method, path, headers=showing(OTHER)))


@pytest.mark.parametrize("shown", ["", SHOWN[:-1], SHOWN + "x", SHOWN.upper(), "\u00e9" * 24, CSRF, f"{OTHER},{SHOWN}"])
def test_what_is_not_the_secret(closed: Api, shown: str) -> None:
    check_refused(closed.client().get(SEARCH, headers=[(b"X-Origin-Secret", shown.encode("latin-1"))]))


def test_who_shows_it_is_answered(api: Api) -> None:
    user = api.user()
    assert user.get(SEARCH, headers=showing(SHOWN)).status_code == 200
    item = {"title": "Falcon", "sortOrder": "1"}
    assert user.post("/api/wishlist", json=item, headers=showing(SHOWN)).status_code == 201
    assert user.get("/nope", headers=showing(SHOWN)).status_code == 404
    assert user.head(SEARCH, headers=showing(SHOWN)).status_code == 200
    assert (user.head(SEARCH).status_code, user.head(SEARCH).content) == (403, b"")


@pytest.mark.parametrize("path", ["/health/live", "/Health/LIVE/"])
def test_that_the_process_answers_is_said_to_everybody(api: Api, way: Proxy, path: str) -> None:
    way.refuse()
    assert api.client().get(path).json()["status"] == "alive"


def test_the_secret_signs_csrf_tokens_too(api: Api) -> None:
    user = api.cookie_user()
    token = user.get("/api/csrf", headers=showing(SHOWN)).json()["token"]
    item = {"title": "Falcon", "sortOrder": "1"}
    written = user.post("/api/wishlist", json=item, headers=showing(SHOWN, **{"X-CSRF-Token": token}))
    assert written.status_code == 201, written.text


def test_nothing_else_is_done_before(settings: Settings, secret: StoredSecret) -> None:
    with KeyServer(b'{"keys": []}') as keys, Proxy(settings.database_url) as database:
        changes = {"secrets_arn": secret.arn, "cognito_jwks_url": keys.url, "database_url": database.url}
        with serving(settings, **changes) as api:
            answer = api.user().get("/api/wishlist")
            check_refused(answer)
            assert "RateLimit-Limit" not in answer.headers
        assert (keys.fetches, database.accepted) == (0, 0)


def test_while_the_secret_cannot_be_read_nobody_is_answered(api: Api, way: Proxy) -> None:
    way.refuse()
    for headers in ({}, showing(SHOWN)):
        answer = api.client().get(SEARCH, headers=headers)
        assert refusal(answer)[:2] == (503, "SERVICE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0
    way.recover()


def test_it_is_read_as_soon_as_it_can_be(api: Api, way: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "PAUSE_SECONDS", 0.0)
    with way.refusing():
        assert api.client().get(SEARCH, headers=showing(SHOWN)).status_code == 503
    assert api.client().get(SEARCH, headers=showing(SHOWN)).status_code == 200


def test_what_is_known_goes_on_working(api: Api, way: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    assert api.client().get(SEARCH, headers=showing(SHOWN)).status_code == 200
    monkeypatch.setattr(secrets, "PATIENCE", 0.1)
    for name in ("KEPT_SECONDS", "REREAD_SECONDS"):
        monkeypatch.setattr(secrets, name, 0.0)
    with way.refusing():
        assert api.client().get(SEARCH, headers=showing(SHOWN)).status_code == 200
        check_refused(api.client().get(SEARCH, headers=showing(OTHER)))


def test_two_secrets_while_one_takes_the_place_of_the_other(
    api: Api, secret: StoredSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statuses() -> list[int]:
        return [api.client().get(SEARCH, headers=showing(shown)).status_code for shown in (SHOWN, NEXT)]

    assert statuses() == [200, 403]
    secret.put({"csrf_secret": CSRF, "origin_secret": SHOWN, "origin_secret_next": NEXT})
    assert statuses() == [200, 403], "it has just been read"
    monkeypatch.setattr(secrets, "REREAD_SECONDS", 0.0)
    assert statuses() == [200, 200]
    secret.put({"csrf_secret": CSRF, "origin_secret": NEXT})
    assert statuses() == [200, 200], "not at once"
    monkeypatch.setattr(secrets, "KEPT_SECONDS", 0.0)
    assert statuses() == [403, 200]
    secret.put({"csrf_secret": CSRF, "origin_secret": [NEXT, SHOWN]})
    assert statuses() == [200, 200], "a list says the same"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "no JSON",
        "[]",
        '"text"',
        {"csrf_secret": CSRF},
        *({"csrf_secret": CSRF, "origin_secret": value} for value in ("", "short", 5, [], [SHOWN, ""], {"a": SHOWN})),
        {"csrf_secret": CSRF, "origin_secret": SHOWN, "origin_secret_next": ""},
    ],
    ids=str,
)
def test_a_secret_that_says_no_such_thing_opens_nothing(settings: Settings, way: Proxy, value: Any) -> None:
    stored = StoredSecret(settings, {})
    stored.put_bytes(b"bytes") if value == "" else stored.put(value)
    with serving(settings, secrets_arn=stored.arn) as api:
        for headers in ({}, showing(""), showing(SHOWN)):
            assert refusal(api.client().get(SEARCH, headers=headers))[:2] == (503, "SERVICE_UNAVAILABLE")


def test_null_says_that_there_is_no_edge(settings: Settings, way: Proxy) -> None:
    stored = StoredSecret(settings, {"csrf_secret": CSRF, "origin_secret": None})
    with serving(settings, secrets_arn=stored.arn, rate_limit_general=1) as api:
        address = {"X-Viewer-Address": f"2001:db8:{uuid4().hex[:4]}::1"}
        first = api.client().get(SEARCH, headers=address)
        assert first.status_code in (200, 429)
        again = {"X-Viewer-Address": f"2001:db8:{uuid4().hex[:4]}::1"}
        assert api.client().get(SEARCH, headers=again).status_code == 429, "nobody vouches for it"


def own_network() -> str:
    digits = uuid4().hex
    return f"2001:{digits[:4]}:{digits[4:8]}:{digits[8:10]}00"


@pytest.mark.parametrize(
    "written", ["{}::7", "{}::7:50000", "[{}::7]:443", "[{}::7]", "{}:1:2:3:4:50000", "{}:1:2:3:4"]
)
def test_the_edge_says_who_asks(closed: Api, written: str) -> None:
    def status(address: str, shown: str = SHOWN) -> int:
        headers = showing(shown, **{"X-Viewer-Address": address})
        return closed.client().get(SEARCH, headers=headers).status_code

    network = own_network()
    address = written.format(network)
    assert [status(address) for _ in range(3)] == [200, 200, 429]
    assert status(f"{network}::99") == 429, "the same network"
    assert status(f"{own_network()}::7") == 200
    assert status(f"{own_network()}::7", OTHER) == 403


@pytest.mark.parametrize("text", ["", "unknown", "1.2.3.4.5", "[::1", "198.51.100.7:", "a" * 1000, "1.2.3.4, 5.6.7.8"])
def test_an_address_that_is_none_changes_nothing(closed: Api, text: str) -> None:
    answer = closed.user().get(SEARCH, headers=showing(SHOWN, **{"X-Viewer-Address": text}))
    assert answer.status_code == 200
