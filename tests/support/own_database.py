"""Databases beside the one that a worker's tests share: for what must not happen to it, or cannot be seen in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from lego_api.config import Settings
from tests.support.database import Database, with_path

TEMPLATE = "lego_template"  # migrated once; the databases of workers and tests are copies of it


def recreate_database(server: Database, name: str, *, template: str | None) -> Database:
    """Empty, or a copy of the template; in place of the one that has this name."""
    drop_database(server, name)
    server.fetch(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return Database(with_path(server.url, name))


def drop_database(server: Database, name: str) -> None:
    server.fetch(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def temporary_database(settings: Settings, *, template: str | None = TEMPLATE) -> Iterator[Database]:
    """On the server of these settings; migrated, unless without a template."""
    server, name = Database(settings.database_url), f"test_{uuid4().hex}"
    try:
        yield recreate_database(server, name, template=template)
    finally:
        drop_database(server, name)
