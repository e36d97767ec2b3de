"""Who sends a request, from a bearer token or else the cookie `token`."""

from dataclasses import dataclass
from typing import Literal

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from lego_api.adapters.identity import Caller, Identity
from lego_api.errors import AppError, Unauthenticated
from lego_api.observability import current_request
from lego_api.web.middleware import response_headers
from lego_api.web.paths import is_impersonal

Source = Literal["bearer", "cookie"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request proves about its sender. Public routes may ignore `failure`; all others raise it."""

    caller: Caller | None
    source: Source | None
    failure: AppError | None


def nobody() -> Credentials:
    """A new one each time: an error that is raised again and again collects tracebacks."""
    return Credentials(None, None, Unauthenticated("No authentication token provided"))


class Authentication:
    """Puts `Credentials` into the request's state, for the rate limit, the log and the routes. Refuses nobody."""

    def __init__(self, app: ASGIApp, *, identity: Identity) -> None:
        self.app = app
        self._identity = identity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            credentials = nobody() if is_impersonal(scope) else await self._credentials(Headers(scope=scope))
            scope.setdefault("state", {})["credentials"] = credentials
            if credentials.source:  # no cache between us and the browser may give the answer to somebody else
                response_headers(scope)["Cache-Control"] = "private, no-cache"
            if credentials.caller and (request := current_request.get()):
                request.user_id = credentials.caller.user_id
        await self.app(scope, receive, send)

    async def _credentials(self, headers: Headers) -> Credentials:
        token, source = find_token(headers)
        if token is None:
            return nobody()
        try:
            return Credentials(await self._identity.verify(token), source, None)
        except AppError as failure:
            return Credentials(None, source, failure)


def find_token(headers: Headers) -> tuple[str | None, Source | None]:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        # The edge makes the header from the cookie, for the gateway, and says so: a browser sent it by itself.
        return token.strip(), "cookie" if headers.get("x-token-source") == "cookie" else "bearer"
    cookie = cookies(headers).get("token")
    return (cookie, "cookie") if cookie else (None, None)


def cookies(headers: Headers) -> dict[str, str]:
    """Read leniently: a malformed cookie of another application must not hide ours."""
    return cookie_parser(headers.get("cookie", ""))
