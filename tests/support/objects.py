"""Looking into the bucket from a test."""

from typing import Any

import boto3

from lego_api.config import Settings


class Objects:
    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.s3_bucket
        self.s3: Any = boto3.client("s3", region_name=settings.aws_region, endpoint_url=settings.s3_endpoint_url)

    def keys(self, prefix: str = "") -> set[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return {item["Key"] for page in pages for item in page.get("Contents", [])}

    def get(self, key: str) -> Any:
        return self.s3.get_object(Bucket=self.bucket, Key=key)


def key_of(url: str) -> str:
    """The object behind a URL; the users of tests have ids that need no escaping."""
    return url.removeprefix("/uploads/")
