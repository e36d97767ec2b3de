"""Clients of OpenSearch: with a name and a password, or with signed requests, as a domain with IAM wants them."""

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from lego_api.config import Settings

logger = logging.getLogger(__name__)


class NotSigned(Exception):
    """There are no credentials to sign requests with."""


def import_sdk() -> None:
    import opensearchpy  # noqa: F401


def new_client(settings: Settings) -> Any:
    """Raises `NotSigned`."""
    from opensearchpy import AsyncHttpConnection, AsyncOpenSearch

    url, headers = _address(str(settings.opensearch_url))
    return AsyncOpenSearch(
        hosts=[url],
        headers=headers,
        connection_class=AsyncHttpConnection,
        http_auth=_signer(settings) if settings.opensearch_auth == "aws" else None,
        max_retries=1,  # on a new connection, where the server has closed the one that was kept
        retry_on_status=(),
        http_compress=True,
    )


def _address(url: str) -> tuple[str, Mapping[str, str]]:
    """Without its name and password, and the header that says them: the SDK sends them in a way that is going."""
    address = urlsplit(url)
    userinfo, at, host = address.netloc.rpartition("@")
    if not at:
        return url, {}
    name, _, password = userinfo.partition(":")
    credentials = b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode()
    return urlunsplit(address._replace(netloc=host)), {"authorization": f"Basic {credentials}"}


def _signer(settings: Settings) -> Callable[..., Mapping[str, str]]:
    """Signs with the credentials of the process, which are looked up when they are needed, and renewed. `NotSigned`."""
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session
    from opensearchpy import AWSV4SignerAsyncAuth

    try:
        credentials = Session().get_credentials()
    except BotoCoreError as error:
        raise NotSigned from error
    if credentials is None:
        logger.error("there are no credentials to sign requests to OpenSearch with")
        raise NotSigned
    signer = AWSV4SignerAsyncAuth(credentials, settings.aws_region, "es")

    def sign(**request: Any) -> Mapping[str, str]:
        try:
            headers: Mapping[str, str] = signer(**request)
        except BotoCoreError as error:
            raise NotSigned from error
        return headers

    return sign
