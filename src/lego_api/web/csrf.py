"""Cross-site request forgery: only a cookie is sent without the page's doing, so only cookie callers are checked."""

import hashlib
import hmac
from secrets import token_hex

from starlette.datastructures import Headers

from lego_api.adapters.secrets import Secrets
from lego_api.config import Settings
from lego_api.errors import Forbidden
from lego_api.web.auth import cookies

COOKIE = "XSRF-TOKEN"
HEADER = "x-csrf-token"
MAX_AGE = 7200  # seconds
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def issue_token(secrets: Secrets, user_id: str | None) -> str:
    """64 hex digits: a nonce and its signature, good for this user only ("nobody" is a user, too)."""
    nonce = token_hex(16)
    return nonce + _signature(await secrets.csrf_key(), nonce, user_id)


async def check(settings: Settings, secrets: Secrets, method: str, headers: Headers, user_id: str) -> None:
    """Raises `Forbidden` unless an unsafe request shows that it comes from the web app itself."""
    if method in SAFE_METHODS or headers.get("sec-fetch-site") in ("same-origin", "same-site"):
        return
    origin = headers.get("origin")
    if origin in settings.cors_origins or origin in settings.csrf_origins:
        return
    token = headers.get(HEADER, "")
    if hmac.compare_digest(cookies(headers).get(COOKIE, "").encode(), token.encode()) and _is_signed(
        await secrets.csrf_key(), token, user_id
    ):
        return
    raise Forbidden("CSRF validation failed", code="CSRF_FAILED")


def _is_signed(key: bytes, token: str, user_id: str) -> bool:
    nonce, signature = token[:32], token[32:]
    return hmac.compare_digest(signature.encode(), _signature(key, nonce, user_id).encode())


def _signature(key: bytes, nonce: str, user_id: str | None) -> str:
    return hmac.new(key, f"{nonce}:{user_id or ''}".encode(), hashlib.sha256).hexdigest()[:32]
