"""The queue of stored parts lists: what S3 tells of them, until somebody has read them. Forgotten at the end."""

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from lego_api.dev.aws import BUCKET, PARTS_LIST_PREFIX, QUEUE, REGION


def create_queue() -> None:
    """With the bucket's notifications going there."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].create_queue(QUEUE)
    only_parts_lists = {"S3Key": {"FilterRule": [{"Name": "prefix", "Value": PARTS_LIST_PREFIX}]}}
    to_queue = {"Queue": queue.queue_arn, "Event": ["s3:ObjectCreated:*"], "Filter": only_parts_lists}
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_bucket_notification_configuration(
        BUCKET, {"QueueConfiguration": [to_queue]}
    )
