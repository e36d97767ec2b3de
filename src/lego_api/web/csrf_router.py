from fastapi import APIRouter, Request, Response

from lego_api.schemas import Schema
from lego_api.web import csrf
from lego_api.web.auth import Credentials
from lego_api.web.dependencies import ResourcesDep

public = APIRouter(tags=["session"])


class CsrfToken(Schema):
    token: str


@public.get("/api/csrf")
async def get_csrf_token(request: Request, response: Response, resources: ResourcesDep) -> CsrfToken:
    """A token for the double submit: the cookie `XSRF-TOKEN`, to be sent back in the header `X-CSRF-Token`."""
    credentials: Credentials = request.state.credentials
    token = await csrf.issue_token(resources.secrets, credentials.caller.user_id if credentials.caller else None)
    response.set_cookie(
        csrf.COOKIE,
        token,
        max_age=csrf.MAX_AGE,
        expires=csrf.MAX_AGE,
        samesite="lax",
        secure=not resources.settings.is_local,
    )
    response.headers["Cache-Control"] = "no-store"
    return CsrfToken(token=token)
