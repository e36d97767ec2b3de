"""The application's own secrets: from its settings, or from Secrets Manager when one is first needed."""

import asyncio

from lego_api.adapters.aws_credentials import read_secret
from lego_api.config import Settings
from lego_api.errors import Unavailable


class Secrets:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._csrf_key = settings.csrf_secret.get_secret_value().encode() if settings.csrf_secret else None
        self._reading = asyncio.Lock()

    async def csrf_key(self) -> bytes:
        """Raises `Unavailable`."""
        async with self._reading:
            if self._csrf_key is None:
                assert self._settings.secrets_arn
                secret = await read_secret(self._settings.secrets_arn, self._settings.aws_region)
                value = str(secret.get("csrf_secret", ""))
                if len(value) < 16:
                    raise Unavailable("The service is not configured. Please try again later.")
                self._csrf_key = value.encode()
        return self._csrf_key
