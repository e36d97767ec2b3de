"""The application's own secrets: from its settings, and from the secret of SECRETS_ARN when one is first needed.

That is a JSON object with `csrf_secret`, and with `origin_secret`: what the edge shows of itself, a text or a list of
texts, or null where nobody stands in front of the application. While it is renewed, `origin_secret_next` counts, too.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lego_api.adapters.aws_credentials import SecretsManager
from lego_api.config import Settings
from lego_api.errors import Unavailable

logger = logging.getLogger(__name__)

SHORTEST = 16  # characters
KEPT_SECONDS = 300.0  # after which it is read again: a value that was taken out must not count for ever
REREAD_SECONDS = 5.0  # how often a value that nobody knows may make us read it again
PAUSE_SECONDS = 1.0  # after a reading that failed
PATIENCE = 2.0  # for a reading that can be done without


@dataclass(frozen=True, slots=True)
class Known:
    """`origins` None: nobody stands in front of the application."""

    csrf_key: bytes
    origins: Sequence[bytes] | None


class Secrets:
    """What was read once goes on working while Secrets Manager is away."""

    def __init__(self, settings: Settings) -> None:
        self._csrf_key = settings.csrf_secret.get_secret_value().encode() if settings.csrf_secret else None
        self._arn = settings.secrets_arn
        self._manager = SecretsManager(settings.aws_region)
        self._known: Known | None = None
        self._tried_at = float("-inf")
        self._reading = asyncio.Lock()

    async def csrf_key(self) -> bytes:
        """Raises `Unavailable`."""
        return self._csrf_key or (await self._current()).csrf_key

    async def origins(self) -> Sequence[bytes] | None:
        """What the edge may show, None where there is no edge. Raises `Unavailable`."""
        return (await self._current()).origins if self._arn else None

    async def reread(self) -> None:
        """Reads them again for somebody who shows what is not known, unless that has just been done."""
        if self._age() >= REREAD_SECONDS:
            await self._renew()

    async def _current(self) -> Known:
        if self._known is None:
            async with self._reading:
                if self._known is None:
                    if self._age() < PAUSE_SECONDS:
                        raise _not_there()
                    await self._read()
        elif self._age() >= KEPT_SECONDS and not self._reading.locked():
            await self._renew()
        assert self._known
        return self._known

    async def _renew(self) -> None:
        async with self._reading:
            if self._age() >= REREAD_SECONDS:
                with suppress(Unavailable, TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        await self._read()

    async def _read(self) -> None:
        assert self._arn
        try:
            self._known = self._parsed(await self._manager.read(self._arn))
        finally:
            self._tried_at = time.monotonic()

    def _age(self) -> float:
        return time.monotonic() - self._tried_at

    def _parsed(self, secret: Mapping[str, Any]) -> Known:
        csrf_key = self._csrf_key
        if csrf_key is None:
            (csrf_key,) = _values(secret, "csrf_secret", at_most=1)
        if secret.get("origin_secret", "") is None:
            return Known(csrf_key, None)
        origins = _values(secret, "origin_secret")
        if secret.get("origin_secret_next") is not None:
            origins += _values(secret, "origin_secret_next")
        return Known(csrf_key, origins)


def _values(secret: Mapping[str, Any], name: str, *, at_most: int | None = None) -> list[bytes]:
    """Raises `Unavailable`, and says in the log what is wrong, but not what the value is."""
    given = secret.get(name)
    listed: list[Any] = given if isinstance(given, list) else [given]
    values = [value.encode() for value in listed if isinstance(value, str) and len(value) >= SHORTEST]
    if not values or len(values) < len(listed) or (at_most and len(values) > at_most):
        logger.error("the secret of SECRETS_ARN needs %s, of %d characters or more", name, SHORTEST)
        raise _not_there()
    return values


def _not_there() -> Unavailable:
    return Unavailable("The service cannot read its configuration. Please try again in a moment.")
