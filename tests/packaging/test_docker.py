"""The Dockerfile and the Compose file, as far as they can be checked without a Docker engine."""

import re
import tomllib
from typing import Any

import pytest
import yaml

from lego_api.config import Settings
from lego_api.dev.aws import ACCOUNT_ID, BUCKET, CLIENT_ID, QUEUE, USER_POOL_ID
from lego_api.dev.aws.server import JWKS_PATH
from lego_api.dev.environment import QUEUE_URL
from lego_api.dev.opensearch.installation import VERSION
from tests.support.backends import ROOT
from tests.support.dockerfile import INSTRUCTIONS, STAGES, arguments, copied
from tests.support.search_server import IMAGE

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


def test_the_last_stage_is_the_lambda_image_on_amds_processors() -> None:
    assert list(STAGES) == ["build", "local", "lambda"]
    for stage in ("build", "lambda"):
        assert STAGES[stage].startswith("FROM --platform=linux/amd64 amazon/aws-lambda-python:${PYTHON} ")


def test_the_image_runs_the_python_that_the_project_supports() -> None:
    version = re.search(r"^ARG PYTHON=(3\.\d+)$", INSTRUCTIONS, re.MULTILINE)
    assert version
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert tuple(map(int, version[1].split("."))) >= tuple(map(int, required.removeprefix(">=").split(".")))


def test_the_image_runs_the_http_handler_unless_told_otherwise() -> None:
    command = re.search(r'^CMD \["([\w.]+)"\]$', STAGES["lambda"], re.MULTILINE)
    assert command
    assert command[1] == "lego_api.entrypoints.http.handler"


def test_the_image_has_no_tools_of_a_developer() -> None:
    for stage in ("build", "lambda"):
        assert "requirements-dev" not in STAGES[stage]
        assert "dnf clean all" in STAGES[stage]
    assert "pip" not in STAGES["lambda"]


def test_whatever_is_installed_is_hashed() -> None:
    installs = [line for line in INSTRUCTIONS.splitlines() if "pip install" in line]
    assert len(installs) == 4
    for line in installs:
        assert "--require-hashes" in line or "--no-deps -e ." in line


@pytest.mark.parametrize("stage", ["build", "local"])
def test_what_is_copied_is_there_and_is_sent_to_the_engine(stage: str) -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for source, _ in copied(stage):
        assert (ROOT / source).exists()
        assert source.split("/")[0] in sent


def test_the_image_has_the_authorities_of_rds_where_the_functions_are_told_that_they_are() -> None:
    """Readable, for what comes from elsewhere is only root's at first; and certificates, or the image is not built."""
    [(url, file)] = [added.split() for added in arguments("build", "ADD")]
    assert url == "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
    assert file == "application/rds-ca.pem"
    after = STAGES["build"].partition(file)[2]
    assert f"ssl.create_default_context(cafile='{file}')" in after
    assert "chmod -R a+rX packages application" in after
    told = {
        place
        for text in (path.read_text() for path in (ROOT / "infra").rglob("*.tf"))
        for place in re.findall(r'DATABASE_CA_FILE\s*=\s*"([^"]*)"', text)
    }
    assert told == {"/var/task/rds-ca.pem"}


def test_compose_has_every_part_in_the_version_of_production() -> None:
    images = {name: service["image"] for name, service in SERVICES.items()}
    assert images == {
        "postgres": "postgres:15",
        "redis": "redis:7",
        "opensearch": "opensearchproject/opensearch:2",
        "moto": "lego-api-local",
        "api": "lego-api-local",
    }
    for name in ("moto", "api"):
        assert SERVICES[name]["build"] == {"context": ".", "target": "local"}


def test_compose_waits_for_the_health_of_every_part() -> None:
    waits = {name: wait["condition"] for name, wait in SERVICES["api"]["depends_on"].items()}
    assert waits == dict.fromkeys(SERVICES.keys() - {"api"}, "service_healthy")
    for name in waits:
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert JWKS_PATH in SERVICES["moto"]["healthcheck"]["test"][-1]


def test_compose_gives_the_api_settings_that_exist_and_that_moto_knows() -> None:
    environment = {name.lower(): value for name, value in SERVICES["api"]["environment"].items()}
    assert environment.pop(QUEUE_URL.lower()) == f"{environment['s3_endpoint_url']}/{ACCOUNT_ID}/{QUEUE}"
    assert environment.keys() <= Settings.model_fields.keys()
    settings = Settings.model_validate({**environment, "csrf_secret": "a secret of the tests", "environment": "local"})
    assert (settings.s3_bucket, settings.cognito_user_pool_id) == (BUCKET, USER_POOL_ID)
    assert settings.cognito_client_ids == (CLIENT_ID,)
    hosts = re.findall(r"(?:@|//)(\w+):\d+", " ".join(map(str, environment.values())))
    assert set(hosts) - {"localhost"} == SERVICES.keys() - {"api"}


def test_compose_has_the_opensearch_of_the_tests() -> None:
    """Plain HTTP on one node, of the major version that `make dev` starts; ready when its indices are."""
    service = SERVICES["opensearch"]
    assert service["image"] == IMAGE
    assert IMAGE.endswith(f":{VERSION.partition('.')[0]}")
    wanted = {
        "discovery.type": "single-node",
        "DISABLE_SECURITY_PLUGIN": "true",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    assert wanted.items() <= service["environment"].items()
    assert "wait_for_status=yellow" in service["healthcheck"]["test"][-1]
    assert SERVICES["api"]["environment"]["OPENSEARCH_URL"] == "http://opensearch:9200"


def test_compose_publishes_on_this_machine_only_and_keeps_its_data_in_named_volumes() -> None:
    for service in SERVICES.values():
        for port in service["ports"]:
            assert port.startswith("127.0.0.1:")
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert {name for name in named if not name.startswith(".")} == COMPOSE["volumes"].keys()
