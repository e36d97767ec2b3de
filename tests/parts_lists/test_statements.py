"""What parts lists ask of PostgreSQL: a few statements however many parts there are, and each by an index."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.mocs.builders import Json, new_moc
from tests.parts_lists.builders import csv_of, lists_path, moc_with_list, upload
from tests.support.clients import Api, User, UvicornServer
from tests.support.database import Database
from tests.support.own_database import temporary_database
from tests.support.statements import Statement, watched

CROWD = """
    WITH mocs AS (
        INSERT INTO moc_instructions (user_id, title, type)
        SELECT 'user ' || n % 500, n::text, 'moc' FROM generate_series(1, 2000) AS n RETURNING id
    ), lists AS (INSERT INTO moc_parts_lists (moc_id, title) SELECT id, 'Old' FROM mocs RETURNING id)
    INSERT INTO moc_parts (parts_list_id, number, part_id, quantity, is_spare, item_type)
    SELECT id, number, '3001', 1, false, 'P' FROM lists, generate_series(1, 10) AS number
"""


@pytest.fixture(scope="module")
def own_database(settings: Settings) -> Iterator[Database]:
    with temporary_database(settings) as database:
        yield database


@pytest.fixture(scope="module")
def server(settings: Settings, own_database: Database) -> Iterator[UvicornServer]:
    changes = {"database_url": own_database.settings_url, "redis_url": None}
    with UvicornServer(settings.model_copy(update=changes)) as server:
        yield server


@pytest.fixture(scope="module")
def user(server: UvicornServer, settings: Settings, own_database: Database) -> Iterator[User]:
    """Among thousands of other people's lists."""
    own_database.fetch(CROWD)
    own_database.fetch("VACUUM ANALYZE")
    api = Api(settings, server.url)
    yield api.user()
    api.close()


@pytest.fixture(scope="module")
def made(user: User) -> tuple[Json, Json]:
    return moc_with_list(user, content=csv_of(*[1] * 6000))


def sent(server: UvicornServer, user: User, method: str, path: str, body: Json | None = None) -> list[Statement]:
    with watched(server.app) as statements:
        answer = user.request(method, path, json=body)
    assert answer.is_success, answer.text
    return statements


@pytest.mark.parametrize(
    ("method", "rest", "body", "count"),
    [
        ("GET", "", None, 2),
        ("GET", "/{id}", None, 2),
        ("GET", "/{id}/parts", None, 4),
        ("GET", "/{id}/parts?limit=100&page=20", None, 4),
        ("GET", "/{id}/export", None, 4),  # the MOC, the list, and two batches
        ("POST", "", {"title": "Walls"}, 2),
        ("POST", "", {"title": "Walls", "totalPartsCount": 5}, 3),
        ("PUT", "/{id}", {"title": "Walls"}, 3),
        ("PUT", "/{id}", {"totalPartsCount": "5"}, 3),  # its parts are counted, and not what somebody says
        ("PATCH", "/{id}/status", {"built": True}, 3),
    ],
)
def test_the_number_of_statements(
    server: UvicornServer,
    user: User,
    made: tuple[Json, Json],
    method: str,
    rest: str,
    body: Json | None,
    count: int,
) -> None:
    moc, parts_list = made
    assert len(sent(server, user, method, lists_path(moc) + rest.format(**parts_list), body)) == count


def test_the_summary_is_two(server: UvicornServer, user: User, made: tuple[Json, Json]) -> None:
    statements = sent(server, user, "GET", "/api/user/parts-lists/summary")
    assert len(statements) == 2


def test_deleting_is_four(server: UvicornServer, user: User) -> None:
    moc, parts_list = moc_with_list(user)
    assert len(sent(server, user, "DELETE", lists_path(moc, parts_list["id"]))) == 4


def test_an_upload_takes_as_many_for_one_part_as_for_thousands(server: UvicornServer, user: User) -> None:
    counts = []
    for quantities in ([1], [1] * 9000):
        moc = new_moc(user)
        with watched(server.app) as statements:
            assert upload(user, moc, content=csv_of(*quantities)).status_code == 201
        counts.append(len(statements))
        assert max(len(statement.sql) for statement in statements) < 4000
    assert counts[0] == counts[1] < 20


@pytest.mark.parametrize("rest", ["", "/{id}", "/{id}/parts?page=20", "/{id}/export"])
def test_rows_are_found_by_an_index(
    server: UvicornServer, user: User, made: tuple[Json, Json], own_database: Database, rest: str
) -> None:
    moc, parts_list = made
    for statement in sent(server, user, "GET", lists_path(moc) + rest.format(**parts_list)):
        plan = statement.plan(own_database)
        assert "Seq Scan" not in plan, plan


def test_a_summary_looks_at_ones_own_lists_only(
    server: UvicornServer, user: User, made: tuple[Json, Json], own_database: Database
) -> None:
    for statement in sent(server, user, "GET", "/api/user/parts-lists/summary"):
        plan = statement.plan(own_database)
        assert "idx_moc_parts_lists_moc" in plan, plan  # more than one begins with it
        assert "Seq Scan" not in plan, plan
