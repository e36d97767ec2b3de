"""`make infra-check` looks at everything, and says why it does not look at something."""

import re

import pytest
import yaml

from infra.checks import terraform
from infra.checks.tools import INFRA
from tests.support.backends import ROOT


def test_every_directory_of_terraform_is_tested_or_rehearsed() -> None:
    written = {file.parent for file in INFRA.rglob("*.tf") if ".terraform" not in file.parts}
    assert written == {*terraform.directories(), terraform.REHEARSAL}
    for directory in terraform.directories():
        assert list(directory.glob("tests/*.tftest.hcl")), f"{directory.name} has no test"


def test_every_check_that_is_skipped_says_why() -> None:
    text = (INFRA / "checkov.yaml").read_text()
    skipped = yaml.safe_load(text)["skip-check"]
    explained = re.findall(r"^  - (CKV2?_AWS_\d+) # \S", text, re.MULTILINE)
    assert skipped == explained
    assert len(skipped) == len(set(skipped))


def test_each_module_has_a_readme() -> None:
    assert [module.name for module in terraform.MODULES if not (module / "README.md").exists()] == []


@pytest.mark.parametrize("way", [".ci/run", ".github/workflows/ci.yml"])
def test_the_checks_are_run_with_all_others(way: str) -> None:
    assert re.search(r"^[^#]*\bmake infra-check\b", (ROOT / way).read_text(), re.MULTILINE)
