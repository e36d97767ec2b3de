"""Runs migrations against `DATABASE_URL`: the instance itself, never RDS Proxy (they lock and set)."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from lego_api.config import DatabaseSettings
from lego_api.db import sign_in
from lego_api.models import Base

# What the models do not declare: the first exists only where PostgreSQL has the extension pg_trgm, the second is on an
# expression, which Alembic cannot compare.
UNDECLARED_INDEXES = {"idx_moc_instructions_search_text", "idx_moc_instructions_tags"}


def declared(_object: Any, name: str | None, type_: str, *_comparison: Any) -> bool:
    return not (type_ == "index" and name in UNDECLARED_INDEXES)


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        include_object=declared,
        transaction_per_migration=True,
    )
    # Whoever waits for a lock on a table keeps everybody else waiting behind it: rather fail, and be run again.
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate() -> None:
    settings = DatabaseSettings()
    engine = create_async_engine(settings.database_url, poolclass=pool.NullPool, connect_args=sign_in(settings))
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(connect_and_migrate())
