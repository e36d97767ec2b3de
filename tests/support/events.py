"""Events as S3 sends them, by every way they come; and the function that they call, in a process of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

from lego_api.config import Settings
from tests.faults.processes import python

Json = dict[str, Any]

# Invokes the handler once for each event that it reads, and says what it answered or raised.
INVOKE = """
import json, sys
from lego_api.entrypoints.parts_list_import import handler
for line in sys.stdin:
    try:
        answer = {"answer": handler(json.loads(line), None)}
    except Exception as error:
        answer = {"raised": [type(cause).__name__ for cause in getattr(error, "exceptions", [error])]}
    print("INVOKED " + json.dumps(answer), flush=True)
"""


def s3_record(bucket: str, key: str, name: str = "ObjectCreated:Put") -> Json:
    about = {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": {"key": quote_plus(key, safe="/")}}
    return {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": name, "s3": about}


def s3_event(bucket: str, *keys: str) -> Json:
    return {"Records": [s3_record(bucket, key) for key in keys]}


def eventbridge_event(bucket: str, key: str, detail_type: str = "Object Created") -> Json:
    detail = {"version": "0", "bucket": {"name": bucket}, "object": {"key": key}}
    return {"version": "0", "source": "aws.s3", "detail-type": detail_type, "detail": detail}


def sns_message(event: Json) -> Json:
    return {"Type": "Notification", "MessageId": str(uuid4()), "Message": json.dumps(event)}


def sqs_event(*bodies: Json | str) -> Json:
    """One message for each body; a text is sent as it is. Message ids are "0", "1", and so on."""
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": "handle",
                "body": body if isinstance(body, str) else json.dumps(body),
                "eventSource": "aws:sqs",
            }
            for number, body in enumerate(bodies)
        ]
    }


@dataclass
class Function:
    """Keeps its sandbox between invocations, as Lambda does."""

    _process: Any
    lines: list[Json] = field(default_factory=list)  # what it has logged so far

    def kill(self) -> None:
        """In the middle of whatever it does."""
        self._process.kill()
        self._process.wait(60)

    def send(self, event: Json) -> None:
        self._process.stdin.write(json.dumps(event) + "\n")
        self._process.stdin.flush()

    def invoke(self, event: Json) -> Json:
        """Its answer, or what it raised."""
        self.send(event)
        return self.answer()

    def answer(self) -> Json:
        for line in self._process.stdout:
            if line.startswith("INVOKED "):
                answer: Json = json.loads(line.removeprefix("INVOKED "))
                return answer
            self.lines.append(json.loads(line))
        raise AssertionError(f"the function has ended: {self.lines}")

    def messages(self) -> list[str]:
        """What it has logged since this was last asked."""
        messages = [line["message"] for line in self.lines]
        self.lines.clear()
        return messages


DONE: Json = {"answer": {"batchItemFailures": []}}


@contextmanager
def import_function(settings: Settings) -> Iterator[Function]:
    with python(settings, "-c", INVOKE) as process:
        yield Function(process)
