"""Asks each part of the stack whether it really works. Every function raises when it does not."""

import asyncio
import http.client
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lego_api.config import asyncpg_url
from lego_api.dev.aws.client import client

TIMEOUT = 5.0  # seconds


def sql(url: str, statement: str) -> Any:
    """The first value that a statement answers."""
    # A thread has no event loop yet, wherever we are called from.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _sql(asyncpg_url(url), statement)).result()


async def _sql(url: str, statement: str) -> Any:
    import asyncpg

    connection = await asyncpg.connect(url.replace("+asyncpg", "", 1), timeout=TIMEOUT)
    try:
        return await connection.fetchval(statement, timeout=TIMEOUT)
    finally:
        await connection.close(timeout=TIMEOUT)


def ping_redis(url: str) -> None:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    with Redis.from_url(
        url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=Retry(NoBackoff(), 0)
    ) as connection:
        connection.ping()


def head_bucket(environment: Mapping[str, str]) -> None:
    client("s3", environment).head_bucket(Bucket=environment["S3_BUCKET"])


def fetch_signing_keys(url: str) -> None:
    if not _get(url).json()["keys"]:
        raise ValueError(f"{url} has no keys")


def ask_opensearch(url: str) -> None:
    _get(f"{url.rstrip('/')}/_cluster/health")


def get_local(port: int, path: str) -> bytes:
    """The body of a 200 from a server of ours: straight to it, whatever proxies the environment names."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise ConnectionError(f"{path} answered {answer.status}: {body[:500].decode(errors='replace')}")
    return body


def _get(url: str) -> Any:
    import httpx

    return httpx.get(url, timeout=TIMEOUT).raise_for_status()
