"""`python -m lego_api.dev.events`: what Lambda does for a queue, for that of the bucket (PARTS_LIST_QUEUE_URL).

It takes messages, hands them to the very handler that Lambda calls, and starts anew when a source file changes.
"""

import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lego_api.dev.aws import REGION
from lego_api.dev.aws.client import client

Handler = Callable[[dict[str, Any], Any], Mapping[str, Any]]
Message = Mapping[str, Any]

SOURCES = Path(__file__).parents[1]
AT_ONCE = 10  # messages, the most that SQS gives
WAIT_SECONDS = 5  # for messages; so long a change of the sources may go unnoticed
INVISIBLE_SECONDS = 600  # while the handler works
AGAIN_SECONDS = 1  # until a message that failed comes again, at first
MOST_ATTEMPTS = 10  # the last one 8 minutes after the first; then only the maintenance job is left


class Queue:
    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def receive(self) -> Sequence[Message]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=AT_ONCE,
            WaitTimeSeconds=WAIT_SECONDS,
            VisibilityTimeout=INVISIBLE_SECONDS,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        messages: Sequence[Message] = answer.get("Messages", ())
        return messages

    def deliver(self, messages: Sequence[Message], handler: Handler) -> None:
        """What the handler does not name as failed is done with."""
        failed = _failed(messages, handler)
        for message in messages:
            attempts = int(message["Attributes"]["ApproximateReceiveCount"])
            if message["MessageId"] not in failed:
                self._delete(message)
            elif attempts < MOST_ATTEMPTS:
                self._come_again(message, AGAIN_SECONDS * 2 ** (attempts - 1))
            else:
                print(f"given up after {attempts} attempts: {message['Body']}", flush=True)
                self._delete(message)

    def give_back(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._come_again(message, 0)

    def _come_again(self, message: Message, seconds: int) -> None:
        handle = message["ReceiptHandle"]
        self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=seconds)

    def _delete(self, message: Message) -> None:
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


def _failed(messages: Sequence[Message], handler: Handler) -> set[str]:
    try:
        answer = handler({"Records": [_record(message) for message in messages]}, None)
    except Exception:
        traceback.print_exc()
        return {message["MessageId"] for message in messages}
    return {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}


def _record(message: Message) -> dict[str, Any]:
    """A message as Lambda's event source shows it."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}",
        "awsRegion": REGION,
    }


def _newest_change() -> int:
    """Of the source files; -1 while one is just being replaced."""
    try:
        return max(file.stat().st_mtime_ns for file in SOURCES.rglob("*.py"))
    except FileNotFoundError:
        return -1


def _handler(started: int) -> Handler:
    """Of sources that cannot be imported, a change is waited for."""
    try:
        from lego_api.entrypoints.parts_list_import import handler
    except Exception:
        traceback.print_exc()
        while _newest_change() == started:
            time.sleep(0.5)
        _start_anew()
        raise
    return handler


def _start_anew() -> None:
    os.execv(sys.executable, [sys.executable, "-m", "lego_api.dev.events"])


def main() -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    started = _newest_change()
    handler = _handler(started)
    queue = Queue(client("sqs", os.environ), os.environ["PARTS_LIST_QUEUE_URL"])
    while True:
        try:
            messages = queue.receive()
            if _newest_change() != started:
                queue.give_back(messages)
                _start_anew()
            if messages:
                queue.deliver(messages, handler)
        except (BotoCoreError, ClientError) as error:
            print(f"the queue does not answer: {error}", flush=True)
            time.sleep(1)


if __name__ == "__main__":
    main()
