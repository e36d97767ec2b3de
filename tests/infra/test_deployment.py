"""Deployments, on a moto server: what gets the traffic, and when, and that all goes back when something is wrong."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import httpx
import pytest

from infra.checks.rehearsal import moto
from infra.deployment import ALIAS, FUNCTIONS, ROLLBACK_ALARMS, DeploymentFailed, Environment, deploy
from tests.support.terraform_files import block, strings, text_of

NAME = "lego-test"
REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test"
OLD, NEW = f"{REPOSITORY}@sha256:{'0' * 64}", f"{REPOSITORY}@sha256:{'1' * 64}"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto() as endpoint:
        yield endpoint


@contextmanager
def answering(**other: int) -> Iterator[str]:
    """A public address that answers as it should, except for the paths in `other`, by their last part."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            usual = 401 if self.path in ("/api/mocs", "/api/nowhere") else 200
            self.send_response(other.get(self.path.rsplit("/", 1)[1], usual))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()
            thread.join()


@pytest.fixture
def environment(server: str) -> Iterator[Environment]:
    """As Terraform makes it, with a version that has the traffic."""
    httpx.post(f"{server}/moto-api/reset").raise_for_status()
    httpx.post(f"{server}/moto-api/config", json={"lambda": {"use_docker": False}}).raise_for_status()

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=server, region_name="us-east-1", **keys)

    lambdas, alarms, iam = client("lambda"), client("cloudwatch"), client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    for part in FUNCTIONS:
        made = {"FunctionName": f"{NAME}-{part}", "Role": role, "PackageType": "Image", "Code": {"ImageUri": OLD}}
        version = lambdas.create_function(**made, Publish=True)["Version"]
        lambdas.create_alias(FunctionName=f"{NAME}-{part}", Name=ALIAS, FunctionVersion=version)
    for alarm in ROLLBACK_ALARMS:
        alarms.put_metric_alarm(
            AlarmName=f"{NAME}-{alarm}",
            MetricName="Errors",
            Namespace="AWS/Lambda",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )
    with answering() as url:
        yield Environment(NAME, url, lambdas, lambdas, alarms)
    for made_client in (lambdas, alarms, iam):
        made_client.close()


def run(environment: Environment, canary_seconds: float = 0, *, despite_alarms: bool = False) -> list[str]:
    said: list[str] = []
    deploy(
        environment,
        NEW,
        canary_seconds=canary_seconds,
        watch_seconds=0,
        say=said.append,
        despite_alarms=despite_alarms,
    )
    return said


def raise_alarm(environment: Environment, name: str = "api-errors") -> None:
    environment.alarms.set_alarm_state(AlarmName=f"{NAME}-{name}", StateValue="ALARM", StateReason="of the test")


def on_move(environment: Environment, do: Any) -> None:
    """Calls `do` with what each alias is told."""
    environment.lambdas.meta.events.register(
        "provide-client-params.lambda.UpdateAlias", lambda params, **_: do(params) or params
    )


def test_every_function_gets_the_image(environment: Environment) -> None:
    before = environment.live_versions()
    run(environment)
    after = environment.live_versions()
    assert all(after[part] != before[part] for part in FUNCTIONS)
    for part, version in after.items():
        live = environment.lambdas.get_function(FunctionName=f"{NAME}-{part}", Qualifier=version)
        assert live["Code"]["ImageUri"] == NEW


def test_the_database_is_migrated_by_the_new_version_before_any_traffic(environment: Environment) -> None:
    done: list[Any] = []
    environment.lambdas.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: done.append(params)
    )
    before = environment.live_versions()
    on_move(environment, done.append)
    run(environment)
    first, *moves = done
    assert first["FunctionName"] == f"{NAME}-commands"
    assert first["Qualifier"] not in (ALIAS, before["commands"])
    assert json.loads(first["Payload"]) == {"command": ["migrate"]}
    assert [move["FunctionName"] for move in moves] == [f"{NAME}-{part}" for part in FUNCTIONS]


def test_a_tenth_of_the_requests_goes_first(environment: Environment) -> None:
    moves: list[Any] = []
    on_move(environment, moves.append)
    before = environment.live_versions()["api"]
    run(environment, canary_seconds=0.01)
    first, *rest = [move for move in moves if move["FunctionName"] == f"{NAME}-api"]
    new = environment.live_versions()["api"]
    assert first["FunctionVersion"] == before
    assert first["RoutingConfig"] == {"AdditionalVersionWeights": {new: 0.1}}
    assert [move["RoutingConfig"] for move in rest] == [{"AdditionalVersionWeights": {}}]


def test_nothing_is_deployed_while_something_is_wrong(environment: Environment) -> None:
    raise_alarm(environment)
    with pytest.raises(DeploymentFailed, match="api-errors says that something is wrong"):
        run(environment)
    assert set(environment.live_versions().values()) == {"1"}


def test_what_repairs_it_may_be_deployed_all_the_same(environment: Environment) -> None:
    raise_alarm(environment)
    before = environment.live_versions()
    run(environment, despite_alarms=True)
    assert before.keys() == environment.live_versions().keys()
    assert not before.items() & environment.live_versions().items()


def test_another_alarm_stops_even_that(environment: Environment) -> None:
    raise_alarm(environment)
    before = environment.live_versions()
    on_move(environment, lambda _: raise_alarm(environment, "api-latency"))
    with pytest.raises(DeploymentFailed, match=r"^lego-test-api-latency went off"):
        run(environment, despite_alarms=True)
    assert environment.live_versions() == before


def test_an_alarm_that_is_not_there_is_told(environment: Environment) -> None:
    environment.alarms.delete_alarms(AlarmNames=[f"{NAME}-api-latency"])
    with pytest.raises(DeploymentFailed, match="no such alarms: lego-test-api-latency"):
        run(environment)


@pytest.mark.parametrize("canary_seconds", [0.0, 60.0])
def test_all_goes_back_when_an_alarm_goes_off(environment: Environment, canary_seconds: float) -> None:
    before = environment.live_versions()
    on_move(environment, lambda _: raise_alarm(environment))
    with pytest.raises(DeploymentFailed, match="went off"):
        run(environment, canary_seconds)
    assert environment.live_versions() == before


@pytest.mark.parametrize("wrong", [{"health": 503}, {"mocs": 200}, {"search": 500}, {"nowhere": 404}])
def test_all_goes_back_when_an_answer_is_wrong(environment: Environment, wrong: dict[str, int]) -> None:
    before = environment.live_versions()
    with answering(**wrong) as url, pytest.raises(DeploymentFailed, match=r"answers \d+ and not \d+"):
        run(Environment(NAME, url, environment.lambdas, environment.callers, environment.alarms))
    assert environment.live_versions() == before


def test_all_goes_back_when_nothing_answers(environment: Environment) -> None:
    before = environment.live_versions()
    with answering() as url:
        gone = url
    with pytest.raises(DeploymentFailed, match="ConnectError"):
        run(Environment(NAME, gone, environment.lambdas, environment.callers, environment.alarms))
    assert environment.live_versions() == before


def test_what_can_go_back_does_and_the_rest_is_told(environment: Environment) -> None:
    before = environment.live_versions()

    def move(params: dict[str, Any]) -> None:
        raise_alarm(environment)
        if params["FunctionName"] == f"{NAME}-api" and params["FunctionVersion"] == before["api"]:
            params["Name"] = "gone"

    on_move(environment, move)
    with pytest.raises(DeploymentFailed, match="MOVE BACK BY HAND: lego-test-api to 1"):
        run(environment)
    after = environment.live_versions()
    assert [part for part in FUNCTIONS if after[part] != before[part]] == ["api"]


def test_a_migration_that_fails_gets_no_traffic(environment: Environment) -> None:
    before = environment.live_versions()

    def fail(parsed: dict[str, Any], **_: object) -> None:
        parsed["FunctionError"] = "Unhandled"

    environment.lambdas.meta.events.register("after-call.lambda.Invoke", fail)
    with pytest.raises(DeploymentFailed, match="the migration failed"):
        run(environment)
    assert environment.live_versions() == before


def test_the_alarms_are_those_that_terraform_names() -> None:
    text = block(text_of("observability"), 'output "rollback_alarm_names" {')
    named = {string for string in strings(text) if "-" in string}
    watched = {alarm for alarm in ROLLBACK_ALARMS if alarm != "api-errors"}
    assert named == watched
    assert "aws_cloudwatch_metric_alarm.api_errors.alarm_name" in text


def test_the_functions_are_those_that_terraform_names() -> None:
    names = {f"{NAME}-{part}" for part in FUNCTIONS}
    written = {
        name.replace("${var.name}", NAME)
        for module in ("api", "commands", "maintenance", "parts_list_import")
        for name in strings(block(text_of(module), 'module "function" {'))
        if name.startswith("${var.name}-")
    }
    assert written == names
