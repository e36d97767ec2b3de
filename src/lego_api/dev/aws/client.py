"""A client of S3, Cognito or SQS, wherever the environment says that they are."""

from collections.abc import Mapping
from typing import Any

# The queue is where the bucket is.
ENDPOINTS = {"s3": "S3_ENDPOINT_URL", "cognito-idp": "COGNITO_ENDPOINT_URL", "sqs": "S3_ENDPOINT_URL"}


def client(service: str, environment: Mapping[str, str]) -> Any:
    from botocore.config import Config
    from botocore.session import Session

    return Session().create_client(
        service,
        region_name=environment["AWS_REGION"],
        endpoint_url=environment[ENDPOINTS[service]],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        # A developer waits for the answer, and would rather know at once that there is none.
        config=Config(
            s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}
        ),
    )
