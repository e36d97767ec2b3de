"""Which objects an event says have been stored: S3's own records, and the same wrapped by SQS, SNS or EventBridge.

What is not such an event (S3's test event, a deletion, a message that nobody understands) is logged and names nothing:
it would be no better the next time.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

logger = logging.getLogger(__name__)

MAX_WRAPPINGS = 4  # S3 in SNS or EventBridge in SQS takes three


@dataclass(frozen=True, slots=True)
class StoredObject:
    """`message_id` is that of the SQS message that told of it, if one did."""

    bucket: str
    key: str
    message_id: str | None = None


def stored_objects(event: Any, message_id: str | None = None, wrappings: int = 0) -> Iterator[StoredObject]:
    """In the order of the event. Never raises: what cannot be understood is left out, and nothing else."""
    if not isinstance(event, Mapping) or wrappings == MAX_WRAPPINGS:
        _ignore("an event of no known shape", type(event).__name__)
    elif event.get("detail-type") == "Object Created":
        yield from _stored(event.get("detail"), message_id, encoded=False)
    elif event.get("Type") == "Notification":
        yield from stored_objects(_decoded(event.get("Message")), message_id, wrappings + 1)
    elif isinstance(records := event.get("Records"), list):
        for record in records:
            yield from _of_record(record, message_id, wrappings)
    elif event.get("Event") == "s3:TestEvent":
        logger.info("S3 has tried whether it can send events")
    else:
        _ignore("an event about something else", event.get("detail-type"))


def _of_record(record: Any, message_id: str | None, wrappings: int) -> Iterator[StoredObject]:
    if not isinstance(record, Mapping):
        return _ignore("a record of no known shape", type(record).__name__)
    if record.get("eventSource") == "aws:sqs":
        yield from stored_objects(_decoded(record.get("body")), str(record.get("messageId")), wrappings + 1)
    elif record.get("EventSource") == "aws:sns":
        message = record.get("Sns")
        about = message if isinstance(message, Mapping) else {}
        yield from stored_objects({**about, "Type": "Notification"}, message_id, wrappings + 1)
    elif str(record.get("eventName")).startswith("ObjectCreated:"):
        yield from _stored(record.get("s3"), message_id, encoded=True)
    else:
        _ignore("a record about something else", record.get("eventName"))


def _stored(about: Any, message_id: str | None, *, encoded: bool) -> Iterator[StoredObject]:
    try:
        bucket, key = about["bucket"]["name"], about["object"]["key"]
    except (LookupError, TypeError):
        return _ignore("a record without bucket and key", type(about).__name__)
    if not isinstance(bucket, str) or not isinstance(key, str):
        return _ignore("a record whose key is no text", type(key).__name__)
    # Records of S3 have keys as in a form, "+" for a space; EventBridge's have them as they are.
    yield StoredObject(bucket, unquote_plus(key) if encoded else key, message_id)


def _decoded(body: Any) -> Any:
    try:
        return json.loads(body)
    except (ValueError, TypeError, RecursionError):
        return None


def _ignore(what: str, found: object) -> None:
    logger.warning("%s is ignored", what, extra={"found": str(found)[:100]})
