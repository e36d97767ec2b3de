"""Servers that the environment names: used in place of our own, shown, and asked before anything is started."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lego_api.config import Settings
from lego_api.dev.aws import CLIENT_ID, USER_POOL_ID
from lego_api.dev.ports import HOST, free_port
from tests.dev.checkout import Checkout
from tests.support.own_database import temporary_database

pytestmark = pytest.mark.large

NOBODY = "http://127.0.0.1:1"
COGNITO = {"COGNITO_USER_POOL_ID": USER_POOL_ID, "COGNITO_CLIENT_IDS": CLIENT_ID}


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    """In which nothing was ever started."""
    return Checkout(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/lego"}, "postgresql://me:***@127.0.0.1:1/lego"),
        ({"DATABASE_URL": "mysql://me:secret@localhost/lego"}, "must start with postgresql://"),
        ({"DATABASE_URL": "postgresql://[me:secret"}, "an address that is none"),
        ({"REDIS_URL": "redis://:secret@127.0.0.1:1/0"}, "redis://:***@127.0.0.1:1/0"),
        ({"REDIS_URL": "localhost:6379"}, "must start with redis:// or rediss://"),
        ({"S3_ENDPOINT_URL": NOBODY}, "so these must be set too: S3_BUCKET"),
        ({"S3_ENDPOINT_URL": NOBODY, "S3_BUCKET": "lego"}, NOBODY),
        ({"COGNITO_ENDPOINT_URL": NOBODY}, "so these must be set too: COGNITO_USER_POOL_ID, COGNITO_CLIENT_IDS"),
        ({"COGNITO_ENDPOINT_URL": NOBODY, **COGNITO}, NOBODY),
        ({"OPENSEARCH_URL": NOBODY}, NOBODY),
        ({"OPENSEARCH_URL": "localhost:9200"}, "must start with https:// or http://"),
        ({"RATE_LIMIT_GENERAL": "secret"}, "valid integer"),
    ],
)
def test_a_wrong_one_is_named_and_nothing_is_started(variables: dict[str, str], says: str, fresh: Checkout) -> None:
    refused = fresh.run("dev", "--port", str(free_port()), **variables)
    assert refused.returncode == 1
    assert next(iter(variables)) in refused.stderr
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "secret" not in refused.stderr
    assert not (fresh.directory / ".dev" / "log").exists()


def test_a_missing_bucket_is_named(fresh: Checkout, settings: Settings) -> None:
    refused = fresh.run("dev", S3_ENDPOINT_URL=settings.s3_endpoint_url or "", S3_BUCKET="nowhere")
    assert refused.returncode == 1
    assert "S3_BUCKET" in refused.stderr
    assert "Not Found" in refused.stderr


def test_a_taken_port_is_named_with_one_that_is_free(fresh: Checkout) -> None:
    with socket.create_server((HOST, 0)) as somebody:
        port = somebody.getsockname()[1]
        refused = fresh.run("dev", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"lego-api: port {port} is taken: choose another one, `make dev PORT=")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x"])
def test_what_is_no_port(port: str, fresh: Checkout) -> None:
    refused = fresh.run("dev", f"--port={port}")
    assert refused.returncode == 2
    assert "is not a port" in refused.stderr


@pytest.fixture
def ours(settings: Settings) -> Iterator[dict[str, str]]:
    """The servers of the tests, with a database that nothing was ever done to."""
    with temporary_database(settings, template=None) as database:
        yield {
            "DATABASE_URL": database.url.replace("@", ":secret@"),
            "REDIS_URL": settings.redis_url or "",
            "S3_ENDPOINT_URL": settings.s3_endpoint_url or "",
            "S3_BUCKET": settings.s3_bucket,
            "COGNITO_ENDPOINT_URL": settings.cognito_endpoint_url or "",
            "COGNITO_USER_POOL_ID": settings.cognito_user_pool_id,
            "COGNITO_CLIENT_IDS": ",".join(settings.cognito_client_ids),
        }


def test_right_ones_are_used_and_shown(fresh: Checkout, ours: dict[str, str]) -> None:
    with fresh.dev(HTTP_PROXY=NOBODY, http_proxy=NOBODY, AWS_PROFILE="unknown", **ours) as dev:
        shown = "given by the environment"
        assert dev.rows["PostgreSQL"] == (ours["DATABASE_URL"].replace("secret", "***"), shown)
        assert dev.rows["Redis"] == (ours["REDIS_URL"], shown)
        assert dev.rows["S3"] == dev.rows["Cognito"] == (ours["S3_ENDPOINT_URL"], shown)
        without_queue = "no PARTS_LIST_QUEUE_URL with a given S3: read after 5 minutes, by the API"
        assert dev.rows["Parts lists"] == ("-", without_queue)
        assert not (fresh.directory / ".dev" / "log" / "events.log").exists()
        assert {moc["title"] for moc in dev.get("/api/mocs")["data"]} == {"Lion Knights' Gatehouse", "Harbour Crane"}
        assert not (fresh.directory / ".dev" / "postgres").exists()


def test_an_application_that_cannot_start_is_not_waited_for(fresh: Checkout, ours: dict[str, str]) -> None:
    with (fresh.directory / "src/lego_api/health/router.py").open("a") as source:
        source.write("\n(")
    refused = fresh.run("dev", "--port", str(free_port()), **ours)
    assert refused.returncode == 1
    assert refused.stderr.startswith("lego-api: api cannot start. The end of ")
    assert "SyntaxError: '(' was never closed" in refused.stderr
