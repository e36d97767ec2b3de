"""Which objects an event says have been stored: S3's own records, and the same wrapped by SQS or EventBridge."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True)
class StoredObject:
    """`message_id` is that of the SQS message that told of it, if one did."""

    bucket: str
    key: str
    message_id: str | None = None


def stored_objects(event: Mapping[str, Any], message_id: str | None = None) -> Iterator[StoredObject]:
    """Nothing for events about something else, such as S3's test event."""
    if event.get("detail-type") == "Object Created":
        detail = event["detail"]
        yield StoredObject(detail["bucket"]["name"], detail["object"]["key"], message_id)  # not encoded there
    for record in event.get("Records") or ():
        if record.get("eventSource") == "aws:sqs":
            yield from stored_objects(json.loads(record["body"]), record["messageId"])
        elif str(record.get("eventName", "")).startswith("ObjectCreated:"):
            s3 = record["s3"]
            yield StoredObject(s3["bucket"]["name"], unquote_plus(s3["object"]["key"]), message_id)
