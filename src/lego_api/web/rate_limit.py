"""How often a user, or else an address, may call: counted in Redis, or in this process while Redis is away."""

import math
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, IPv6Network

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lego_api.adapters.cache import Cache, Unanswered
from lego_api.errors import TooManyRequests
from lego_api.web.envelopes import error_response
from lego_api.web.middleware import response_headers
from lego_api.web.paths import is_impersonal

COUNTED_LOCALLY = 10_000  # clients; the longest idle are forgotten first

# What one customer of a provider usually gets of IPv6: whoever has that many addresses is still one client.
IPV6_PREFIX = 56

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in `window` seconds."""

    name: str
    requests: int
    window: int
    message: str
    window_text: str

    def headers(self, usage: "Usage") -> dict[str, str]:
        return {
            "RateLimit-Policy": f"{self.requests};w={self.window}",
            "RateLimit-Limit": str(self.requests),
            "RateLimit-Remaining": str(max(self.requests - usage.used, 0)),
            "RateLimit-Reset": str(usage.seconds_left),
        }

    def refusal(self, usage: "Usage") -> TooManyRequests:
        extra = {"retryAfter": self.window_text}
        return TooManyRequests(self.message, extra=extra, retry_after=usage.seconds_left)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a client has used of a limit, this request included, and when it all starts anew."""

    used: int
    seconds_left: int
    is_local: bool = False  # counted in this process


def general_limit(requests: int) -> Limit:
    message = "Too many requests from this IP, please try again later."
    return Limit("general", requests, 900, message, "15 minutes")


def upload_limit(requests: int) -> Limit:
    message = "Too many upload attempts from this IP, please try again later."
    return Limit("uploads", requests, 3600, message, "1 hour")


def profile_failures_limit(requests: int) -> Limit:
    message = "Too many authentication attempts from this IP, please try again later."
    return Limit("profile-failures", requests, 900, message, "15 minutes")


class RateLimiter:
    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._local: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def count(self, limit: Limit, scope: Scope) -> None:
        """Counts one request, and lets its answer say so. Raises `TooManyRequests` over the limit."""
        usage = await self.spend(limit, client_of(scope))
        response_headers(scope).update(limit.headers(usage))
        if usage.used > limit.requests:
            raise limit.refusal(usage)

    async def spend(self, limit: Limit, client: str) -> Usage:
        key = _key(limit, client)
        try:
            return Usage(*await self._cache.count(key, limit.window))
        except Unanswered:
            return self._spend_locally(key, limit.window)

    async def give_back(self, limit: Limit, client: str, usage: Usage) -> Usage:
        """Undoes what was spent. If Redis went away meanwhile, it stays spent there."""
        key = _key(limit, client)
        if usage.is_local:
            self._give_back_locally(key)
        else:
            with suppress(Unanswered):
                await self._cache.uncount(key)
        return replace(usage, used=usage.used - 1)

    def _spend_locally(self, key: str, window: int) -> Usage:
        now = time.monotonic()
        used, ends_at = self._local.pop(key, (0, 0.0))
        if now >= ends_at:
            used, ends_at = 0, now + window
        self._local[key] = (used + 1, ends_at)
        if len(self._local) > COUNTED_LOCALLY:
            self._local.popitem(last=False)
        return Usage(used + 1, max(math.ceil(ends_at - now), 1), is_local=True)

    def _give_back_locally(self, key: str) -> None:
        used, ends_at = self._local.get(key, (0, 0.0))
        if used:
            self._local[key] = (used - 1, ends_at)


def _key(limit: Limit, client: str) -> str:
    return f"rate:{limit.name}:{client}"


def client_of(scope: Scope) -> str:
    """The verified user, else the address of the peer: behind the gateway, the one that the gateway saw; behind the
    edge, the one that the edge saw.

    Never a header by itself: anyone can write `X-Forwarded-For`.
    """
    credentials = scope["state"]["credentials"]
    if credentials.caller:
        return f"user:{credentials.caller.user_id}"
    peer = scope.get("client")
    return f"address:{_network(peer[0]) if peer else 'unknown'}"


def _network(address: str) -> str:
    if ":" not in address:
        return address
    try:
        ipv6 = IPv6Address(address)
    except ValueError:
        return address
    if ipv6.ipv4_mapped:
        return str(ipv6.ipv4_mapped)
    return str(IPv6Network((int(ipv6), IPV6_PREFIX), strict=False))


class GeneralRateLimit:
    def __init__(self, app: ASGIApp, *, limiter: RateLimiter, limit: Limit) -> None:
        self.app = app
        self._limiter = limiter
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_impersonal(scope):
            return await self.app(scope, receive, send)
        try:
            await self._limiter.count(self._limit, scope)
        except TooManyRequests as error:
            await error_response(scope, error)(scope, receive, send)
            return
        await self.app(scope, receive, send)


class FailureRateLimit:
    """Counts the writes below a path that are refused, whoever does; what another limit refuses is not one of them.

    Nor is what fails here: users whom an outage has kept waiting are not kept out afterwards.

    A request is counted before it begins, and no longer when it has succeeded: so many at once cannot slip through,
    and no more than the limit are under way at the same time.
    """

    def __init__(self, app: ASGIApp, *, limiter: RateLimiter, limit: Limit, path: str) -> None:
        self.app = app
        self._limiter = limiter
        self._limit = limit
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or not self._covers(scope["path"]):
            return await self.app(scope, receive, send)
        client = client_of(scope)
        usage = await self._limiter.spend(self._limit, client)

        async def send_counted(message: Message) -> None:
            nonlocal usage
            if message["type"] == "http.response.start":
                status = message["status"]
                if not 400 <= status < 500 or status == TOO_MANY_REQUESTS:
                    usage = await self._limiter.give_back(self._limit, client, usage)
                if status != TOO_MANY_REQUESTS:  # else it is another limit that the answer speaks of
                    response_headers(scope).update(self._limit.headers(usage))
            await send(message)

        if usage.used > self._limit.requests:
            response_headers(scope).update(self._limit.headers(usage))
            await error_response(scope, self._limit.refusal(usage))(scope, receive, send_counted)
            return
        try:
            await self.app(scope, receive, send_counted)
        except Exception:  # becomes a 500 further out
            await self._limiter.give_back(self._limit, client, usage)
            raise

    def _covers(self, path: str) -> bool:
        return path == self._path or path.startswith(f"{self._path}/")
