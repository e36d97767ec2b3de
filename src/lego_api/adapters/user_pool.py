"""Cognito: what a user is called, and which picture they have."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from lego_api.adapters import tracing
from lego_api.adapters.breaker import Breaker
from lego_api.config import Settings
from lego_api.errors import NotFound, UserPoolUnavailable

logger = logging.getLogger(__name__)

ATTEMPTS = 3
WRITE_TIMEOUTS = 3  # a write may take this many times as long as a read

NO_SUCH_USER = "UserNotFoundException"
ABOUT_ONE_USER = frozenset({NO_SUCH_USER, "InvalidParameterException"})  # says nothing about Cognito itself


class UserPool:
    """Users go by their username in the pool, which is not always the `sub` of their tokens."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._timeout = settings.identity_timeout
        self.breaker = Breaker("cognito", settings.breaker_seconds)
        self._stack = AsyncExitStack()
        self._client: Any = None
        self._opening = asyncio.Lock()

    async def attributes(self, username: str) -> Mapping[str, str]:
        """A user's attributes by name. Raises `NotFound` for one who is not in the pool, and `UserPoolUnavailable`."""
        async with self._cognito("AdminGetUser", self._timeout) as cognito:
            user = await cognito.admin_get_user(**self._user(username))
        return {attribute["Name"]: attribute.get("Value", "") for attribute in user["UserAttributes"]}

    async def set_attributes(self, username: str, attributes: Mapping[str, str]) -> None:
        """All of them or none. Raises as `attributes()` does; where Cognito did not answer, it may still have heard."""
        named = [{"Name": name, "Value": value} for name, value in attributes.items()]
        async with self._cognito("AdminUpdateUserAttributes", WRITE_TIMEOUTS * self._timeout) as cognito:
            await cognito.admin_update_user_attributes(**self._user(username), UserAttributes=named)

    async def remove_attributes(self, username: str, names: Sequence[str]) -> None:
        """Also where the user does not have them. Raises as `set_attributes()` does."""
        for attempt in range(ATTEMPTS):
            try:
                async with self._cognito("AdminDeleteUserAttributes", WRITE_TIMEOUTS * self._timeout) as cognito:
                    await cognito.admin_delete_user_attributes(**self._user(username), UserAttributeNames=list(names))
                return
            except UserPoolUnavailable:
                # Somebody else may have been quicker; and since then somebody may have set them again.
                if not (await self.attributes(username)).keys() & set(names):
                    return
                if attempt == ATTEMPTS - 1:
                    raise

    async def aclose(self) -> None:
        await self._stack.aclose()
        self._client = None

    def _user(self, username: str) -> dict[str, str]:
        return {"UserPoolId": self._settings.cognito_user_pool_id, "Username": username}

    @asynccontextmanager
    async def _cognito(self, operation: str, seconds: float) -> AsyncIterator[Any]:
        """The client, for one operation that may take so long, with all its attempts."""
        if not self.breaker.allows():
            raise UserPoolUnavailable
        if self._client is None:
            await asyncio.to_thread(_import_sdk)
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = await self._open()  # before the clock runs
            with tracing.span(f"cognito {operation}"):
                async with asyncio.timeout(seconds):
                    yield client
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code not in ABOUT_ONE_USER:
                self._failed(code)
                raise UserPoolUnavailable from error
            self.breaker.succeeded()
            if code == NO_SUCH_USER:
                raise NotFound("This user account no longer exists") from error
            logger.warning("Cognito refused a command: %s", code)
            raise UserPoolUnavailable from error
        except (BotoCoreError, OSError) as error:
            self._failed(type(error).__name__)
            raise UserPoolUnavailable from error
        self.breaker.succeeded()

    def _failed(self, reason: str | None) -> None:
        logger.warning("Cognito failed: %s", reason)
        self.breaker.failed()

    async def _open(self) -> Any:
        async with self._opening:
            if self._client is None:
                self._client = await self._stack.enter_async_context(self._new_client())
        return self._client

    def _new_client(self) -> Any:
        import aioboto3
        from aiobotocore.config import AioConfig

        config = AioConfig(
            connect_timeout=self._timeout,
            read_timeout=self._timeout,
            retries={"mode": "standard", "max_attempts": ATTEMPTS},
        )
        session = aioboto3.Session(region_name=self._settings.aws_region)
        return session.client("cognito-idp", endpoint_url=self._settings.cognito_endpoint_url, config=config)


def _import_sdk() -> None:
    """In a thread: it must not stop everybody else's requests."""
    import aioboto3  # noqa: F401
