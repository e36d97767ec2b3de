"""What a profile asks of PostgreSQL: one statement, which reads indexes only, however much somebody has."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.clients import Api, UvicornServer
from tests.support.database import Database
from tests.support.statements import PROXY_LIMIT, Statement, watched
from tests.support.user_pool import UsersOfPool
from tests.users.builders import known, profile

ROWS_OF_EACH, MANY = 20_000, 200  # in all, and of one user

INSERT = """
    INSERT INTO {table} (user_id, title, {columns})
    SELECT CASE WHEN n % {every} = 0 THEN 'collector' ELSE 'user ' || n % 500 END, md5(n::text), {values}
    FROM generate_series(1, {rows}) AS n
"""
TABLES = {
    "moc_instructions": ("type, created_at", "'moc', now() - n * interval '1 second'"),
    "gallery_images": ("image_url, created_at", "'gallery/' || n, now() - n * interval '1 second'"),
    "gallery_albums": ("description", "''"),
    "wishlist_items": ("sort_order", "n::text"),
}


@pytest.fixture(scope="module")
def crowded(module_settings: Settings, module_database: Database) -> Settings:
    for table, (columns, values) in TABLES.items():
        insert = INSERT.format(
            table=table, columns=columns, values=values, rows=ROWS_OF_EACH, every=ROWS_OF_EACH // MANY
        )
        module_database.fetch(insert)
    module_database.fetch("VACUUM ANALYZE")
    return module_settings


@pytest.fixture(scope="module")
def server(crowded: Settings) -> Iterator[UvicornServer]:
    with UvicornServer(crowded) as server:
        yield server


@pytest.fixture(scope="module")
def statement(crowded: Settings, server: UvicornServer) -> Statement:
    """The only one, when somebody asks for the profile of who has most."""
    api = Api(crowded, server.url)
    profile(api.client(), "nobody")  # what is asked only once, is asked now
    with watched(server.app) as statements:
        body = profile(api.client(), "collector")
    api.close()
    assert set(body["stats"].values()) == {MANY}
    [statement] = statements
    return statement


def test_only_indexes_are_read(module_database: Database, statement: Statement) -> None:
    plan = statement.plan(module_database)
    assert "Seq Scan" not in plan
    for table in TABLES:
        assert f"on {table}" in plan
    assert "Index Scan Backward using idx_moc_instructions_user_created" in plan
    assert "Index Scan Backward using idx_gallery_images_user_created" in plan


def test_it_is_short_enough_for_the_proxy(statement: Statement) -> None:
    assert len(statement.sql) < PROXY_LIMIT / 4


def test_the_user_themselves_cost_no_other_one(crowded: Settings, server: UvicornServer, pool: UsersOfPool) -> None:
    api = Api(crowded, server.url)
    user = known(api, pool, name="Anna")
    profile(user, user.id)
    with watched(server.app) as statements:
        assert profile(user, user.id)["name"] == "Anna"
    assert len(statements) == 1
    api.close()
