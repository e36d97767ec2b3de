"""Parts of the service in processes of their own, as they are deployed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from lego_api.config import Settings
from lego_api.dev.ports import HOST, free_port
from tests.conftest import BACKEND_VARIABLE
from tests.faults.databases import wait_until
from tests.support.clients import Api


def environment(settings: Settings) -> dict[str, str]:
    """What these settings look like to a process."""
    own = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url or "",
        "S3_BUCKET": settings.s3_bucket,
        "S3_ENDPOINT_URL": str(settings.s3_endpoint_url),
        "COGNITO_ENDPOINT_URL": str(settings.cognito_endpoint_url),
        "OPENSEARCH_URL": settings.opensearch_url or "",
        "OPENSEARCH_INDEX_PREFIX": settings.opensearch_index_prefix,
        "SEARCH_TIMEOUT": str(settings.search_timeout),
        "OUTBOX_RELAY_SECONDS": str(settings.outbox_relay_seconds),
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


@contextmanager
def own_server(settings: Settings) -> Iterator[tuple[Api, "subprocess.Popen[str]"]]:
    """The application under uvicorn, to be killed while it works."""
    port = free_port()
    url = f"http://{HOST}:{port}"

    def is_up() -> bool:
        try:
            return httpx.get(f"{url}/health/live").status_code == 200
        except httpx.HTTPError:
            return False

    command = ("-m", "uvicorn", "lego_api.entrypoints.http:app", "--host", HOST, "--port", str(port))
    with python(settings, *command) as process:
        wait_until(is_up, "the server answers")
        api = Api(settings, url)
        yield api, process
        api.close()
