"""What an application says to PostgreSQL while a test watches, and how PostgreSQL goes about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from fastapi import FastAPI
from sqlalchemy import event

from tests.support.database import Database, run

PROXY_LIMIT = 16 * 1024  # bytes of a statement; RDS Proxy ties the connection of a larger one to its client


@dataclass(frozen=True)
class Statement:
    sql: str
    parameters: tuple[Any, ...]

    def plan(self, database: Database, *, large: bool = False) -> str:
        """How PostgreSQL would go about it; with `large`, how if reading the whole table took for ever."""
        return run(self._plan(database.url, large=large))

    async def _plan(self, url: str, *, large: bool) -> str:
        connection = await asyncpg.connect(url)
        try:
            if large:
                await connection.execute("SET enable_seqscan = off")
            rows = await connection.fetch(f"EXPLAIN {self.sql}", *self.parameters)
            return "\n".join(row[0] for row in rows)
        finally:
            await connection.close()


@contextmanager
def watched(app: FastAPI) -> Iterator[list[Statement]]:
    """The statements that the application sends from now on, in their order."""
    statements: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        statements.append(Statement(sql, tuple(parameters)))

    engine = app.state.resources.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
