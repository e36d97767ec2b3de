"""What an endpoint may ask for, as annotated types."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from pydantic import BeforeValidator

from lego_api.adapters.identity import Caller
from lego_api.db import UnitOfWork, unit_of_work
from lego_api.resources import Resources
from lego_api.web import csrf
from lego_api.web.auth import Credentials
from lego_api.web.rate_limit import upload_limit


async def get_resources(request: Request) -> Resources:
    return cast(Resources, request.app.state.resources)


ResourcesDep = Annotated[Resources, Depends(get_resources)]


async def get_unit_of_work(request: Request, resources: ResourcesDep) -> AsyncIterator[UnitOfWork]:
    sessions = resources.read_sessions if request.method == "GET" else resources.sessions
    async with unit_of_work(sessions) as work:
        yield work


# scope="function" commits before the answer is sent: otherwise a failed commit would still be a 2xx.
Work = Annotated[UnitOfWork, Depends(get_unit_of_work, scope="function")]


class CallerOfRequest(SecurityBase):
    """The dependency, and at once what the OpenAPI schema says about it."""

    def __init__(self) -> None:
        self.scheme_name = "bearer"
        self.model = HTTPBearer(bearerFormat="JWT", description="A Cognito access or id token.")

    async def __call__(self, request: Request, resources: ResourcesDep) -> Caller:
        credentials: Credentials = request.state.credentials
        if credentials.caller is None:
            assert credentials.failure is not None
            raise credentials.failure
        if credentials.source == "cookie":
            await csrf.check(
                resources.settings, resources.secrets, request.method, request.headers, credentials.caller.user_id
            )
        return credentials.caller


# The verified user. A route without it is public.
SignedIn = Annotated[Caller, Depends(CallerOfRequest())]


async def get_caller_if_any(request: Request) -> Caller | None:
    credentials: Credentials = request.state.credentials
    return credentials.caller


# On a public route: the verified user, or nobody. A token that is not good makes nobody of them.
SignedInOrNot = Annotated[Caller | None, Depends(get_caller_if_any)]


async def count_upload(request: Request, resources: ResourcesDep, _caller: SignedIn) -> None:
    limit = upload_limit(resources.settings.rate_limit_uploads)
    await request.app.state.rate_limiter.count(limit, request.scope)


CountedUpload = Depends(count_upload)


def clamped(low: int, high: int, fallback: int) -> BeforeValidator:
    """Out-of-range and unreadable numbers are never an error: the old server clamped them, too."""

    def clamp(value: Any) -> int:
        try:
            number = int(float(value)) or fallback
        except (ValueError, OverflowError):
            return fallback
        return min(max(number, low), high)

    return BeforeValidator(clamp)


PageNumber = Annotated[int, clamped(1, 1_000_000, 1)]
PageSize = Annotated[int, clamped(1, 100, 20)]
Offset = Annotated[int, clamped(0, 1_000_000_000, 0)]


URL_CHARACTERS = ":/?#[]@!$&'()*+,;=%~"


def redirect(url: str) -> Response:
    """To a URL that is good for now. Escaped is only what no header can hold: that of an old row may be any text."""
    return Response(status_code=302, headers={"Location": quote(url, safe=URL_CHARACTERS), "Cache-Control": "no-store"})


def json_response(body: bytes) -> Response:
    """An answer that is JSON already, such as one from the cache."""
    return Response(body, media_type="application/json; charset=utf-8")
