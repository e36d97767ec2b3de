"""Cognito: who sent a token."""

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jwt

from lego_api.adapters import tracing
from lego_api.config import Settings
from lego_api.errors import Conflict, IdentityUnavailable, Unauthenticated

logger = logging.getLogger(__name__)

LEEWAY_SECONDS = 60
REFRESH_SECONDS = 30  # how often an unknown key id may make us fetch the keys again
FETCH_SECONDS = 3.0
RETRY_SECONDS = 5  # after a fetch that failed
VERIFIED_TOKENS = 1000
ADMIN = "admin"
LOCAL_PASSWORD = "local-Password-1"  # of every user that the local stack makes


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified user. `user_id` is the token's `sub`; `username` is what the user pool knows them by."""

    user_id: str
    username: str
    is_admin: bool


class Identity:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._issuer = settings.issuer_url
        self._jwks_url = settings.jwks_url
        self._client_ids = frozenset(settings.cognito_client_ids)
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._verified: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """The user behind a Cognito access or id token. Raises `Unauthenticated` or `IdentityUnavailable`."""
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._verified.get(digest)
        if known and time.time() < known[1] + LEEWAY_SECONDS:
            return known[0]
        claims = await self._claims(token)
        caller = Caller(user_id=claims["sub"], username=_username(claims), is_admin=_is_admin(claims))
        self._verified[digest] = (caller, claims["exp"])
        if len(self._verified) > VERIFIED_TOKENS:
            self._verified.popitem(last=False)
        return caller

    async def local_token(self, email: str) -> str:
        """A token for a user who is created if need be. Raises `Conflict` for one who has a password of their own."""
        import aioboto3

        session = aioboto3.Session(region_name=self._settings.aws_region)
        async with session.client("cognito-idp", endpoint_url=self._settings.cognito_endpoint_url) as cognito:
            user = {"UserPoolId": self._settings.cognito_user_pool_id, "Username": email}
            with suppress(cognito.exceptions.UsernameExistsException):
                await cognito.admin_create_user(**user, MessageAction="SUPPRESS")
                await cognito.admin_set_user_password(**user, Password=LOCAL_PASSWORD, Permanent=True)
            try:
                answer = await cognito.admin_initiate_auth(
                    UserPoolId=self._settings.cognito_user_pool_id,
                    ClientId=self._settings.cognito_client_ids[0],
                    AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                    AuthParameters={"USERNAME": email, "PASSWORD": LOCAL_PASSWORD},
                )
            except cognito.exceptions.NotAuthorizedException as error:
                raise Conflict(f"{email} has a password of its own in this user pool") from error
        return str(answer["AuthenticationResult"]["AccessToken"])

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != "RS256":
                raise jwt.InvalidAlgorithmError("only RS256 is accepted")
            key = await self._key(str(header.get("kid")))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                # Cognito names its client in `aud` or in `client_id`, by the kind of token.
                options={"require": ["exp", "iat", "iss", "sub"], "verify_aud": False},
            )
            self._check_client(claims)
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated("Authentication token expired") from error
        except (jwt.PyJWTError, ValueError) as error:
            raise Unauthenticated("Invalid authentication token") from error
        return claims

    def _check_client(self, claims: Mapping[str, Any]) -> None:
        client = {"id": "aud", "access": "client_id"}.get(str(claims.get("token_use")))
        if client is None or claims.get(client) not in self._client_ids:
            raise jwt.InvalidAudienceError("the token is for another application")
        if not isinstance(claims["sub"], str) or not claims["sub"] or "\x00" in claims["sub"]:
            raise jwt.InvalidTokenError("the token names no user")

    async def _key(self, key_id: str) -> jwt.PyJWK:
        if key_id not in self._keys:
            async with self._fetching:
                if key_id not in self._keys and time.monotonic() - self._fetched_at >= REFRESH_SECONDS:
                    await self._fetch_keys()
        if key_id in self._keys:
            return self._keys[key_id]
        if not self._keys:
            raise IdentityUnavailable
        raise jwt.InvalidKeyError("the token is signed with an unknown key")

    async def _fetch_keys(self) -> None:
        """Leaves the known keys alone when the new ones cannot be had."""
        import httpx

        self._fetched_at = time.monotonic()
        try:
            async with asyncio.timeout(FETCH_SECONDS), httpx.AsyncClient(timeout=FETCH_SECONDS) as client:
                with tracing.span("cognito keys"):
                    answer = await client.get(self._jwks_url)
                answer.raise_for_status()
                fetched = jwt.PyJWKSet.from_dict(answer.json())
        except (httpx.HTTPError, jwt.PyJWTError, AttributeError, TypeError, ValueError, OSError) as error:
            logger.warning("the token signing keys could not be fetched: %s", type(error).__name__)
            self._fetched_at += RETRY_SECONDS - REFRESH_SECONDS
            return
        self._keys = {key.key_id: key for key in fetched.keys if key.key_id}


def _username(claims: Mapping[str, Any]) -> str:
    """Access and id tokens have it under different names. The pool takes the `sub` for it, too."""
    username = claims.get("username") or claims.get("cognito:username")
    return username if isinstance(username, str) else str(claims["sub"])


def _is_admin(claims: Mapping[str, Any]) -> bool:
    groups = claims.get("cognito:groups")
    return claims.get("role") == ADMIN or (isinstance(groups, list) and ADMIN in groups)
