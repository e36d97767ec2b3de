"""Clients of S3: made when they are first used, kept as long as the process, and never waited for without an end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from typing import Any

from lego_api.adapters import tracing
from lego_api.config import Settings
from lego_api.errors import StorageUnavailable

logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 20
MAX_READERS = 200  # who read a file through the application at the same time
ATTEMPTS = 3
SLOWEST = 1024 * 1024  # bytes per second that an upload may take


class S3Clients:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = AsyncExitStack()
        self._clients: dict[tuple[str | None, bool], Any] = {}
        self._opening = asyncio.Lock()

    async def prepare(self) -> None:
        """Loads the SDK and makes the client, half a second of work; else the first use does. Connects nowhere.

        Raises `StorageUnavailable` when no client can be made.
        """
        await self._client(self._settings.s3_endpoint_url)

    async def aclose(self) -> None:
        await self._stack.aclose()
        self._clients.clear()

    def signing(self) -> AbstractAsyncContextManager[Any]:
        """The client whose URLs are good for browsers."""
        return self.using(None, self._settings.s3_public_endpoint_url)

    @asynccontextmanager
    async def using(
        self, operation: str | None, endpoint_url: str | None = None, *, size: int = 0, for_readers: bool = False
    ) -> AsyncIterator[Any]:
        """The client, for an operation that sends `size` bytes; None: S3 is not asked.

        Raises `StorageUnavailable`, in the end also by itself.

        `for_readers`: one of their own for those who take their time, and would keep connections from everybody else.
        """
        # The SDK's own timeouts do not cover its wait for S3 to ask for a body.
        deadline = ATTEMPTS * self._settings.storage_timeout + size / SLOWEST
        client = await self._client(endpoint_url or self._settings.s3_endpoint_url, for_readers=for_readers)
        with _as_unavailable(), tracing.span(f"s3 {operation}") if operation else nullcontext():
            async with asyncio.timeout(deadline):
                yield client

    async def _client(self, endpoint_url: str | None, *, for_readers: bool = False) -> Any:
        key = (endpoint_url, for_readers)
        if key not in self._clients:
            await asyncio.to_thread(_import_sdk)
            async with self._opening:
                if key not in self._clients:
                    with _as_unavailable():
                        client = self._new_client(endpoint_url, MAX_READERS if for_readers else MAX_CONNECTIONS)
                        self._clients[key] = await self._stack.enter_async_context(client)
        return self._clients[key]

    def _new_client(self, endpoint_url: str | None, max_connections: int) -> Any:
        import aioboto3
        from aiobotocore.config import AioConfig

        config = AioConfig(
            signature_version="s3v4",
            # Regional virtual hosts in AWS: presigned URLs to the global endpoint redirect, which breaks CORS.
            s3={"addressing_style": "path" if endpoint_url else "virtual"},
            connect_timeout=min(2.0, self._settings.storage_timeout),
            read_timeout=self._settings.storage_timeout,
            max_pool_connections=max_connections,
            retries={"mode": "standard", "max_attempts": ATTEMPTS},
        )
        session = aioboto3.Session(region_name=self._settings.aws_region)
        return session.client("s3", endpoint_url=endpoint_url, config=config)


def _import_sdk() -> None:
    """In a thread: it must not stop everybody else's requests."""
    import aioboto3  # noqa: F401


@contextmanager
def _as_unavailable() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError, OSError) as error:
        code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
        logger.warning("S3 failed: %s", code or type(error).__name__)
        raise StorageUnavailable from error
