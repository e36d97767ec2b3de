"""The lock files: complete, hashed, and silent about where anything is downloaded from."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from sys import stdlib_module_names
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.backends import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-infra.lock")
SOURCE = ROOT / "src" / "lego_api"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked(lock: str) -> dict[str, str]:
    """Version by name."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def imported(file: Path) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_hashed_and_no_place_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", [*PROJECT["project"]["dependencies"]]),
        ("requirements.lock", PROJECT["project"]["optional-dependencies"]["pillow-simd"]),
        ("requirements-dev.lock", PROJECT["project"]["dependencies"]),
        ("requirements-dev.lock", PROJECT["project"]["optional-dependencies"]["pillow"]),
        ("requirements-dev.lock", PROJECT["project"]["optional-dependencies"]["dev"][1:]),
        ("requirements-build.lock", PROJECT["dependency-groups"]["image-build"]),
        ("requirements-infra.lock", PROJECT["dependency-groups"]["infra-check"]),
    ],
)
def test_the_locks_hold_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    versions = locked(lock)
    for requirement in map(Requirement, wanted):
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{requirement} is not in {lock}: make lock"
        assert requirement.specifier.contains(version), f"{lock} has {requirement.name} {version}: make lock"


def test_the_image_has_what_the_application_imports_and_nothing_of_a_developers() -> None:
    """All but `lego_api.dev`, and what only `lego-api dev` runs."""
    files = [file for file in SOURCE.rglob("*.py") if file.relative_to(SOURCE).parts[0] != "dev"]
    packages = {name for file in files for name in imported(file)} - stdlib_module_names - {"lego_api"}
    distributions = packages_distributions()
    in_image = locked("requirements.lock").keys() | {"pillow"}  # in whose place pillow-simd stands
    for package in packages:
        known = {canonicalize_name(name) for name in distributions[package]}
        assert known & in_image, f"{package} is imported, but not in requirements.lock"
    assert not in_image & {"moto", "pytest", "uvicorn", "fakeredis", "testcontainers", "mypy", "ruff"}
