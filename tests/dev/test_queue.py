"""The queue in which the local bucket tells of stored parts lists."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from lego_api.dev.aws import BUCKET
from lego_api.dev.events import MOST_ATTEMPTS, Queue
from tests.dev.stand import Stand


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(tmp_path)
    stand.aws.start()
    yield stand
    stand.aws.stop()


def test_what_is_stored_for_parts_lists_is_told_once(stand: Stand) -> None:
    queue = {"QueueUrl": stand.environment["PARTS_LIST_QUEUE_URL"], "MaxNumberOfMessages": 10}
    stand.s3.put_object(Bucket=BUCKET, Key="mocs/a.pdf", Body=b"")
    stand.s3.put_object(Bucket=BUCKET, Key="parts-lists/a.csv", Body=b"")
    stand.s3.delete_object(Bucket=BUCKET, Key="parts-lists/a.csv")
    stand.s3.put_object(Bucket=BUCKET, Key="parts-lists/b.csv", Body=b"")
    told = [json.loads(message["Body"]) for message in stand.sqs.receive_message(**queue)["Messages"]]
    assert told[0]["Event"] == "s3:TestEvent"
    keys = [unquote_plus(event["Records"][0]["s3"]["object"]["key"]) for event in told[1:]]
    assert keys == ["parts-lists/a.csv", "parts-lists/b.csv"]
    stand.aws.stop()
    stand.aws.start()
    (told_again,) = stand.sqs.receive_message(**queue)["Messages"]
    assert "s3:TestEvent" in told_again["Body"], "what is stored since before is no news"


def test_who_waits_at_the_queue_holds_up_nobody(stand: Stand) -> None:
    url = stand.environment["PARTS_LIST_QUEUE_URL"]
    while "Messages" in (answer := stand.sqs.receive_message(QueueUrl=url)):
        for message in answer["Messages"]:
            stand.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(stand.sqs.receive_message, QueueUrl=url, WaitTimeSeconds=9)
        for number in range(20):
            stand.s3.put_object(Bucket=BUCKET, Key=f"mocs/{number}", Body=b"")
        assert not waiting.done()
        stand.s3.put_object(Bucket=BUCKET, Key="parts-lists/c.csv", Body=b"")
        assert "parts-lists" in waiting.result()["Messages"][0]["Body"]


@pytest.fixture
def queue(stand: Stand) -> Queue:
    """With one message in it."""
    queue = Queue(stand.sqs, stand.environment["PARTS_LIST_QUEUE_URL"])
    assert len(queue.receive()) == 1, "the bucket's first"
    stand.sqs.send_message(QueueUrl=stand.environment["PARTS_LIST_QUEUE_URL"], MessageBody="a message")
    return queue


def test_messages_come_as_lambda_gives_them(queue: Queue) -> None:
    events: list[Any] = []

    def handler(event: Any, _context: object) -> Mapping[str, Any]:
        events.append(event)
        return {"batchItemFailures": []}

    queue.deliver(queue.receive(), handler)
    ((record,),) = (event["Records"] for event in events)
    assert (record["eventSource"], record["body"]) == ("aws:sqs", "a message")
    assert record["messageId"]
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


def names_it(event: Any, _context: object) -> Mapping[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in event["Records"]]}


def breaks(_event: Any, _context: object) -> Mapping[str, Any]:
    raise ExceptionGroup("all failed", [ValueError()])


@pytest.mark.parametrize("handler", [names_it, breaks])
def test_a_message_that_failed_comes_again(handler: Any, queue: Queue) -> None:
    for attempt in (1, 2):
        (message,) = queue.receive()
        assert message["Attributes"]["ApproximateReceiveCount"] == str(attempt)
        queue.deliver([message], handler)


def test_a_message_that_always_fails_is_given_up_and_printed(
    stand: Stand, queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    (message,) = queue.receive()
    queue.deliver([{**message, "Attributes": {"ApproximateReceiveCount": str(MOST_ATTEMPTS)}}], breaks)
    assert f"given up after {MOST_ATTEMPTS} attempts: a message" in capsys.readouterr().out
    numbers = stand.sqs.get_queue_attributes(
        QueueUrl=stand.environment["PARTS_LIST_QUEUE_URL"], AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )
    assert numbers["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1", "the bucket's first"
