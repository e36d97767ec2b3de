"""The queue in which the local bucket tells of stored parts lists."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from lego_api.dev.aws import BUCKET
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
