"""Looking at all that is in a database, making it refuse, and requests made ready beforehand."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from tests.support.clients import Api
from tests.support.database import Database
from tests.support.route_table import Case
from tests.support.route_world import World

COMMIT = b"COMMIT;"  # as it is sent; there is also BEGIN ISOLATION LEVEL READ COMMITTED
TABLES = (
    "moc_instructions",
    "moc_files",
    "pending_uploads",
    "moc_parts_lists",
    "moc_parts",
    "moc_gallery_images",
    "wishlist_items",
    "gallery_images",
    "gallery_albums",
    "gallery_flags",
)
ORDERS = {"moc_parts": "parts_list_id, number"}

Request = Callable[[], httpx.Response]

REFUSAL = """
    CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'secret text of the database' USING ERRCODE = '{state}'; END
    $$
"""
REFUSE_AT_COMMIT = """
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE OR DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()
"""


def refuse_commits(database: Database, table: str, state: str = "P0001") -> None:
    """Every commit fails that has written to the table."""
    database.fetch(REFUSAL.format(state=state))
    database.fetch(REFUSE_AT_COMMIT.format(table=table))


def contents(database: Database, tables: Iterable[str] = TABLES) -> dict[str, Any]:
    return {table: database.fetch(f"SELECT * FROM {table} ORDER BY {ORDERS.get(table, 'id')}") for table in tables}


def prepared(api: Api, cases: Iterable[Case]) -> dict[str, Request]:
    """Requests of an owner of everything that they need: sending them is all that is left to do."""
    requests: dict[str, Request] = {}
    for case in cases:
        world = World(api)
        path, body = world.fill(case.path), case.body(world)
        requests[case.id] = lambda case=case, world=world, path=path, body=body: world.owner.request(  # type: ignore[misc]
            case.method, path, **body
        )
    return requests


def assert_unavailable(answer: httpx.Response) -> None:
    """A 503 that says when to come again, and nothing about why."""
    assert answer.status_code == 503, answer.text
    body = answer.json()
    assert (body["success"], body["code"]) == (False, "SERVICE_UNAVAILABLE")
    assert body["message"].endswith("not available. Please try again in a moment.")
    assert int(answer.headers["Retry-After"]) > 0
    assert_tells_nothing(answer)


def assert_tells_nothing(answer: httpx.Response) -> None:
    text = answer.text.lower()
    for inside in ("secret", "sql", "asyncpg", "postgres", "traceback", "timeout", "pool", "deadlock", "/src/", "boto"):
        assert inside not in text, answer.text


def wait_until(true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """For what only another process can tell when it is asked."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not after {seconds} seconds: {what}"
        time.sleep(0.02)
