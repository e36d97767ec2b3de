"""Looking into the database from a test."""

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from lego_api.config import asyncpg_url

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine on a loop of its own, also below a test that is asynchronous itself."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def with_path(url: str, name: str) -> str:
    """Another database, or another number of a Redis, on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


class Database:
    """`url` is as all tools write it, and `settings_url` as the settings of the application have it."""

    def __init__(self, url: str) -> None:
        self.settings_url = asyncpg_url(url)
        self.url = self.settings_url.replace("+asyncpg", "", 1)

    def fetch(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        return run(self._fetch(sql, arguments))

    def value(self, sql: str, *arguments: Any) -> Any:
        rows = self.fetch(sql, *arguments)
        return next(iter(rows[0].values())) if rows else None

    def count(self, table: str, where: str = "true", *arguments: Any) -> int:
        return int(self.value(f"SELECT count(*) FROM {table} WHERE {where}", *arguments))

    async def _fetch(self, sql: str, arguments: tuple[Any, ...]) -> list[dict[str, Any]]:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
            return [dict(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()
