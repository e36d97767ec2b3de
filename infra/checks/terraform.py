"""Terraform, with one copy of the provider for all directories."""

from pathlib import Path

from infra.checks.tools import INFRA, SCRATCH, run

ENVIRONMENTS = [file.parent for file in sorted((INFRA / "environments").glob("*/versions.tf"))]
MODULES = [file.parent for file in sorted((INFRA / "modules").glob("*/versions.tf"))]
REHEARSAL = INFRA / "rehearsal"

INIT = ("init", "-backend=false", "-input=false", "-no-color")

# It asks for one version of the provider where the others take any later one: what it gets suits all.
FIRST = INFRA / "environments" / "production"


def directories() -> list[Path]:
    """With tests. What takes longest comes first, so that nothing long is begun last."""
    large = [INFRA / "modules" / name for name in ("stack", "edge", "storage", "database")]
    return [*ENVIRONMENTS, *large, *(module for module in MODULES if module not in large)]


def fetch_provider() -> None:
    """By whatever way Terraform is told to: a registry, a mirror, a cache. Raises `Failed`."""
    _terraform(FIRST, *INIT)


def initialise(directory: Path) -> None:
    """With the provider that is there already. Raises `Failed`."""
    if directory != FIRST:
        _terraform(directory, *INIT, f"-plugin-dir={_data(FIRST) / 'providers'}")


def test(directory: Path) -> str:
    """Validates, plans and applies by a provider that only pretends. Raises `Failed`."""
    initialise(directory)
    return _terraform(directory, "test", "-no-color")


def formatted() -> str:
    return run("terraform", "fmt", "-check", "-diff", "-recursive", cwd=INFRA)


def in_rehearsal(command: str, *arguments: str) -> str:
    return _terraform(REHEARSAL, command, "-no-color", *arguments)


def _terraform(directory: Path, *arguments: str) -> str:
    return run("terraform", *arguments, cwd=directory, TF_DATA_DIR=str(_data(directory)))


def _data(directory: Path) -> Path:
    return SCRATCH / "terraform" / directory.relative_to(INFRA)
