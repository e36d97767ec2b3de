"""Who may come in: only the bearer of a token that this pool signed, for this application, and that is still good."""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lego_api.adapters.identity import LOCAL_PASSWORD
from lego_api.config import Settings
from lego_api.dev.tokens import bearer_token
from tests.conftest import BACKEND_VARIABLE
from tests.support.clients import Api
from tests.support.faults import serving
from tests.support.key_server import KeyServer
from tests.support.tokens import claims, signing_key, token

PROTECTED = "/api/wishlist"
INVALID = "Invalid authentication token"
EXPIRED = "Authentication token expired"
FOREIGN_POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_someoneElse"

Forge = Callable[[Settings], str]


def changed(**changes: Any) -> Forge:
    return lambda settings: token(settings, "mallory", **changes)


def timed(**seconds: int) -> Forge:
    """Times as seconds from now, which is when the token is made."""
    return lambda settings: token(settings, "mallory", **from_now(seconds))


def from_now(seconds: Mapping[str, int]) -> dict[str, int]:
    return {name: int(time.time()) + offset for name, offset in seconds.items()}


def encoded(part: object) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(settings: Settings) -> str:
    return jwt.encode(claims(settings, "mallory"), "", "none", headers={"kid": "dummy"})


def public_key_as_secret(settings: Settings) -> str:
    """Not with PyJWT, which refuses to make it."""
    signed = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': 'dummy'})}.{encoded(claims(settings, 'mallory'))}"
    pem = signing_key().key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{signed}.{encoded(hmac.digest(pem, signed.encode(), hashlib.sha256))}"


def other_key_of_that_name(settings: Settings) -> str:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims(settings, "mallory"), stranger, "RS256", headers={"kid": "dummy"})


def unknown_key(settings: Settings) -> str:
    return jwt.encode(claims(settings, "mallory"), signing_key().key, "RS256", headers={"kid": "nobody's"})


def no_key_id(settings: Settings) -> str:
    return jwt.encode(claims(settings, "mallory"), signing_key().key, "RS256")


def changed_after_signing(settings: Settings) -> str:
    header, _, signature = token(settings, "mallory").split(".")
    return f"{header}.{encoded(claims(settings, 'victim'))}.{signature}"


def other_algorithm(settings: Settings) -> str:
    return jwt.encode(claims(settings, "mallory"), signing_key().key, "PS256", headers={"kid": "dummy"})


FORGED: dict[str, tuple[Forge, str]] = {
    "garbage": (lambda _: "garbage", INVALID),
    "three garbage parts": (lambda _: "a.b.c", INVALID),
    "header is no object": (lambda _: f"{encoded([])}.{encoded({})}.x", INVALID),
    "expired beyond the leeway": (timed(exp=-65), EXPIRED),
    "expired long ago": (timed(exp=-10_000_000), EXPIRED),
    "no expiry": (changed(exp=None), INVALID),
    "not valid yet": (timed(nbf=90), INVALID),
    "issued in the future": (timed(iat=90), INVALID),
    "foreign pool": (changed(iss=FOREIGN_POOL), INVALID),
    "no issuer": (changed(iss=None), INVALID),
    "foreign client": (changed(client_id="another-app"), INVALID),
    "foreign audience": (changed(token_use="id", client_id=None, aud="another-app"), INVALID),
    "id token that names the client like an access token": (changed(token_use="id"), INVALID),
    "no client": (changed(client_id=None), INVALID),
    "no token_use": (changed(token_use=None), INVALID),
    "another token_use": (changed(token_use="refresh"), INVALID),
    "no subject": (changed(sub=None), INVALID),
    "empty subject": (changed(sub=""), INVALID),
    "NUL in the subject": (changed(sub="a\x00b"), INVALID),
    "alg none": (unsigned, INVALID),
    "HS256 with the public key": (public_key_as_secret, INVALID),
    "PS256 with the pool's key": (other_algorithm, INVALID),
    "another key under the same id": (other_key_of_that_name, INVALID),
    "unknown key id": (unknown_key, INVALID),
    "no key id": (no_key_id, INVALID),
    "changed after signing": (changed_after_signing, INVALID),
}


def test_without_a_token_nobody_comes_in(api: Api) -> None:
    answer = api.client().get(PROTECTED)
    assert answer.status_code == 401
    assert answer.json()["error"] == answer.json()["message"] == "No authentication token provided"
    assert answer.json()["code"] == "UNAUTHORIZED"


@pytest.mark.parametrize("header", ["Bearer", "Basic YTpi", "Token abc"])
def test_an_authorization_of_another_kind_is_none(api: Api, header: str) -> None:
    answer = api.client(Authorization=header).get(PROTECTED)
    assert (answer.status_code, answer.json()["error"]) == (401, "No authentication token provided")


@pytest.mark.parametrize("case", FORGED)
def test_a_token_that_is_not_good_is_refused(api: Api, settings: Settings, case: str) -> None:
    forge, message = FORGED[case]
    forged = forge(settings)
    for client in (api.client(Authorization=f"Bearer {forged}"), api.client(Cookie=f"token={forged}")):
        answer = client.get(PROTECTED)
        assert (answer.status_code, answer.json()["error"]) == (401, message)


@pytest.mark.parametrize("case", FORGED)
def test_public_routes_do_not_mind_such_a_token(over_http: Api, settings: Settings, case: str) -> None:
    forged = FORGED[case][0](settings)
    assert over_http.client(Authorization=f"Bearer {forged}").get("/api/mocs/search").status_code == 200


@pytest.mark.parametrize(
    "seconds", [{"exp": -40}, {"nbf": 40}, {"iat": 40}], ids=["just expired", "valid in a moment", "issued in a moment"]
)
def test_a_token_within_the_leeway_is_good(api: Api, seconds: dict[str, int]) -> None:
    assert api.user(None, **from_now(seconds)).get(PROTECTED).status_code == 200


def test_an_id_token_is_good(api: Api) -> None:
    client = api.settings.cognito_client_ids[0]
    assert api.user(None, token_use="id", client_id=None, aud=client).get(PROTECTED).status_code == 200


def test_a_token_of_each_of_several_clients_is_good(settings: Settings) -> None:
    with serving(settings, cognito_client_ids=("web", "mobile")) as api:
        assert api.user(None, client_id="mobile").get(PROTECTED).status_code == 200
        assert api.user(None, client_id="desktop").get(PROTECTED).status_code == 401


def test_the_cookie_alone_is_enough_to_read(api: Api) -> None:
    assert api.cookie_user().get(PROTECTED).status_code == 200


def test_the_bearer_token_wins_over_the_cookie(api: Api, settings: Settings) -> None:
    writer = api.user()
    writer.post(PROTECTED, json={"title": "Falcon", "sortOrder": "1"})
    for cookie in ("rubbish", token(settings, "someone-else"), token(settings, writer.id, **from_now({"exp": -100}))):
        answer = api.user(writer.id).get(PROTECTED, headers={"Cookie": f"token={cookie}"})
        assert [item["title"] for item in answer.json()["data"]["items"]] == ["Falcon"]
    refused = api.cookie_user().get(PROTECTED, headers={"Authorization": "Bearer rubbish"})
    assert refused.status_code == 401


def test_cookies_of_other_applications_do_not_hide_ours(api: Api, settings: Settings) -> None:
    odd = 'theme={"dark":true}; bad name=x; =; foo@bar=1'
    client = api.client(Cookie=f"{odd}; token={token(settings, 'someone')}; last=[1]")
    assert client.get(PROTECTED).status_code == 200


def test_a_real_login_is_good_with_both_of_its_tokens(api: Api) -> None:
    environment: dict[str, str] = json.loads(os.environ[BACKEND_VARIABLE])
    access = bearer_token(environment, "login@example.com")
    cognito: Any = boto3.client(
        "cognito-idp", region_name=environment["AWS_REGION"], endpoint_url=environment["COGNITO_ENDPOINT_URL"]
    )
    login = cognito.admin_initiate_auth(
        UserPoolId=environment["COGNITO_USER_POOL_ID"],
        ClientId=environment["COGNITO_CLIENT_IDS"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "login@example.com", "PASSWORD": LOCAL_PASSWORD},
    )
    by_access = api.client(Authorization=f"Bearer {access}")
    assert by_access.post(PROTECTED, json={"title": "Falcon", "sortOrder": "1"}).status_code == 201
    by_id = api.client(Authorization=f"Bearer {login['AuthenticationResult']['IdToken']}")
    assert by_id.get(PROTECTED).json()["data"]["items"] == by_access.get(PROTECTED).json()["data"]["items"] != []


def jwks(settings: Settings) -> bytes:
    return httpx.get(settings.jwks_url).content


def test_keys_are_fetched_once(settings: Settings) -> None:
    with KeyServer(jwks(settings)) as keys, serving(settings, cognito_jwks_url=keys.url) as api:
        assert keys.fetches == 0
        assert {api.user().get(PROTECTED).status_code for _ in range(20)} == {200}
        assert keys.fetches == 1


def test_a_storm_of_unknown_keys_makes_one_fetch(settings: Settings) -> None:
    def storm(number: int) -> str:
        return jwt.encode(claims(settings, "m"), signing_key().key, "RS256", headers={"kid": f"unknown-{number}"})

    with KeyServer(jwks(settings)) as keys, serving(settings, cognito_jwks_url=keys.url) as api:
        clients = [api.client(Authorization=f"Bearer {storm(number)}") for number in range(20)]
        assert {client.get(PROTECTED).status_code for client in clients} == {401}
        assert keys.fetches == 1
        assert api.user().get(PROTECTED).status_code == 200
        assert keys.fetches == 1


def test_keys_that_cannot_be_had_are_a_503_and_public_routes_work(settings: Settings) -> None:
    with KeyServer(jwks(settings)) as keys, serving(settings, cognito_jwks_url=keys.url) as api:
        keys.failing = True
        answer = api.user().get(PROTECTED)
        assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0
        assert api.user().get("/api/mocs/search").status_code == 200
        assert api.client(Authorization="Bearer garbage").get(PROTECTED).status_code == 401
        assert keys.fetches == 1, "not one attempt for each request"


def test_keys_that_are_known_outlive_their_server(settings: Settings) -> None:
    with serving(settings, cognito_jwks_url="http://127.0.0.1:9/nobody-listens") as api:
        assert api.user().get(PROTECTED).status_code == 503
    with KeyServer(jwks(settings)) as keys, serving(settings, cognito_jwks_url=keys.url) as api:
        assert api.user().get(PROTECTED).status_code == 200
        keys.failing = True
        assert api.user().get(PROTECTED).status_code == 200
        unknown = api.client(Authorization=f"Bearer {unknown_key(settings)}")
        assert unknown.get(PROTECTED).status_code == 401
