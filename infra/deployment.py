"""Brings an image that is in ECR to the functions of an environment, and back if something goes wrong.

    python -m infra.deployment NAME IMAGE --url URL [--canary-seconds 300] [--watch-seconds 300] [--despite-alarms]

NAME is that of the environment, such as lego-staging. In this order: every function gets a version of the image; the
commands' new version migrates the database, past the alias and before any traffic; a tenth of the requests goes to the
new version of the API, then all; the public address answers as it should. If a command fails, an alarm goes off or an
answer is wrong, every alias goes back to where it was. The schema stays: migrations only add.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

FUNCTIONS = ("commands", "parts-list-import", "maintenance", "api")  # in this order they get the traffic
ROLLBACK_ALARMS = ("api-errors", "api-function-errors", "api-latency")  # those of `rollback_alarm_names`
ALIAS = "live"
CANARY_SHARE = 0.1
SECONDS_BETWEEN_LOOKS = 10.0
LONGEST_COMMAND = 900  # seconds, those of the function

Say = Callable[[str], None]


class DeploymentFailed(Exception):
    """What went wrong, in words for whoever started the deployment."""


@dataclass(frozen=True)
class Environment:
    name: str
    url: str
    lambdas: Any
    callers: Any  # the same service, for calls that take long and are not to be repeated
    alarms: Any

    def function(self, part: str) -> str:
        return f"{self.name}-{part}"

    def live_versions(self) -> dict[str, str]:
        """By function."""
        return {part: self._alias(part)["FunctionVersion"] for part in FUNCTIONS}

    def publish(self, part: str, image: str) -> str:
        """The version that runs the image; it can be called when this returns."""
        function = self.function(part)
        published = self.lambdas.update_function_code(FunctionName=function, ImageUri=image, Publish=True)
        version = str(published["Version"])
        self.lambdas.get_waiter("published_version_active").wait(FunctionName=function, Qualifier=version)
        self.lambdas.get_waiter("function_updated_v2").wait(FunctionName=function)
        return version

    def migrate(self, version: str) -> str:
        """What the migration printed. Raises `DeploymentFailed`."""
        answer = self.callers.invoke(
            FunctionName=self.function("commands"),
            Qualifier=version,
            Payload=json.dumps({"command": ["migrate"]}),
        )
        text = str(answer["Payload"].read(), "utf-8")
        if answer.get("FunctionError"):
            raise DeploymentFailed(f"the migration failed: {text}")
        return text

    def move(self, part: str, version: str, *, canary: str | None = None) -> None:
        """`canary`: a version that gets a tenth of the traffic."""
        weights = {canary: CANARY_SHARE} if canary else {}
        self.lambdas.update_alias(
            FunctionName=self.function(part),
            Name=ALIAS,
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": weights},
        )

    def alarming(self) -> list[str]:
        names = [self.function(alarm) for alarm in ROLLBACK_ALARMS]
        found = self.alarms.describe_alarms(AlarmNames=names)["MetricAlarms"]
        if missing := set(names) - {alarm["AlarmName"] for alarm in found}:
            raise DeploymentFailed(f"there are no such alarms: {', '.join(sorted(missing))}")
        return [alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"]

    def _alias(self, part: str) -> Mapping[str, Any]:
        alias: Mapping[str, Any] = self.lambdas.get_alias(FunctionName=self.function(part), Name=ALIAS)
        return alias


def deploy(
    environment: Environment,
    image: str,
    *,
    canary_seconds: float,
    watch_seconds: float,
    say: Say,
    despite_alarms: bool = False,
) -> None:
    """Raises `DeploymentFailed`, when every alias is where it was before.

    `despite_alarms`: for the version that repairs what alarms are on about; only others stop it.
    """
    known = environment.alarming()
    if known and not despite_alarms:
        raise DeploymentFailed(f"nothing is deployed while {', '.join(known)} says that something is wrong")
    before = environment.live_versions()
    after = {part: environment.publish(part, image) for part in FUNCTIONS}
    say(f"versions: {after}")
    say(f"migrated: {environment.migrate(after['commands'])}")
    try:
        if canary_seconds and after["api"] != before["api"]:  # the same, when this image is there already
            environment.move("api", before["api"], canary=after["api"])
            say(f"{CANARY_SHARE:.0%} of the requests go to version {after['api']}")
            watch(environment, canary_seconds, known)
        for part in FUNCTIONS:
            environment.move(part, after[part])
        say("all requests go to the new version")
        look(environment.url)
        watch(environment, watch_seconds, known)
    except BaseException as error:  # also when somebody cancels it
        go_back(environment, before, say)
        if isinstance(error, Exception) and not isinstance(error, DeploymentFailed):
            raise DeploymentFailed(f"{type(error).__name__}: {error}") from error
        raise


def go_back(environment: Environment, before: Mapping[str, str], say: Say) -> None:
    """Every function that can be moved back is. Raises `DeploymentFailed` for the others."""
    left = []
    for part in reversed(FUNCTIONS):
        try:
            environment.move(part, before[part])
        except (BotoCoreError, ClientError) as error:
            left.append(f"{environment.function(part)} to {before[part]} ({error})")
    if left:
        raise DeploymentFailed(f"MOVE BACK BY HAND: {', '.join(left)}")
    say(f"gone back to {dict(before)}")


def watch(environment: Environment, seconds: float, known: Collection[str] = ()) -> None:
    """Raises `DeploymentFailed` as soon as an alarm goes off that is not `known`."""
    until = time.monotonic() + seconds
    while True:
        if alarming := [alarm for alarm in environment.alarming() if alarm not in known]:
            raise DeploymentFailed(f"{', '.join(alarming)} went off")
        if (left := until - time.monotonic()) <= 0:
            return
        time.sleep(min(left, SECONDS_BETWEEN_LOOKS))


def look(url: str) -> None:
    """Whether the public address answers as it should. Raises `DeploymentFailed`."""
    expected = {"/health/live": 200, "/health": 200, "/api/mocs/search": 200, "/api/mocs": 401, "/api/nowhere": 401}
    with httpx.Client(base_url=url, timeout=30, transport=httpx.HTTPTransport(retries=3)) as client:
        for path, status in expected.items():
            answer = client.get(path)
            if answer.status_code != status:
                raise DeploymentFailed(f"GET {path} answers {answer.status_code} and not {status}: {answer.text[:500]}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.deployment", description="bring an image to an environment")
    parser.add_argument("name", help="of the environment, such as lego-staging")
    parser.add_argument("image", help="in its repository, with its digest")
    parser.add_argument("--url", required=True, help="public address")
    parser.add_argument("--canary-seconds", type=float, default=0, help="with a tenth of the requests (%(default)s)")
    parser.add_argument("--watch-seconds", type=float, default=300, help="with all of them (%(default)s)")
    parser.add_argument(
        "--despite-alarms", action="store_true", help="also while alarms are on: to repair what they mean"
    )
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever cancels a job sends it, and means to go back
    # A command is not repeated because its answer is late: it may still run. Kept alive, for nothing is said until it
    # ends, and routers forget connections that are silent for some minutes.
    patient = Config(read_timeout=LONGEST_COMMAND + 30, retries={"total_max_attempts": 1}, tcp_keepalive=True)
    environment = Environment(
        arguments.name,
        arguments.url.rstrip("/"),
        lambdas=boto3.client("lambda"),
        callers=boto3.client("lambda", config=patient),
        alarms=boto3.client("cloudwatch"),
    )
    try:
        deploy(
            environment,
            arguments.image,
            canary_seconds=arguments.canary_seconds,
            watch_seconds=arguments.watch_seconds,
            despite_alarms=arguments.despite_alarms,
            say=lambda text: print(text, flush=True),
        )
    except (DeploymentFailed, BotoCoreError, ClientError) as failure:
        print(f"deployment failed: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
