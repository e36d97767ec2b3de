"""Asks each part of the stack whether it really works. Every function raises when it does not."""

import asyncio
import http.client
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import urlopen

TIMEOUT = 5.0


def sql(url: str, statement: str) -> Any:
    """The first value that a statement answers."""
    # A thread has no event loop yet, wherever we are called from.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _sql(url, statement)).result()


async def _sql(url: str, statement: str) -> Any:
    import asyncpg

    _, _, rest = url.partition("://")
    connection = await asyncpg.connect(f"postgresql://{rest}", timeout=TIMEOUT)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def ping_redis(url: str) -> None:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    with Redis.from_url(
        url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=Retry(NoBackoff(), 0)
    ) as client:
        client.ping()


def head_bucket(environment: Mapping[str, str]) -> None:
    from botocore.config import Config
    from botocore.session import Session

    client = Session().create_client(
        "s3",
        region_name=environment["AWS_REGION"],
        endpoint_url=environment["S3_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(s3={"addressing_style": "path"}, connect_timeout=TIMEOUT, read_timeout=TIMEOUT),
    )
    client.head_bucket(Bucket=environment["S3_BUCKET"])


def fetch_signing_keys(url: str) -> None:
    with urlopen(url, timeout=TIMEOUT) as answer:
        answer.read()


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
