"""What a warm request costs in the Lambda handler, on real servers: from the cache, from PostgreSQL, and writing."""

from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from benchmarks.timing import interleaved, print_ratios
from lego_api.config import Settings
from tests.support.backends import start_backend, worker_settings
from tests.support.clients import LambdaGateway, event_of
from tests.support.database import Database
from tests.support.tokens import token

ROUNDS = 200
MOCS = 2000
OWNER = str(uuid4())
REFERENCE = "liveness: the framework alone"

FILL = f"""
    INSERT INTO moc_instructions (user_id, title, type, description, theme, tags)
    SELECT CASE WHEN n % 20 = 0 THEN $1 ELSE 'somebody' END, 'Castle ' || n, 'moc', repeat('A castle on a hill. ', 20),
           'Castle', '["castle", "medieval", "modular"]'
    FROM generate_series(1, {MOCS}) AS n
"""


def main() -> None:
    backend = start_backend()
    try:
        settings = worker_settings(backend.description(), "gw0")
        database = Database(settings.database_url)
        database.fetch(FILL, OWNER)
        database.fetch("ANALYZE")
        moc_id = database.value("SELECT id FROM moc_instructions WHERE user_id = $1 LIMIT 1", OWNER)
        # Half a minute of requests must not end in 304 or 429: the settings of the tests raise the limits.
        uncached = settings.model_copy(update={"redis_url": None})
        with LambdaGateway(settings) as with_cache, LambdaGateway(uncached) as without:
            _compare(settings, with_cache, without, str(moc_id))
    finally:
        backend.stop()


def _compare(settings: Settings, with_cache: LambdaGateway, without: LambdaGateway, moc_id: str) -> None:
    headers = {"authorization": f"Bearer {token(settings, OWNER)}"}

    def get(gateway: LambdaGateway, path: str) -> Callable[[], object]:
        event = event_of(httpx.Request("GET", f"https://api.example.com{path}", headers=headers))
        return lambda: _expect(gateway.invoke(event), 200)

    numbers = count()

    def create() -> None:
        body = {"title": f"Falcon {next(numbers)}", "sortOrder": "1"}
        request = httpx.Request("POST", "https://api.example.com/api/wishlist", headers=headers, json=body)
        _expect(with_cache.invoke(event_of(request)), 201)

    paths = {
        "my 20 newest MOCs": "/api/mocs",
        "one MOC": f"/api/mocs/{moc_id}",
        "search everybody's": "/api/mocs/search?q=castle%20hill&size=20",
        "MOCs by category": "/api/mocs/stats/by-category",
    }
    cases: dict[str, Callable[[], object]] = {REFERENCE: get(with_cache, "/health/live")}
    for name, path in paths.items():
        cases[f"{name}, cached"] = get(with_cache, path)
        cases[f"{name}, from PostgreSQL"] = get(without, path)
    cases["a new wish"] = create
    print_ratios("Warm requests", interleaved(cases, ROUNDS), REFERENCE)


def _expect(answer: dict[str, Any], status: int) -> None:
    assert answer["statusCode"] == status, answer
