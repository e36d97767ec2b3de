"""Looking into the database from a test."""

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine on a loop of its own, also below a test that is asynchronous itself."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class Database:
    def __init__(self, url: str) -> None:
        self.url = url.replace("+asyncpg", "")

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
