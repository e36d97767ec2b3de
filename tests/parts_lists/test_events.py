"""The ways in which an event comes, and what is none: read, or left out once and for all."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from lego_api.config import Settings
from tests.support.database import Database
from tests.support.events import (
    DONE,
    Function,
    Json,
    eventbridge_event,
    import_function,
    s3_event,
    s3_record,
    sns_message,
    sqs_event,
)
from tests.support.objects import Objects
from tests.support.waiting_lists import Waiting, house_csv, list_row, new_moc, stored, waiting_list

WAYS: dict[str, Callable[[str, str], Json]] = {
    "S3": s3_event,
    "EventBridge": eventbridge_event,
    "S3 in SQS": lambda bucket, key: sqs_event(s3_event(bucket, key)),
    "EventBridge in SQS": lambda bucket, key: sqs_event(eventbridge_event(bucket, key)),
    "SNS": lambda bucket, key: {"Records": [{"EventSource": "aws:sns", "Sns": sns_message(s3_event(bucket, key))}]},
    "SNS in SQS": lambda bucket, key: sqs_event(sns_message(s3_event(bucket, key))),
    "EventBridge in SNS in SQS": lambda bucket, key: sqs_event(sns_message(eventbridge_event(bucket, key))),
}

TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "lego"}

# What names no object, and would not the next time either.
NOTHING: dict[str, Any] = {
    "nothing": {},
    "no object": [],
    "a number": 1,
    "null": None,
    "no records": {"Records": []},
    "records that are no list": {"Records": {"0": {}}},
    "records that are none": {"Records": [None, 1, "x", [], {}]},
    "S3's test event": TEST_EVENT,
    "an event of something else": {"source": "aws.ec2", "detail-type": "Instance State-change", "detail": {}},
    "an object that is deleted, by EventBridge": eventbridge_event("lego", "parts-lists/a/b/c.csv", "Object Deleted"),
    "EventBridge without detail": {"detail-type": "Object Created"},
    "EventBridge with a text for detail": {"detail-type": "Object Created", "detail": "x"},
    "EventBridge with an odd bucket": {"detail-type": "Object Created", "detail": {"bucket": "x", "object": {}}},
    "EventBridge with a key that is no text": eventbridge_event("lego", 1),  # type: ignore[arg-type]
    "S3 without an object": {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "lego"}}}]},
    "S3 without anything": {"Records": [{"eventName": "ObjectCreated:Put"}]},
    "SNS without a message": {"Records": [{"EventSource": "aws:sns"}]},
}
BODIES = ["", "{", "null", "1", '"text"', "[]", "\u0000", "[" * 100_000]


@pytest.fixture(scope="module")
def function(settings: Settings) -> Iterator[Function]:
    with import_function(settings) as function:
        yield function


@pytest.fixture
def waiting(database: Database, objects: Objects) -> Waiting:
    return stored(objects, waiting_list(database), house_csv(4, 2))


@pytest.mark.parametrize("way", WAYS)
def test_every_way_reaches_the_list(
    way: str, function: Function, database: Database, objects: Objects, waiting: Waiting
) -> None:
    assert function.invoke(WAYS[way](objects.bucket, waiting.key)) == DONE
    assert list_row(database, waiting)["total_parts_count"] == "6"


@pytest.mark.parametrize("name", ["Put", "Post", "Copy", "CompleteMultipartUpload"])
def test_every_way_of_storing(
    name: str, function: Function, database: Database, objects: Objects, waiting: Waiting
) -> None:
    record = s3_record(objects.bucket, waiting.key, f"ObjectCreated:{name}")
    assert function.invoke({"Records": [record]}) == DONE
    assert list_row(database, waiting)["status"] == "ready"


def test_keys_are_encoded_by_s3_whatever_it_encodes_and_by_eventbridge_not(
    function: Function, database: Database, objects: Objects
) -> None:
    for owner in ("auth0|Jörg & co", "100%", "a+b"):
        for event in (s3_event, eventbridge_event):
            waiting = waiting_list(database)
            moved = Waiting(
                waiting.moc_id, waiting.list_id, waiting.file_id, waiting.key.replace("somebody", quote(owner, safe=""))
            )
            database.fetch("UPDATE moc_files SET file_url = $2 WHERE file_url = $1", waiting.key, moved.key)
            stored(objects, moved, house_csv(1))
            assert function.invoke(event(objects.bucket, moved.key)) == DONE
            assert list_row(database, moved)["status"] == "ready", (owner, event)


@pytest.mark.parametrize("shape", NOTHING)
def test_what_is_no_such_event_is_logged_and_over(shape: str, function: Function) -> None:
    event = NOTHING[shape]
    function.messages()
    assert function.invoke(event) == DONE
    assert function.invoke(sqs_event(event)) == DONE
    assert function.messages() or event == {"Records": []}


@pytest.mark.parametrize("name", ["ObjectRemoved:Delete", "ObjectRestore:Post", "ObjectTagging:Put", "", "x"])
def test_records_about_something_else_leave_the_list_waiting(
    name: str, function: Function, database: Database, objects: Objects, waiting: Waiting
) -> None:
    assert function.invoke({"Records": [s3_record(objects.bucket, waiting.key, name)]}) == DONE
    assert list_row(database, waiting)["status"] == "processing"


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:10]))
def test_a_message_that_nobody_understands_is_over_and_stops_no_other(
    body: str, function: Function, database: Database, objects: Objects, waiting: Waiting
) -> None:
    assert function.invoke(sqs_event(body, s3_event(objects.bucket, waiting.key), body)) == DONE
    assert list_row(database, waiting)["status"] == "ready"


def test_wrappings_without_end_are_not_followed(
    function: Function, database: Database, objects: Objects, waiting: Waiting
) -> None:
    event = s3_event(objects.bucket, waiting.key)
    for _ in range(6):
        event = sns_message(event)
    assert function.invoke(event) == DONE
    assert list_row(database, waiting)["status"] == "processing"


def test_another_bucket_is_not_ours(function: Function, database: Database, objects: Objects, waiting: Waiting) -> None:
    assert function.invoke(s3_event("somebody-elses", waiting.key)) == DONE
    assert list_row(database, waiting)["status"] == "processing"
    assert "an event of another bucket is ignored" in function.messages()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "parts-lists/",
        "parts-lists/a/b/c.csv",
        "mocs/a/{moc}/c.csv",
        "parts-lists/a/{moc}/",
        "parts-lists/a/{moc}/c\0.csv",
        "parts-lists/a/{moc}/../c.csv",
        "parts-lists/a/{moc}/\ud800.csv",
        "parts-lists/\ud800/{moc}/c.csv",
        "parts-lists/" + "a" * 2000 + "/{moc}/c.csv",
        "parts-lists/a/{moc}/c.csv",
    ],
)
def test_keys_that_nobody_knows_are_over(key: str, function: Function, database: Database, objects: Objects) -> None:
    key = key.replace("{moc}", new_moc(database))
    function.messages()
    assert function.invoke(eventbridge_event(objects.bucket, key)) == DONE
    assert function.messages()


def test_an_object_that_fails_for_now_stops_no_other_and_is_named(
    function: Function, database: Database, objects: Objects
) -> None:
    one, another = (stored(objects, waiting_list(database), house_csv(n)) for n in (1, 2))
    unfinished = f"parts-lists/somebody/{one.moc_id}/unfinished.csv"
    objects.s3.put_object(Bucket=objects.bucket, Key=unfinished, Body=house_csv(3))
    # As a request writes it down before it stores an object and then its row.
    database.fetch(
        "INSERT INTO outbox (kind, payload, available_at) VALUES ('delete-objects', $1, '2100-01-01')",
        {"keys": ["another", unfinished]},
    )
    events = [s3_event(objects.bucket, key) for key in (one.key, unfinished, another.key)]
    assert function.invoke(sqs_event(*events)) == {"answer": {"batchItemFailures": [{"itemIdentifier": "1"}]}}
    assert {list_row(database, waiting)["status"] for waiting in (one, another)} == {"ready"}

    all_in_one = s3_event(objects.bucket, unfinished, one.key, unfinished)
    assert function.invoke(sqs_event(all_in_one)) == {"answer": {"batchItemFailures": [{"itemIdentifier": "0"}]}}
    assert function.invoke(all_in_one) == {"raised": ["NotYetKnown", "NotYetKnown"]}

    database.fetch("DELETE FROM outbox WHERE available_at = '2100-01-01'")
    assert function.invoke(all_in_one) == DONE, "its request has failed: nobody's"
