"""The servers that the tests talk to: embedded ones, or containers with `TEST_BACKEND=docker`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from lego_api.config import Settings
from lego_api.dev.stack import Stack
from tests.support.database import Database, with_path
from tests.support.own_database import TEMPLATE, recreate_database

ROOT = Path(__file__).parents[2]
IN_CONTAINERS = os.environ.get("TEST_BACKEND") == "docker"
# Every worker has a few pools and a Redis number of its own: as many as an embedded stack has.
MAX_CONNECTIONS = 300
REDIS_NUMBERS = 256


@dataclass(frozen=True)
class Backend:
    environment: Mapping[str, str]
    report: Sequence[str]
    stop: Callable[[], None]

    def description(self) -> str:
        return json.dumps(dict(self.environment))


def start_backend() -> Backend:
    backend = _containers() if IN_CONTAINERS else _embedded()
    try:
        server = Database(backend.environment["DATABASE_URL"])
        migrate(recreate_database(server, TEMPLATE, template=None).url)
    except BaseException:
        backend.stop()
        raise
    return backend


def _embedded() -> Backend:
    stack = Stack(directory=None)
    stack.start()
    report = [report_line(part.name, part.origin, part.address) for part in stack.parts if part.name != "OpenSearch"]
    return Backend(stack.environment, report, stack.stop)


def report_line(part: str, origin: str, address: str) -> str:
    return f"{part:12}{origin:60}{address}"


def _containers() -> Backend:
    from testcontainers.community.postgres import PostgresContainer
    from testcontainers.community.redis import RedisContainer
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    running = ExitStack()
    postgres = running.enter_context(
        PostgresContainer("postgres:15", driver=None).with_command(f"-c max_connections={MAX_CONNECTIONS}")
    )
    redis = running.enter_context(RedisContainer("redis:7").with_command(f"redis-server --databases {REDIS_NUMBERS}"))
    moto = DockerContainer("motoserver/moto:5.2.5").with_exposed_ports(5000)
    running.enter_context(moto.waiting_for(LogMessageWaitStrategy("Running on")))
    aws = f"http://{moto.get_container_host_ip()}:{moto.get_exposed_port(5000)}"
    environment = _aws_environment(aws) | {
        "DATABASE_URL": postgres.get_connection_url(),
        "REDIS_URL": f"redis://{redis.get_container_host_ip()}:{redis.get_exposed_port(6379)}",
    }
    return Backend(environment, [f"containers: {name}" for name in ("postgres:15", "redis:7", "moto")], running.close)


def _aws_environment(endpoint: str) -> dict[str, str]:
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    cognito = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=endpoint)
    pool = cognito.create_user_pool(PoolName="lego", UsernameAttributes=["email"])["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="web")["UserPoolClient"]["ClientId"]
    cognito.create_group(UserPoolId=pool, GroupName="admin")
    return {
        "ENVIRONMENT": "local",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "S3_ENDPOINT_URL": endpoint,
        "COGNITO_ENDPOINT_URL": endpoint,
        "COGNITO_USER_POOL_ID": pool,
        "COGNITO_CLIENT_IDS": client,
        "COGNITO_JWKS_URL": f"{endpoint}/{pool}/.well-known/jwks.json",
        "CSRF_SECRET": "a secret of the tests",
        "CORS_ORIGINS": "http://localhost:3002",
    }


def worker_settings(description: str, worker: str) -> Settings:
    """Settings of one worker's application, on servers that all share and with data that nobody shares."""
    environment: dict[str, str] = json.loads(description)
    os.environ |= {name: environment[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    bucket = f"test-{worker}"
    s3 = boto3.client("s3", region_name=environment["AWS_REGION"], endpoint_url=environment["S3_ENDPOINT_URL"])
    s3.create_bucket(Bucket=bucket)
    database = recreate_database(Database(environment["DATABASE_URL"]), f"lego_{worker}", template=TEMPLATE)
    fields = {name.lower(): value for name, value in environment.items() if name.lower() in Settings.model_fields}
    number = int(worker.removeprefix("gw")) + 1
    overrides: dict[str, Any] = {
        "database_url": database.settings_url,
        "redis_url": with_path(environment["REDIS_URL"], str(number)),
        "opensearch_url": None,  # most tests are about what PostgreSQL answers; see `search_settings`
        "s3_bucket": bucket,
        "rate_limit_general": 1_000_000,
        "rate_limit_uploads": 1_000_000,
        "rate_limit_profile_failures": 1_000_000,
        "maintenance_interval": 3600.0,
        # The tests look at once, and this machine may be busy: nothing is to be given up because it is slow.
        "outbox_relay_seconds": 5.0,
        "cache_timeout": 10.0,
        "identity_timeout": 10.0,
    }
    return Settings.model_validate(fields | overrides)


def migrate(url: str, *arguments: str) -> str:
    """Runs Alembic as an operator would; `upgrade head` unless told otherwise."""
    command = [sys.executable, "-m", "alembic", *(arguments or ("upgrade", "head"))]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
