"""Somebody answers in OpenSearch's place, and not as OpenSearch would: then PostgreSQL does, and nothing is lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lego_api.config import Settings
from tests.search import asking
from tests.search.stand_in import Answer, Request, StandIn, hits, in_json
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving
from tests.wishlist.builders import new_item

SHARDS = {"total": 2, "successful": 1, "skipped": 0, "failed": 1}

ODD: dict[str, Answer] = {
    "some shards failed": hits(_shards=SHARDS),
    "it ran out of time": hits(timed_out=True),
    "no shards": hits(_shards=None),
    "no hits": in_json({"took": 1, "timed_out": False, "_shards": SHARDS | {"failed": 0}}),
    "hits that are none": hits(hits=[]),
    "hits without a total": hits(hits={"hits": []}),
    "a total of the old kind": hits(hits={"total": 3, "hits": []}),
    "a total that is none": hits(hits={"total": {"value": "3"}, "hits": []}),
    "hits without ids": hits(hits={"total": {"value": 1}, "hits": [{"_source": {}}]}),
    "ids that are no texts": hits(hits={"total": {"value": 1}, "hits": [{"_id": 7}]}),
    "an error with 200": in_json({"error": {"type": "x", "reason": "y"}, "status": 503}),
    "nothing": in_json({}),
    "null": in_json(None),
    "a list": in_json([1, 2]),
    "a text": in_json("castle"),
    "a number": in_json(7),
    "half an answer": Answer(b'{"took": 1, "timed_out": fal'),
    "no bytes": Answer(b""),
    "no UTF-8": Answer(b'{"took": "\xff\xfe"}'),
    "a page of a proxy": Answer(b"<html>Welcome</html>", content_type="text/html"),
    "plain text": Answer(b"ok", content_type="text/plain"),
    "an unknown kind": Answer(b"\x00\x01", content_type="application/x-castle"),
    "no kind": Answer(b"<html>", content_type=None),
    "bytes that are not packed": Answer(b"castle", headers={"Content-Encoding": "gzip"}),
    "an answer that breaks off": Answer(b"{", headers={"Content-Length": "1000"}, hangs_up=True),
    "a redirection": Answer(b"", 302, headers={"Location": "/login"}),
    "a wrong password": in_json({"error": "Unauthorized"}, 401),
    "no permission": in_json({"message": "The security token included in the request is invalid."}, 403),
    "a query it does not take": in_json({"error": {"type": "parsing_exception", "reason": "x"}, "status": 400}, 400),
    "an index that is not there": in_json({"error": {"type": "index_not_found_exception"}, "status": 404}, 404),
    "too many requests": in_json({"error": {"type": "rejected"}, "status": 429}, 429),
    "an error": in_json({"error": {"type": "x"}, "status": 500}, 500),
    "a gateway without anybody behind": Answer(b"<html>Bad Gateway</html>", 502, "text/html"),
    "unavailable": Answer(b"", 503, None),
    "an error that is no object": in_json(["error"], 500),
}


def never(_request: Request) -> Answer:
    raise AssertionError("the test says first what is answered")


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    with StandIn(never) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def api(module_settings: Settings, stand_in: StandIn) -> Iterator[Api]:
    """Leaves nobody alone who has failed, and asks again."""
    settings = module_settings.model_copy(update={"opensearch_url": stand_in.url, "search_timeout": 10.0})
    with serving(settings, breaker_seconds=0) as api:
        yield api


@pytest.fixture(scope="module")
def user(api: Api, stand_in: StandIn) -> User:
    """Has one wish that the database knows."""
    stand_in.answer = lambda _request: Answer(b"", 503)
    user = api.user()
    new_item(user, "Castle")
    return user


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_postgresql_answers(user: User, stand_in: StandIn, odd: Answer) -> None:
    stand_in.answer = lambda _request: odd
    asked = len(stand_in.requests)
    for route in asking.ROUTES:
        found = route.ask(user, "castle")
        asking.assert_source(found, "database")
        assert found.total == len(found.rows) == (1 if route == asking.WISHES else 0)
    assert len(stand_in.requests) >= asked + len(asking.ROUTES), "it was asked each time"


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_the_index_answers_again_as_soon_as_it_does(user: User, stand_in: StandIn, odd: Answer) -> None:
    (id,) = asking.WISHES.ask(user).ids
    stand_in.answer = lambda _request: odd
    assert asking.WISHES.ask(user, "castle").source == "database"
    stand_in.answer = lambda _request: hits(id)
    found = asking.WISHES.ask(user, "castle")
    assert (found.ids, found.total, found.source) == ([id], 1, "opensearch")


# What is answered to a bulk request of one operation, beyond what fails for everybody.
ODD_BULKS: dict[str, Answer] = ODD | {
    "no items": in_json({"took": 1, "errors": False}),
    "too few items": in_json({"errors": False, "items": []}),
    "too many items": in_json({"errors": False, "items": [{"index": {"status": 201}}] * 2}),
    "items that are none": in_json({"errors": False, "items": ["x"]}),
    "an empty item": in_json({"errors": False, "items": [{}]}),
    "an outcome that is none": in_json({"errors": False, "items": [{"index": "created"}]}),
    "no status": in_json({"errors": False, "items": [{"index": {"_id": "x"}}]}),
    "no room for it": in_json({"errors": True, "items": [{"index": {"status": 429, "error": {"type": "rejected"}}}]}),
    "no index for it": in_json({"errors": True, "items": [{"index": {"status": 404, "error": {"type": "x"}}}]}),
    "no shard for it": in_json({"errors": True, "items": [{"index": {"status": 503, "error": {"type": "x"}}}]}),
}


@pytest.mark.parametrize("odd", ODD_BULKS.values(), ids=ODD_BULKS)
def test_a_write_succeeds_and_waits_for_the_index(
    api: Api, stand_in: StandIn, module_database: Database, odd: Answer
) -> None:
    stand_in.answer = lambda _request: odd
    item = new_item(api.user(), "Tower")
    (entry,) = entries(module_database, item["id"])
    assert (entry["attempts"], entry["dead_at"]) == (0, None), "its part is away, for which it is not to blame"


def test_a_document_that_is_refused_is_tried_again_and_counted(
    api: Api, stand_in: StandIn, module_database: Database
) -> None:
    refused = {"index": {"status": 400, "error": {"type": "mapper_parsing_exception", "reason": "failed to parse"}}}
    stand_in.answer = lambda _request: in_json({"errors": True, "items": [refused]})
    item = new_item(api.user(), "Tower")
    (entry,) = entries(module_database, item["id"])
    assert (entry["attempts"], entry["last_error"], entry["dead_at"]) == (1, "Refused", None)


@pytest.mark.parametrize("status", [200, 201, 409])
def test_what_is_written_or_older_is_done_with(
    api: Api, stand_in: StandIn, module_database: Database, status: int
) -> None:
    outcome: dict[str, Any] = {"status": status} | ({"error": {"type": "version_conflict"}} if status == 409 else {})
    stand_in.answer = lambda _request: in_json({"errors": status == 409, "items": [{"index": outcome}]})
    item = new_item(api.user(), "Tower")
    assert entries(module_database, item["id"]) == []


def entries(database: Database, id: str) -> list[dict[str, Any]]:
    of_it = json.dumps({"kind": "wishes", "ids": [id]})
    return database.fetch("SELECT * FROM outbox WHERE kind = 'index' AND payload = $1::text::jsonb", of_it)
