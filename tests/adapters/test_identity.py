"""Signing keys that cannot be used are as good as none: sign-in cannot be checked, and nothing breaks."""

import pytest

from lego_api.config import Settings
from tests.support.faults import Proxy, serving
from tests.support.key_server import KeyServer

PROTECTED = "/api/wishlist"


@pytest.mark.parametrize(
    "document",
    [b"", b"not JSON", b"[]", b"null", b'"keys"', b"{}", b'{"keys": 5}', b'{"keys": []}', b'{"keys": [1, null]}'],
)
def test_a_document_that_holds_no_keys(settings: Settings, document: bytes) -> None:
    with KeyServer(document) as keys, serving(settings, "lambda", cognito_jwks_url=keys.url) as api:
        answer = api.user().get(PROTECTED)
        assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0
        assert api.user().get("/api/mocs/search").status_code == 200
        assert keys.fetches == 1


def test_a_server_of_keys_that_hangs_holds_up_one_fetch_only(settings: Settings) -> None:
    with Proxy(settings.jwks_url) as way, serving(settings, cognito_jwks_url=way.url) as api, way.hanging():
        answers = [api.user().get(PROTECTED).status_code for _ in range(5)]
        assert answers == [503] * 5
        assert way.accepted == 1
