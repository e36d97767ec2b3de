"""Two routes of the old server that exist in local development only: elsewhere they would be a way in."""

from fastapi import APIRouter, Response

from lego_api.models import utc_now
from lego_api.schemas import Message, Schema, Timestamp
from lego_api.web.dependencies import ResourcesDep

public = APIRouter(prefix="/api/mocs", tags=["local development"])

TEST_USER = "test-auth@example.com"
COOKIE_SECONDS = 3600


class TestToken(Schema):
    message: str
    user_id: str
    token: str


class CorsWorks(Message):
    timestamp: Timestamp


@public.post("/test-auth")
async def create_test_token(resources: ResourcesDep, response: Response) -> TestToken:
    """Signs a test user in, with a token in the answer and in a cookie."""
    token = await resources.identity.local_token(TEST_USER)
    caller = await resources.identity.verify(token)
    response.set_cookie("token", token, max_age=COOKIE_SECONDS, expires=COOKIE_SECONDS, httponly=True, samesite="lax")
    return TestToken(message="Test auth token generated", user_id=caller.user_id, token=token)


@public.post("/test-cors")
async def test_cors() -> CorsWorks:
    return CorsWorks(message="CORS test successful", timestamp=utc_now())
