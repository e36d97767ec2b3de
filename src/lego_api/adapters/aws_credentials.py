"""What AWS gives a process to show who it is: secrets, and signatures that a database takes for a password.

With the SDK's synchronous core, in a thread: these are asked for once in a while, and its asynchronous clients take
longer to load than this does to answer.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import urlencode

from lego_api.adapters import tracing
from lego_api.errors import Unavailable

logger = logging.getLogger(__name__)

TOKEN_SECONDS = 900  # as long as RDS takes one for a new connection

Password = Callable[[], Coroutine[Any, Any, str]]


class SecretsManager:
    """Its client is made when it is first asked."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._client: Any = None
        self._opening = threading.Lock()

    async def read(self, arn: str) -> Mapping[str, Any]:
        """The secret's JSON object, as it is now. Raises `Unavailable`."""
        with tracing.span("secretsmanager GetSecretValue"):
            return await asyncio.to_thread(self._read, arn)

    def _read(self, arn: str) -> Mapping[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            value = json.loads(self._open().get_secret_value(SecretId=arn).get("SecretString", ""))
        except (BotoCoreError, ClientError, ValueError) as error:
            raise _unavailable(error) from error
        if not isinstance(value, dict):
            logger.error("a secret is to be a JSON object", extra={"arn": arn})
            raise _unavailable()
        return value

    def _open(self) -> Any:
        from botocore.config import Config
        from botocore.session import Session

        with self._opening:  # making clients is not safe in several threads
            if self._client is None:
                config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})
                self._client = Session().create_client("secretsmanager", region_name=self._region, config=config)
        return self._client


def password_source(arn: str, region: str) -> Password:
    """The password in a secret as RDS keeps it, as it is when somebody connects: it is renewed from time to time."""
    secrets = SecretsManager(region)

    async def password() -> str:
        found = (await secrets.read(arn)).get("password")
        if not isinstance(found, str) or not found:
            logger.error("the secret of the database has no password", extra={"arn": arn})
            raise _unavailable()
        return found

    return password


def token_source(host: str, port: int, user: str, region: str) -> Password:
    """For a role that may `rds-db:connect`: each call is a password for one new connection. Raises `Unavailable`."""
    signer = TokenSigner(region)

    async def token() -> str:
        return await asyncio.to_thread(signer.sign, host, port, user)

    return token


class TokenSigner:
    """The credentials of the process are looked up once, and then renew themselves."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._credentials: Any = None
        self._finding = threading.Lock()

    def sign(self, host: str, port: int, user: str) -> str:
        from botocore.auth import SigV4QueryAuth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError

        request = AWSRequest("GET", f"https://{host}:{port}/?{urlencode({'Action': 'connect', 'DBUser': user})}")
        try:
            SigV4QueryAuth(self._find(), "rds-db", self._region, expires=TOKEN_SECONDS).add_auth(request)
        except BotoCoreError as error:
            raise _unavailable(error) from error
        return str(request.url).removeprefix("https://")

    def _find(self) -> Any:
        from botocore.session import Session

        with self._finding:
            if self._credentials is None:
                self._credentials = Session().get_credentials()
        return self._credentials


def _unavailable(error: Exception | None = None) -> Unavailable:
    if error is not None:
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        logger.warning("AWS does not say who we are: %s", code or type(error).__name__)
    return Unavailable("The service cannot sign in to its parts. Please try again in a moment.")
