"""The queue of stored parts lists: what S3 tells of them, until somebody has read them. Forgotten at the end."""

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from lego_api.dev.aws import BUCKET, PARTS_LIST_PREFIXES, QUEUE, REGION


def create_queue() -> None:
    """With the bucket's notifications going there."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].create_queue(QUEUE)
    to_queue = [
        {
            "Queue": queue.queue_arn,
            "Event": ["s3:ObjectCreated:*"],
            "Filter": {"S3Key": {"FilterRule": [{"Name": "prefix", "Value": prefix}]}},
        }
        for prefix in PARTS_LIST_PREFIXES
    ]
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_bucket_notification_configuration(
        BUCKET, {"QueueConfiguration": to_queue}
    )
