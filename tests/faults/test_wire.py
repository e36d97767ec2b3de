"""What RDS Proxy gets to see: nothing that ties its connection to one client, and no more than is needed."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.faults.databases import prepared
from tests.faults.wire import Recorder, Statement
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.route_table import CASES, NOBODYS_ID
from tests.support.statements import PROXY_LIMIT

PINNING = ("SET ", "RESET", "DISCARD", "LISTEN", "DECLARE", "PREPARE", "CREATE TEMP")
PINNING_ANYWHERE = ("set_config", "pg_advisory_lock", "pg_try_advisory_lock", "nextval", "setval")
# Of as many words as are looked at and more, each so long that it is looked for in every way there is.
LONGEST_QUERY = " ".join(f"castle{number:03}" for number in range(20))
OF_IMAGES = {"tag": [f"tag {number}" for number in range(20)], "category": "Sets", "flagged": "true"}
IN_AN_ALBUM = {**OF_IMAGES, "albumId": NOBODYS_ID}
SEARCHES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/api/mocs/search", {"q": LONGEST_QUERY, "tag": "castle", "from": 20}),
    ("/api/mocs", {"search": LONGEST_QUERY, "tag": "castle", "type": "moc", "theme": "Castle", "page": 2}),
    ("/api/images", {"search": LONGEST_QUERY, **IN_AN_ALBUM, "cursor": 20}),
    ("/api/images/search", {"search": LONGEST_QUERY, **IN_AN_ALBUM, "from": 20}),
    ("/api/gallery", {"search": LONGEST_QUERY, "cursor": 20}),
    ("/api/gallery", {"search": LONGEST_QUERY, **OF_IMAGES, "cursor": 20}),
    ("/api/gallery", {"search": LONGEST_QUERY, **IN_AN_ALBUM, "cursor": 20}),
    ("/api/gallery/search", {"q": LONGEST_QUERY, **IN_AN_ALBUM, "from": 20}),
    ("/api/wishlist/search", {"q": LONGEST_QUERY, "category": "Sets", "from": 20}),
)
PING = "SELECT 1"  # before a connection is used: does it still work?

Wire = tuple[Api, Proxy, Recorder]


@pytest.fixture
def wire(settings: Settings) -> Iterator[Wire]:
    with (
        Proxy(settings.database_url) as way,
        # No server runs the maintenance job beside the requests, and the pool could open a second connection.
        serving(settings, "lambda", database_url=way.url, redis_url=None, database_pool_size=1) as api,
    ):
        recorder = Recorder()
        way.rule = recorder
        yield api, way, recorder


def assert_harmless(statements: list[Statement]) -> None:
    for statement in statements:
        assert not statement.name, f"a named prepared statement: {statement.sql}"
        assert not statement.sql.upper().startswith(PINNING), statement.sql
        assert not any(word in statement.sql.lower() for word in PINNING_ANYWHERE), statement.sql
        assert len(statement.sql.encode()) < PROXY_LIMIT, f"{len(statement.sql)} characters: {statement.sql[:200]}"


def test_nothing_pins_on_any_route_and_one_connection_is_enough(wire: Wire) -> None:
    api, way, recorder = wire
    requests = prepared(api, CASES)
    answers = {id: send().status_code for id, send in requests.items()}
    assert answers == {case.id: case.status for case in CASES}
    statements = recorder.take()
    assert len(statements) > 100
    assert_harmless(statements)
    assert way.accepted == 1


def test_reads_open_no_transaction(wire: Wire) -> None:
    api, _, recorder = wire
    # An export is of one moment, and reads some parts at a time.
    reads = [case for case in CASES if case.method == "GET" and not case.path.endswith("/export")]
    requests = prepared(api, reads)
    recorder.take()
    asked = 0
    for id, send in requests.items():
        send()
        statements = recorder.take()
        asked += len(statements)
        assert [s.sql for s in statements if s.sql.startswith(("BEGIN", "COMMIT", "ROLLBACK"))] == [], id
    assert asked > 0


def test_a_write_is_one_transaction(wire: Wire) -> None:
    api, _, recorder = wire
    user = api.user()
    item = {"title": "Falcon", "sortOrder": "1"}
    user.post("/api/wishlist", json=item)
    recorder.take()
    user.post("/api/wishlist", json=item)
    simple = [statement.sql for statement in recorder.take() if statement.name is None]
    assert simple == [PING, "BEGIN;", "COMMIT;"]


def test_the_largest_statements_stay_below_the_limit(wire: Wire, database: Database) -> None:
    api, _, recorder = wire
    user = api.user()
    rows = database.fetch(
        "INSERT INTO wishlist_items (user_id, title, sort_order) SELECT $1, 'Brick', n::text"
        " FROM generate_series(1, 1000) AS n RETURNING id::text",
        user.id,
    )
    orders = [{"id": row["id"], "sortOrder": 1000 - n} for n, row in enumerate(rows)]
    assert user.put("/api/wishlist/reorder", json={"itemOrders": orders}).status_code == 200
    images = database.fetch(
        "INSERT INTO gallery_images (user_id, title, image_url) SELECT $1, 'Brick', 'gallery/x.webp'"
        " FROM generate_series(1, 100) RETURNING id::text",
        user.id,
    )
    for n in range(100):
        moc = {"title": f"Castle {n} {uuid4()}"} | ({} if n else {"galleryImageIds": [row["id"] for row in images]})
        assert user.post("/api/mocs", json=moc).status_code == 201
    assert len(user.get("/api/mocs/search?size=100").json()["mocs"]) == 100
    statements = recorder.take()
    assert max(len(statement.sql) for statement in statements) > 4000
    assert_harmless(statements)


@pytest.mark.parametrize(("path", "query"), SEARCHES)
def test_searches_for_many_long_words_stay_below_the_limit(wire: Wire, path: str, query: dict[str, Any]) -> None:
    api, _, recorder = wire
    user = api.user()
    user.get("/api/wishlist")  # the first request of all says more
    recorder.take()
    answer = user.get(path, params=query)
    assert answer.status_code == 200, answer.text
    statements = recorder.take()
    assert max(len(statement.sql) for statement in statements) > PROXY_LIMIT / 4, "every word is in it"
    assert_harmless(statements)
