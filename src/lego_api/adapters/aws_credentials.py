"""What AWS gives a process to show who it is: secrets, and signatures that a database takes for a password.

With the SDK's synchronous core, in a thread: these are asked for once in a while, and its asynchronous clients take
longer to load than this does to answer.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from lego_api.errors import Unavailable

logger = logging.getLogger(__name__)

TOKEN_SECONDS = 900  # as long as RDS takes one for a new connection


async def read_secret(arn: str, region: str) -> Mapping[str, Any]:
    """The secret's JSON object. Raises `Unavailable`."""
    return await asyncio.to_thread(_read_secret, arn, region)


def token_source(host: str, port: int, user: str, region: str) -> Callable[[], Awaitable[str]]:
    """For a role that may `rds-db:connect`: each call is a password for one new connection. Raises `Unavailable`."""

    async def token() -> str:
        return await asyncio.to_thread(_sign, host, port, user, region)

    return token


def password_source(arn: str, region: str) -> Callable[[], Awaitable[str]]:
    """The password in a secret as RDS keeps it, as it is when somebody connects: it is renewed from time to time."""

    async def password() -> str:
        return str((await read_secret(arn, region))["password"])

    return password


@lru_cache(maxsize=1)
def _session() -> Any:
    from botocore.session import Session

    return Session()


@lru_cache(maxsize=1)
def _secrets_manager(region: str) -> Any:
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
    return _session().create_client("secretsmanager", region_name=region, config=config)


def _read_secret(arn: str, region: str) -> Mapping[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        value: Mapping[str, Any] = json.loads(_secrets_manager(region).get_secret_value(SecretId=arn)["SecretString"])
    except (BotoCoreError, ClientError, ValueError) as error:
        raise _unavailable(error) from error
    return value


def _sign(host: str, port: int, user: str, region: str) -> str:
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError

    request = AWSRequest("GET", f"https://{host}:{port}/?{urlencode({'Action': 'connect', 'DBUser': user})}")
    try:
        SigV4QueryAuth(_session().get_credentials(), "rds-db", region, expires=TOKEN_SECONDS).add_auth(request)
    except BotoCoreError as error:
        raise _unavailable(error) from error
    return str(request.url).removeprefix("https://")


def _unavailable(error: Exception) -> Unavailable:
    logger.warning("AWS does not say who we are: %s", type(error).__name__)
    return Unavailable("The service cannot sign in to its parts. Please try again in a moment.")
