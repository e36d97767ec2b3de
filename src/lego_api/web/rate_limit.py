"""How often a user, or else an address, may call: counted in Redis, or in this process while Redis is away."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lego_api.adapters.cache import Cache, Unanswered
from lego_api.errors import TooManyRequests
from lego_api.web.envelopes import error_response

COUNTED_LOCALLY = 10_000  # clients; the longest idle are forgotten first


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in `window` seconds."""

    name: str
    requests: int
    window: int
    message: str
    window_text: str

    def headers(self, used: int, seconds_left: int) -> dict[str, str]:
        return {
            "RateLimit-Policy": f"{self.requests};w={self.window}",
            "RateLimit-Limit": str(self.requests),
            "RateLimit-Remaining": str(max(self.requests - used, 0)),
            "RateLimit-Reset": str(seconds_left),
        }


def general_limit(requests: int) -> Limit:
    message = "Too many requests from this IP, please try again later."
    return Limit("general", requests, 900, message, "15 minutes")


def upload_limit(requests: int) -> Limit:
    message = "Too many upload attempts from this IP, please try again later."
    return Limit("uploads", requests, 3600, message, "1 hour")


class RateLimiter:
    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._local: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def spend(self, limit: Limit, client: str) -> dict[str, str]:
        """Counts one request and returns the headers that say so. Raises `TooManyRequests` over the limit."""
        key = f"rate:{limit.name}:{client}"
        try:
            used, seconds_left = await self._cache.count(key, limit.window)
        except Unanswered:
            used, seconds_left = self._count_locally(key, limit.window)
        if used > limit.requests:
            raise TooManyRequests(limit.message, extra={"retryAfter": limit.window_text}, retry_after=seconds_left)
        return limit.headers(used, seconds_left)

    def _count_locally(self, key: str, window: int) -> tuple[int, int]:
        now = time.monotonic()
        used, ends_at = self._local.pop(key, (0, 0.0))
        if now >= ends_at:
            used, ends_at = 0, now + window
        self._local[key] = (used + 1, ends_at)
        if len(self._local) > COUNTED_LOCALLY:
            self._local.popitem(last=False)
        return used + 1, max(int(ends_at - now), 1)


def client_of(scope: Scope) -> str:
    """The verified user, else the address of the peer; behind the gateway that is the address the gateway saw.

    Never a header: anyone can write `X-Forwarded-For`.
    """
    credentials = scope["state"]["credentials"]
    if credentials.caller:
        return f"user:{credentials.caller.user_id}"
    return f"address:{scope['client'][0] if scope.get('client') else 'unknown'}"


class GeneralRateLimit:
    """Counts every request but health probes and files, which a page loads by the dozen."""

    def __init__(self, app: ASGIApp, *, limiter: RateLimiter, limit: Limit) -> None:
        self.app = app
        self._limiter = limiter
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/health", "/api/health", "/uploads/")):
            return await self.app(scope, receive, send)
        try:
            rate_headers = await self._limiter.spend(self._limit, client_of(scope))
        except TooManyRequests as error:
            response = error_response(scope, error)
            response.headers.update(self._limit.headers(self._limit.requests, error.retry_after or 1))
            await response(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in rate_headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
