"""The programs that the checks run, and where they are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

INFRA = Path(__file__).resolve().parents[1]
ROOT = INFRA.parent
SCRATCH = ROOT / ".dev" / "infra"
TOOLS = ROOT / ".dev" / "infra-tools" / "bin"  # an environment of their own: requirements-infra.lock

NEEDED = {
    "terraform": "Terraform 1.11 or newer",
    "node": "Node.js, for the functions of the edge",
    "go": "Go, which builds actionlint",
}


class Failed(Exception):
    """A check has not passed; the text is what it printed."""


def missing() -> list[str]:
    return [f"{name}: {what}" for name, what in NEEDED.items() if not shutil.which(name)]


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    """What the command prints. Raises `Failed`."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | {"NO_COLOR": "1", "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"} | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"$ {' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def python_tool(name: str) -> Path:
    return TOOLS / name


def installed_actionlint() -> Path:
    """Built once for each version, by the checksums of Go's own database."""
    version = "v1.7.12"
    folder = SCRATCH / f"actionlint-{version}"
    if not (folder / "actionlint").exists():
        run("go", "install", f"github.com/rhysd/actionlint/cmd/actionlint@{version}", GOBIN=str(folder))
    return folder / "actionlint"


def this_python() -> Path:
    return Path(sys.executable)
