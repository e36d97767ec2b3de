"""Secrets Manager as the application reaches it: over the wire, by a way that can break."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import boto3
import pytest

from lego_api.config import Settings
from tests.support.faults import Proxy

ENDPOINT = "AWS_ENDPOINT_URL_SECRETS_MANAGER"


class StoredSecret:
    """Of the test's own. A text is stored as it is, everything else as JSON."""

    def __init__(self, settings: Settings, value: Any) -> None:
        self._client = boto3.client(
            "secretsmanager", region_name=settings.aws_region, endpoint_url=settings.s3_endpoint_url
        )
        self.arn: str = self._client.create_secret(Name=str(uuid4()), SecretString=_text(value))["ARN"]

    def put(self, value: Any) -> None:
        self._client.put_secret_value(SecretId=self.arn, SecretString=_text(value))

    def put_bytes(self, value: bytes) -> None:
        self._client.put_secret_value(SecretId=self.arn, SecretBinary=value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@contextmanager
def way_to_secrets(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Whoever first asks for a secret meanwhile asks by this way, and goes on to do so."""
    assert settings.s3_endpoint_url
    with Proxy(settings.s3_endpoint_url) as way:
        monkeypatch.setenv(ENDPOINT, way.url)
        yield way
