"""The commands of AWS that the project's pages name, against the descriptions that its command line is made from."""

import re
import shlex

import pytest
from botocore import xform_name
from botocore.session import Session

from tests.support.documents import Found, commands

# What the command line has beside the descriptions.
OF_EVERY_COMMAND = {"query", "output", "region", "cli-binary-format", "cli-read-timeout"}
SHORTHANDS = {"authorize-security-group-ingress": {"protocol", "port", "source-group"}}
NOT_DESCRIBED = {("s3", "cp"), ("s3", "sync"), ("ecr", "get-login-password")}


def typed() -> list[Found]:
    """Each by itself, also inside other commands."""
    pattern = re.compile(r"(?:^|\$\(|^ +)(aws [a-z0-9-]+ [a-z0-9-]+[^;|)]*)")
    return [Found(found.page, text.strip()) for found in commands("") for text in pattern.findall(found.text)]


def kebab(name: str) -> str:
    """As the command line spells it: DBInstanceIdentifier is db-instance-identifier."""
    return str(xform_name(name, "-"))


def options_of(service: str, operation: str) -> dict[str, bool]:
    """Each option, and whether it has to be there."""
    described = Session().get_service_model(service)
    names = {kebab(name): name for name in described.operation_names}
    assert operation in names, f"{service} has no {operation}"
    shape = described.operation_model(names[operation]).input_shape
    return {kebab(name): name in shape.required_members for name in shape.members} if shape else {}


def waiters_of(service: str) -> dict[str, str]:
    """What each of them asks."""
    waiters = Session().get_waiter_model(service)
    return {kebab(name): kebab(waiters.get_waiter(name).operation) for name in waiters.waiter_names}


@pytest.mark.parametrize("found", typed(), ids=str)
def test_every_command_and_option_exists(found: Found) -> None:
    _, service, operation, *words = shlex.split(re.sub(r"\"?\$\(.*|>.*", "", found.text))
    if (service, operation) in NOT_DESCRIBED:
        return
    service = {"s3api": "s3"}.get(service, service)
    if operation == "wait":
        operation = waiters_of(service)[words.pop(0)]
    options = options_of(service, operation)
    given = {word.removeprefix("--") for word in words if word.startswith("--")} - OF_EVERY_COMMAND
    unknown = given - SHORTHANDS.get(operation, set()) - options.keys()
    assert not {option for option in unknown if option.removeprefix("no-") not in options}
    if given and "$(" not in found.text:
        assert {option for option, required in options.items() if required} - {"payload"} <= given


def test_they_are_found() -> None:
    assert len(typed()) > 40
