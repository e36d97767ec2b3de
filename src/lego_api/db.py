"""The engine, and the unit of work: one request or job is one transaction, and only `unit_of_work()` commits."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
from sqlalchemy import event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from lego_api.adapters import tracing
from lego_api.adapters.aws_credentials import password_source, token_source
from lego_api.config import DatabaseSettings
from lego_api.errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

Sessions = async_sessionmaker[AsyncSession]
Hook = Callable[[], Awaitable[None]]

# Connection failures, insufficient resources, operator intervention (shutdown, cancel, statement timeout), deadlock
# and serialization failure, lock timeout, idle timeout, a primary that has become a standby: the same request may
# succeed when it is sent again.
RETRYABLE_STATES = ("08", "53", "57", "40", "55P03", "25P03", "25006")

# The connection is of no more use: a command has no answer yet, or an answer (of a server that ends) came unasked.
BROKEN = (TimeoutError, asyncpg.InternalClientError)

POSTGRESQL_PORT = 5432
PING_SECONDS = 1.0
NEW = "new"


async def _connect(*args: Any, **kwargs: Any) -> Any:
    try:
        with tracing.span("postgresql connect"):
            return await asyncpg.connect(*args, **kwargs)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        logger.warning("cannot connect to PostgreSQL: %s", type(error).__name__)
        raise DatabaseUnavailable from error


def sign_in(settings: DatabaseSettings) -> dict[str, Any]:
    """How a connection shows who it is, and knows whom it speaks to, where the URL does not say."""
    if settings.database_auth == "url":
        return {}
    if settings.database_auth == "iam":
        url = make_url(settings.database_url)
        assert url.host
        assert url.username
        password = token_source(url.host, url.port or POSTGRESQL_PORT, url.username, settings.aws_region)
    else:
        assert settings.database_secret_arn
        password = password_source(settings.database_secret_arn, settings.aws_region)
    return {"password": password, "ssl": ssl.create_default_context(cafile=settings.database_ca_file)}


def create_engine(settings: DatabaseSettings) -> AsyncEngine:
    """The process's engine. It connects when first used, and again when a connection died while nobody looked."""
    engine = create_async_engine(
        settings.database_url,
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_pool_size,
        pool_timeout=settings.database_timeout,
        pool_recycle=1500,  # RDS Proxy drops idle clients after 1,800 s
        insertmanyvalues_page_size=100,  # a statement over 16 KB pins the proxy's connection
        hide_parameters=True,
        connect_args={
            "async_creator_fn": _connect,
            **sign_in(settings),
            "timeout": settings.database_timeout / 2,
            "command_timeout": settings.database_timeout,
            # Both, or statements are still named, which pins the proxy's connection.
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
        },
    )
    event.listen(engine.sync_engine, "connect", _leave_jit_alone, insert=True)
    event.listen(engine.sync_engine, "connect", _mark_as_new)
    event.listen(engine.sync_engine, "checkout", _ping)
    if tracing.is_on():
        for moment, execute in tracing.traced_execution().items():
            event.listen(engine.sync_engine, moment, execute)
    return engine


def _leave_jit_alone(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Keeps asyncpg from switching `jit` off around its type look-ups: a SET pins the proxy's connection."""
    raw: Any = connection.driver_connection
    raw._server_caps = raw._server_caps._replace(jit=False)


def _mark_as_new(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    entry.info[NEW] = True


def _ping(connection: Any, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """Has the pool replace its connections when this one died while nobody looked.

    In one round trip: SQLAlchemy's own check takes four, for it opens a transaction and prepares a statement.
    """
    if entry.info.pop(NEW, False):
        return
    try:
        connection.run_async(lambda raw: raw.execute("SELECT 1", timeout=PING_SECONDS))
    except Exception as error:  # whatever it is, a new connection is better
        raise InvalidatePoolError from error


class UnitOfWork:
    """A session, and what is to happen once its transaction has committed."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._after_commit: list[Hook] = []

    def after_commit(self, hook: Hook) -> None:
        """Hooks run side by side; one that fails is logged and fails nobody else.

        They also run when a commit has failed, since it may have succeeded and only its answer been lost: a hook must
        do no harm where nothing was committed.
        """
        self._after_commit.append(hook)

    async def _run_hooks(self) -> None:
        await asyncio.gather(*(_guarded(hook) for hook in self._after_commit))


async def _guarded(hook: Hook) -> None:
    try:
        await hook()
    except Exception:
        logger.exception("a hook after a commit failed")


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """Turns the driver's ways of saying "the database is not there" into one error."""
    try:
        yield
    except (PoolTimeout, *BROKEN) as error:
        logger.warning("PostgreSQL did not answer: %s", type(error).__name__)
        raise DatabaseUnavailable from error
    except DBAPIError as error:
        state = str(getattr(error.orig, "sqlstate", "") or "")
        if error.connection_invalidated or state.startswith(RETRYABLE_STATES):
            logger.warning("PostgreSQL failed with state %s", state or "unknown")
            raise DatabaseUnavailable from error
        raise


def session_makers(engine: AsyncEngine) -> tuple[Sessions, Sessions]:
    """For transactions, and for reads whose statements each stand alone.

    The second kind saves BEGIN and ROLLBACK, half the time of a short read.
    """
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    return async_sessionmaker(engine, expire_on_commit=False), async_sessionmaker(autocommit, expire_on_commit=False)


@asynccontextmanager
async def unit_of_work(sessions: Sessions) -> AsyncIterator[UnitOfWork]:
    """Commits when the block ends, then runs the hooks; rolls back when it raises. Raises `DatabaseUnavailable`.

    It connects with the first statement, so a request that needs none holds no connection.
    """
    work = UnitOfWork(sessions())
    committing = False
    try:
        with _as_unavailable():
            async with work.session:
                try:
                    yield work
                    committing = True
                    with tracing.span("postgresql COMMIT"):
                        await work.session.commit()
                except BROKEN:  # a rollback would only wait as long again
                    await work.session.invalidate()
                    raise
    finally:
        if committing:
            await work._run_hooks()


async def copy_rows(session: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Adds rows by COPY, in the transaction that the session has begun with another statement.

    Raises `DatabaseUnavailable`: SQLAlchemy does not know of COPY, and would not recognize a connection that broke.
    """
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        with tracing.span("postgresql COPY"):
            await driver.copy_records_to_table(table, columns=columns, records=rows)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        state = getattr(error, "sqlstate", None)
        if driver.is_closed():
            await connection.invalidate()  # and not the session, which may be in a savepoint
        elif not str(state).startswith(RETRYABLE_STATES):
            raise
        logger.warning("PostgreSQL failed in a COPY with state %s", state or "unknown")
        raise DatabaseUnavailable from error


async def ping(sessions: Sessions) -> None:
    """Raises when the database does not answer."""
    async with unit_of_work(sessions) as work:
        await work.session.execute(text("SELECT 1"))
