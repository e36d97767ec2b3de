"""Tokens as Cognito makes them: signed with the key whose public half the stand-in for Cognito serves."""

import gzip
import json
import time
from functools import cache
from importlib.resources import files
from typing import Any

import jwt

from lego_api.config import Settings


@cache
def signing_key() -> jwt.PyJWK:
    """Checking a private key takes a sixth of a second."""
    packed = files("moto.cognitoidp.resources").joinpath("jwks-private.json.gz").read_bytes()
    return jwt.PyJWK(json.loads(gzip.decompress(packed)), algorithm="RS256")


def username(user_id: str) -> str:
    """What Cognito knows a user by. It need not be the `sub`, and in tests it is not."""
    return f"{user_id}@example.com"


def claims(settings: Settings, user_id: str, **changes: Any) -> dict[str, Any]:
    """An access token's claims; a change to None leaves a claim out."""
    now = int(time.time())
    usual = {
        "sub": user_id,
        "username": username(user_id),
        "iss": settings.issuer_url,
        "client_id": settings.cognito_client_ids[0],
        "token_use": "access",
        "iat": now,
        "exp": now + 3600,
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def token(settings: Settings, user_id: str, **changes: Any) -> str:
    return jwt.encode(claims(settings, user_id, **changes), signing_key().key, "RS256", headers={"kid": "dummy"})
