"""Making requests meet: a transaction of the test's own holds them up until all have come as far as they can."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx

from tests.support.database import Database

Request = Callable[[], httpx.Response]

WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def held_up(database: Database, requests: Sequence[Request], sql: str, *arguments: Any) -> list[httpx.Response]:
    """The answers of requests that all were waiting, while a transaction that had done `sql` was still open."""
    with ThreadPoolExecutor(len(requests)) as threads:
        with open_transaction(database, sql, arguments):
            running = [threads.submit(request) for request in requests]
            deadline = time.monotonic() + 60
            while database.value(WAITING) < len(requests):
                assert time.monotonic() < deadline, "the requests do not wait for the lock"
        return [request.result() for request in running]


@contextmanager
def open_transaction(database: Database, sql: str, arguments: Sequence[Any]) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(asyncpg.connect(database.url))
    try:
        loop.run_until_complete(connection.execute("BEGIN"))
        loop.run_until_complete(connection.fetch(sql, *arguments))
        yield
        loop.run_until_complete(connection.execute("COMMIT"))
    finally:
        loop.run_until_complete(connection.close())
        loop.close()
