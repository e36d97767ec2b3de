"""The pipeline's files: what they trust, what they may, and that they ask for what is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import deployment
from tests.support.backends import ROOT
from tests.support.terraform_files import MODULES, text_of

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
JOBS = [(file, name) for file in WORKFLOWS for name in yaml.safe_load(file.read_text())["jobs"]]

each_workflow = pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in WORKFLOWS])
each_job = pytest.mark.parametrize(
    ("file", "name"), [pytest.param(file, name, id=f"{file.stem}-{name}") for file, name in JOBS]
)


def job(file: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text())["jobs"][name]
    return found


@each_workflow
def test_every_action_is_pinned_by_its_commit(file: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", file.read_text())
    assert used
    for action, comment in used:
        if not action.startswith("./"):
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_an_action_has_one_commit_everywhere() -> None:
    commits: dict[str, set[str]] = {}
    for file in WORKFLOWS:
        for action, commit in re.findall(r"uses: ([\w/-]+)@(\w+)", file.read_text()):
            commits.setdefault(action, set()).add(commit)
    assert {action: found for action, found in commits.items() if len(found) > 1} == {}


@each_workflow
def test_nothing_is_allowed_that_no_job_asks_for(file: Path) -> None:
    assert yaml.safe_load(file.read_text())["permissions"] == {}


@each_job
def test_only_jobs_of_an_environment_may_prove_who_they_are(file: Path, name: str) -> None:
    permissions = job(file, name)["permissions"]
    assert set(permissions) <= {"contents", "id-token"}
    assert permissions["contents"] == "read"
    calls_another = "uses" in job(file, name)
    assert ("id-token" in permissions) == ("environment" in job(file, name) or calls_another)


@each_job
def test_every_job_ends(file: Path, name: str) -> None:
    assert "uses" in job(file, name) or job(file, name)["timeout-minutes"] <= 60


@each_workflow
def test_scripts_get_values_from_variables_only(file: Path) -> None:
    """What is written into a script with ${{ }} is run."""
    for name in yaml.safe_load(file.read_text())["jobs"]:
        for step in job(file, name).get("steps", ()):
            assert "${{" not in step.get("run", "")


@each_workflow
def test_every_target_of_make_is_there(file: Path) -> None:
    targets = re.findall(r"^\s*(?:run: )?make ([\w./-]+)", file.read_text(), re.MULTILINE)
    written = re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(targets) <= set(written)


def test_variables_are_those_that_the_readme_tells_to_set() -> None:
    used = {name for file in WORKFLOWS for name in re.findall(r"vars\.([A-Z_]+)", file.read_text())}
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", (MODULES / "pipeline" / "README.md").read_text()))
    assert used == told


def test_environments_are_those_whose_jobs_the_roles_trust() -> None:
    deploy = ROOT / ".github" / "workflows" / "deploy.yml"
    assert {job(deploy, name)["environment"]["name"] for name in ("staging", "production")} == {"staging", "production"}
    plan = job(ROOT / ".github" / "workflows" / "plan.yml", "plan")
    assert plan["environment"] == "${{ matrix.environment }}-plan"
    assert 'plan = "${var.environment}-plan"' in text_of("pipeline")
    directories = {folder.name for folder in (ROOT / "infra" / "environments").iterdir() if folder.is_dir()}
    assert set(plan["strategy"]["matrix"]["environment"]) == directories


def test_production_waits_for_staging_and_gets_its_image() -> None:
    production = job(ROOT / ".github" / "workflows" / "deploy.yml", "production")
    assert production["needs"] == "staging"
    image = production["steps"][-1]["env"]["IMAGE"]
    assert image.endswith("@${{ needs.staging.outputs.digest }}")


def test_what_a_deployment_calls_it_may_call() -> None:
    """The methods of the SDK, as IAM names them."""
    source = Path(deployment.__file__).read_text()
    called = set(re.findall(r"self\.(?:lambdas|callers)\.(\w+)\(", source)) - {"get_waiter"}
    names = {"".join(word.capitalize() for word in method.split("_")) for method in called}
    granted = set(re.findall(r'"lambda:(\w+)"', text_of("pipeline")))
    assert {"InvokeFunction" if name == "Invoke" else name for name in names} <= granted
    assert {"GetFunction", "GetFunctionConfiguration"} <= granted  # what the waiters ask
