"""Parts of the service in processes of their own, as they are deployed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lego_api.config import Settings
from tests.conftest import BACKEND_VARIABLE


def environment(settings: Settings) -> dict[str, str]:
    """What these settings look like to a process."""
    own = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": str(settings.redis_url),
        "S3_BUCKET": settings.s3_bucket,
        "S3_ENDPOINT_URL": str(settings.s3_endpoint_url),
        "COGNITO_ENDPOINT_URL": str(settings.cognito_endpoint_url),
        "DATABASE_TIMEOUT": str(settings.database_timeout),
        "MAX_PARTS_LIST_BYTES": str(settings.max_parts_list_bytes),
        "MAX_PARTS_LIST_ROWS": str(settings.max_parts_list_rows),
    }
    return {**os.environ, **json.loads(os.environ[BACKEND_VARIABLE]), **own}


@contextmanager
def python(settings: Settings, *arguments: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    """A Python of its own, which is killed in the end if it still runs. `variables` come on top of the settings."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment(settings) | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()
