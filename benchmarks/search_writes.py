"""What the search index adds to a write, in the Lambda handler on real servers: while OpenSearch answers, and while it
is away and the breaker open.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from benchmarks.timing import interleaved, print_added
from lego_api.config import Settings
from lego_api.dev.ports import HOST, free_port
from tests.support.backends import start_backend, worker_settings
from tests.support.clients import LambdaGateway, event_of
from tests.support.faults import Proxy
from tests.support.maintenance import maintain
from tests.support.search_server import SearchServer, await_outcome
from tests.support.tokens import token

ROUNDS = 400
URL = "https://api.example.com/api/wishlist"
REFERENCE = "without OpenSearch"

Write = Callable[[], object]


def main() -> None:
    logging.getLogger("lego_api").setLevel(logging.ERROR)  # that it is away is no news
    backend = start_backend()
    try:
        base = worker_settings(backend.description(), "gw0").model_copy(update={"outbox_relay_seconds": 0.3})
        with ExitStack() as running:
            cases = {REFERENCE: running.enter_context(writing(base))}
            nobody = base.model_copy(update={"opensearch_url": f"http://{HOST}:{free_port()}"})
            cases["nobody listens"] = running.enter_context(writing(nobody))
            if url := running.enter_context(opensearch()):
                well = base.model_copy(
                    update={"opensearch_url": url, "opensearch_index_prefix": f"bench-{uuid4().hex}"}
                )
                maintain(well)
                way = running.enter_context(Proxy(url))
                way.hang()
                hanging = well.model_copy(update={"opensearch_url": way.url})
                cases["it hangs"] = running.enter_context(writing(hanging))
                cases["it answers"] = running.enter_context(writing(well))
            times = interleaved(cases, ROUNDS)
        print_added("A new wish, written to PostgreSQL and to the search index", times, REFERENCE)
    finally:
        backend.stop()


@contextmanager
def writing(settings: Settings) -> Iterator[Write]:
    headers = {"authorization": f"Bearer {token(settings, str(uuid4()))}"}
    numbers = count()

    def create() -> None:
        body = {"title": f"Falcon {next(numbers)}", "sortOrder": "1"}
        answer: dict[str, Any] = gateway.invoke(event_of(httpx.Request("POST", URL, headers=headers, json=body)))
        assert answer["statusCode"] == 201, answer

    with LambdaGateway(settings) as gateway:
        yield create


@contextmanager
def opensearch() -> Iterator[str | None]:
    server = SearchServer()
    server.start()
    try:
        outcome = await_outcome(server.file)
        if outcome.url is None:
            print(f"\nOpenSearch is left out: {outcome.report}")
        yield outcome.url
    finally:
        server.stop()
