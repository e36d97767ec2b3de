"""Functions: handlers that exist, and settings that the application has."""

import ast
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from lego_api.adapters.search import JOB_SECONDS
from lego_api.config import Settings
from lego_api.maintenance import BUILD_SECONDS
from lego_api.outbox.relaying import ATTEMPT_SECONDS, RELAY_SECONDS
from lego_api.parts_lists.resuming import RESUME_SECONDS
from tests.support.backends import ROOT
from tests.support.terraform_files import MODULES, block, strings, text_of

ENTRYPOINTS = ROOT / "src" / "lego_api" / "entrypoints"
OF_FUNCTIONS = ("api", "parts_list_import", "maintenance", "commands")


def passed(module: str) -> dict[str, str]:
    """What is set, and to which expression, by the name of the environment variable."""
    text = text_of(module)
    opening = "environment_variables = {" if module == "stack" else "environment_variables = merge("
    text = re.sub(r" +", " ", text)
    if opening not in text:
        return {}
    inside = block(text, opening)
    return {name: value.strip() for name, value in re.findall(r"\b([A-Z][A-Z0-9_]{2,}) = ([^\n]*)", inside)}


def handlers() -> dict[str, str]:
    """By module."""
    found = {}
    for module in OF_FUNCTIONS:
        [command] = re.findall(r'\bcommand\s+= "([\w.]+)"', text_of(module))
        found[module] = command
    return found


def defined_in(file: Path) -> set[str]:
    """The names at the top of a module."""
    body = ast.parse(file.read_text()).body
    targets = (target for node in body if isinstance(node, ast.Assign) for target in node.targets)
    functions = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    return functions | {target.id for target in targets if isinstance(target, ast.Name)}


def test_every_entrypoint_is_the_handler_of_a_function() -> None:
    written = [file.stem for file in ENTRYPOINTS.glob("*.py") if "handler" in defined_in(file)]
    assert sorted(handlers().values()) == sorted(f"lego_api.entrypoints.{name}.handler" for name in written)


@pytest.mark.parametrize("module", OF_FUNCTIONS)
def test_every_handler_is_there(module: str) -> None:
    *path, name = handlers()[module].split(".")
    assert name in defined_in((ROOT / "src").joinpath(*path).with_suffix(".py"))


@pytest.mark.parametrize("module", ["stack", *OF_FUNCTIONS])
def test_every_variable_is_a_setting(module: str) -> None:
    unknown = {name for name in passed(module) if name.lower() not in Settings.model_fields}
    assert unknown == set()


def test_every_required_setting_is_passed() -> None:
    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert required <= passed("stack").keys()
    assert passed("commands").keys() >= {"DATABASE_URL", "DATABASE_AUTH", "DATABASE_SECRET_ARN", "DATABASE_CA_FILE"}


@pytest.mark.parametrize("module", ["stack", "commands", "parts_list_import"])
def test_the_application_takes_what_is_passed(module: str, tmp_path: Path) -> None:
    """Literals as they are; what Terraform fills in stands for something of its kind."""
    filled_in = {
        "DATABASE_URL": "postgresql://lego_app@host:5432/lego",
        "REDIS_URL": "rediss://host:6379/0",
        "OPENSEARCH_URL": "https://host",
        "FILES_BASE_URL": "https://host/uploads",
        "DATABASE_CA_FILE": str(tmp_path / "rds-ca.pem"),
        "COGNITO_CLIENT_IDS": "client1,client2",
        "ENVIRONMENT": "production",
    }
    (tmp_path / "rds-ca.pem").write_text("certificates")
    variables = passed("stack") | passed(module)
    values = {
        name.lower(): filled_in.get(name) or (strings(value) or ["filled-in"])[0] for name, value in variables.items()
    }
    if "tracing" in values:
        assert set(re.findall(r'"(\w+)"', variables["TRACING"])) == {"off", "xray"}
        values["tracing"] = "xray"
    settings = Settings.model_validate({**values, "csrf_secret": SecretStr("a secret of the tests")})
    assert settings.database_auth == ("secret" if module == "commands" else "iam")
    assert settings.opensearch_auth == "aws"


def test_maintenance_has_time_to_finish_what_it_begins() -> None:
    [timeout] = re.findall(r"timeout_seconds\s+= (\d+)", text_of("maintenance"))
    begins_nothing_after = BUILD_SECONDS + RELAY_SECONDS + RESUME_SECONDS
    assert int(timeout) >= begins_nothing_after + max(JOB_SECONDS, ATTEMPT_SECONDS) + 60


def test_all_modules_of_functions_are_known_here() -> None:
    assert {file.parent.name for file in MODULES.glob("*/*.tf") if '"../image_function"' in file.read_text()} == set(
        OF_FUNCTIONS
    )
