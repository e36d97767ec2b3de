"""`infra/rehearsal`, made and taken down on a moto server: what was asked for is there, and afterwards nothing is."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from infra.checks import terraform
from infra.checks.tools import SCRATCH, Failed, this_python
from lego_api.dev.ports import free_port

STATE = SCRATCH / "rehearsal.tfstate"


def rehearse() -> str:
    """How much was made. Raises `Failed`."""
    terraform.initialise(terraform.REHEARSAL)
    STATE.unlink(missing_ok=True)
    with moto() as endpoint:
        where = ("-input=false", f"-state={STATE}", f"-var=endpoint={endpoint}")
        terraform.in_rehearsal("apply", "-auto-approve", *where)
        outputs = json.loads(terraform.in_rehearsal("output", "-json", f"-state={STATE}"))
        resources = len(json.loads(STATE.read_text())["resources"])
        look_at_gateway(endpoint, outputs["api_id"]["value"], outputs["route_keys"]["value"])
        look_at_bucket(endpoint, outputs["bucket_name"]["value"])
        look_at_functions(endpoint)
        terraform.in_rehearsal("destroy", "-auto-approve", *where)
        look_at_what_is_left(endpoint)
    return f"{resources} resources made, read back and taken down"


@contextmanager
def moto() -> Iterator[str]:
    """The address of a server of its own."""
    port = free_port()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    log: Path = SCRATCH / "moto.log"
    command = [str(this_python()), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    variables = os.environ | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}  # one is attached
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output, env=variables) as server:
        try:
            deadline = time.monotonic() + 60
            while b"Running on" not in log.read_bytes():
                if server.poll() is not None or time.monotonic() > deadline:
                    raise Failed(f"moto does not start\n{log.read_text()}")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def look_at_gateway(endpoint: str, api_id: str, wanted: dict[str, list[str]]) -> None:
    """Every route is there; who asks for a token is one authorizer, of the pool; public routes ask for none."""
    gateway = client(endpoint, "apigatewayv2")
    routes = gateway.get_routes(ApiId=api_id)["Items"]
    by_authorization = {
        kind: {route["RouteKey"] for route in routes if route.get("AuthorizationType", "NONE") == kind}
        for kind in ("NONE", "JWT")
    }
    expect(by_authorization == {"NONE": set(wanted["public"]), "JWT": set(wanted["protected"])}, "routes", routes)
    [authorizer_id] = {route["AuthorizerId"] for route in routes if route.get("AuthorizationType") == "JWT"}
    authorizer = gateway.get_authorizer(ApiId=api_id, AuthorizerId=authorizer_id)
    expect("cognito-idp" in authorizer["JwtConfiguration"]["Issuer"], "authorizer", authorizer)
    [integration] = gateway.get_integrations(ApiId=api_id)["Items"]
    expect("lego-rehearsal-api:live" in integration["IntegrationUri"], "integration", integration)


def look_at_bucket(endpoint: str, name: str) -> None:
    """Nothing is public, versions are kept, and parts lists make events."""
    storage = client(endpoint, "s3")
    block = storage.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    expect(len(block) == 4 and all(block.values()), "public access block", block)
    versioning = storage.get_bucket_versioning(Bucket=name)["Status"]
    expect(versioning == "Enabled", "versioning", versioning)
    queues = storage.get_bucket_notification_configuration(Bucket=name)["QueueConfigurations"]
    prefixes = {rule["Value"] for queue in queues for rule in queue["Filter"]["Key"]["FilterRules"]}
    expect(prefixes == {"parts-lists/", "incoming/parts-lists/"}, "notifications", queues)


def look_at_functions(endpoint: str) -> None:
    """Each has its own role, and an alias."""
    functions = client(endpoint, "lambda")
    made = functions.list_functions()["Functions"]
    names = {function["FunctionName"].removeprefix("lego-rehearsal-") for function in made}
    expect(names == {"api", "commands", "maintenance", "parts-list-import"}, "functions", made)
    expect(len({function["Role"] for function in made}) == len(made), "roles", made)
    for function in made:
        functions.get_alias(FunctionName=function["FunctionName"], Name="live")


def look_at_what_is_left(endpoint: str) -> None:
    left = {
        "state": json.loads(STATE.read_text())["resources"],
        "gateways": client(endpoint, "apigatewayv2").get_apis()["Items"],
        "buckets": client(endpoint, "s3").list_buckets()["Buckets"],
        "functions": client(endpoint, "lambda").list_functions()["Functions"],
        "queues": client(endpoint, "sqs").list_queues().get("QueueUrls", []),
        "roles": client(endpoint, "iam").list_roles()["Roles"],
        "networks": [vpc for vpc in client(endpoint, "ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]],
    }
    expect(not any(left.values()), "what is left", left)


def expect(holds: bool, what: str, found: object) -> None:
    if not holds:
        raise Failed(f"{what}: not as it was asked for\n{found}")


def client(endpoint: str, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="rehearsal",
        aws_secret_access_key="rehearsal",
    )
