"""The Express server's own role in a migrated database, with the rights that docs/cutover.md gives it and no others."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from tests.support.backends import ROOT
from tests.support.database import Database
from tests.support.express_queries import Express

_PAGE = ROOT / "docs" / "cutover.md"


class KeptConnection(Database):
    """One connection for all statements, as a server's pool keeps it: through migrations, too."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._runner = asyncio.Runner()
        # As node-postgres does it, which names no statements.
        self._connection = self._runner.run(asyncpg.connect(self.url, statement_cache_size=0))
        codec = self._connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        self._runner.run(codec)

    def fetch(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self._runner.run(self._connection.fetch(sql, *arguments))]

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


@contextmanager
def express_role(database: Database) -> Iterator[Express]:
    """The page's own statements, but for the name: roles belong to the whole server, and other tests run on it."""
    name, password = f"express_{uuid4().hex}", uuid4().hex
    run_statements(
        database, statements_with("CREATE ROLE").replace("'PASSWORD'", f"'{password}'").replace("express", name)
    )
    url = urlsplit(database.url)
    host = url.netloc.rpartition("@")[2]
    try:
        with closing(KeptConnection(urlunsplit(url._replace(netloc=f"{name}:{password}@{host}")))) as connection:
            yield Express(connection)
    finally:
        run_statements(database, statements_with("DROP ROLE").replace("express", name))


def statements_with(words: str) -> str:
    """The one block of SQL on the page that has these words."""
    blocks = re.findall(r"^```sql\n(.*?)^```$", _PAGE.read_text(), re.MULTILINE | re.DOTALL)
    [block] = [block for block in blocks if words in block]
    return str(block)


def run_statements(database: Database, statements: str) -> None:
    for statement in statements.split(";"):
        if statement.strip():
            database.fetch(statement)
