"""Whether a request came through the edge, whose firewall nobody is to walk around, and from whom."""

import hmac
from collections.abc import Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from lego_api.adapters.secrets import Secrets
from lego_api.errors import AppError, Forbidden
from lego_api.web.envelopes import error_response

SECRET = "x-origin-secret"
VIEWER = "x-viewer-address"

LIVENESS = "/health/live"  # all that may be asked by who stands behind the edge


class OnlyThroughEdge:
    """Refuses what does not show the secret of the edge. Of what does, the client is whom the edge has seen."""

    def __init__(self, app: ASGIApp, *, secrets: Secrets) -> None:
        self.app = app
        self._secrets = secrets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == LIVENESS:
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        try:
            is_from_edge = await self._is_from_edge(headers.get(SECRET, "").encode("latin-1"))
        except AppError as error:
            await error_response(scope, error)(scope, receive, send)
            return
        if is_from_edge and (address := viewer_address(headers.get(VIEWER, ""))):
            scope["client"] = (address, 0)
        await self.app(scope, receive, send)

    async def _is_from_edge(self, shown: bytes) -> bool:
        """False where there is no edge. Raises `Forbidden` and `Unavailable`."""
        accepted = await self._secrets.origins()
        if accepted is None:
            return False
        if _is_among(accepted, shown):
            return True
        if shown:  # it may be newer than what is known
            await self._secrets.reread()
            accepted = await self._secrets.origins()
            if accepted is not None and _is_among(accepted, shown):
                return True
        raise Forbidden("This address does not answer. Please use the public address of the service.")


def _is_among(accepted: Sequence[bytes], shown: bytes) -> bool:
    """In a time that tells nothing about them."""
    return sum(hmac.compare_digest(value, shown) for value in accepted) > 0


def viewer_address(text: str) -> str | None:
    """Of `address`, `address:port` or `[address]:port`; None for anything else.

    An IPv6 address with a port but without brackets may be read as a longer address. That changes its last part only,
    which does not count.
    """
    bracketed = text.startswith("[")
    host = text[1:].partition("]")[0] if bracketed else text
    for candidate in (host, host.rpartition(":")[0]):
        try:
            return str(ip_address(candidate))
        except ValueError:
            continue
    return None
