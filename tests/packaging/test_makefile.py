"""The Makefile: what it says of itself, and that it passes on what it is told."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.backends import ROOT

TARGETS = (
    *("dev", "test", "test-large", "test-simd", "lint", "infra-check", "format", "migrate"),
    *("seed", "bench", "image", "lock", "clean"),
)
# Of the `make` that runs these tests, and variables with which somebody runs all of theirs.
UNSET = ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "PORT", "PYTEST_ARGS", "IMAGE")
READY = ("-o", ".venv/ready")  # as if everything was installed, whether it is or not


def make(*arguments: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    done = subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_make_alone_lists_every_target_with_one_line() -> None:
    lines = [re.fullmatch(r"  make ([a-z-]+) +(\S.*)", line) for line in make()]
    assert [line and line[1] for line in lines] == list(TARGETS)


def test_every_target_is_one_of_them() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == {"help", *TARGETS}


def test_dev_passes_its_port_on() -> None:
    assert make("-n", *READY, "dev", "PORT=9100") == ["exec .venv/bin/lego-api dev --port 9100"]
    assert make("-n", *READY, "dev") == ["exec .venv/bin/lego-api dev --port 9000"]


def test_test_passes_its_arguments_on() -> None:
    [command] = make("-n", *READY, "test", "PYTEST_ARGS=-k wishlist -x")
    assert command.endswith(" -k wishlist -x")
    assert " -k image -x;" in "\n".join(make("-n", *READY, "test-simd", "PYTEST_ARGS=-x"))


def test_tests_under_pillow_simd_end_where_it_cannot_be_built(tmp_path: Path) -> None:
    """With a compiler that finds no header, and nothing built before."""
    checkout = tmp_path / "checkout"
    for file in ("Makefile", ".ci/pillow-simd", "requirements.lock", "requirements-build.lock"):
        (checkout / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, checkout / file)
    tools = {"gcc": "exit 1", "uname": "echo x86_64"}
    for name, body in tools.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to(sys.executable)
    done = subprocess.run(
        ["make", *READY, "test-simd"],
        cwd=checkout,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode
    assert re.search(r"pillow-simd cannot be built here \(Debian: apt install .*libwebp-dev .*lcms", done.stderr)
    assert "pytest" not in done.stdout + done.stderr


def test_tests_under_pillow_simd_are_nothing_on_other_processors(tmp_path: Path) -> None:
    (tmp_path / "uname").write_text("#!/bin/sh\necho aarch64\n")
    (tmp_path / "uname").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["make", *READY, "test-simd"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == "pillow-simd is for x86-64 only, and this is aarch64: nothing to do\n"
    assert done.stdout == ""
