"""The Makefile: what it says of itself, and that it passes on what it is told."""

import os
import re
import subprocess

from tests.support.backends import ROOT

TARGETS = ("dev", "test", "lint", "format", "migrate", "seed", "bench", "image", "lock", "clean")
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
    lines = [re.fullmatch(r"  make ([a-z]+) +(\S.*)", line) for line in make()]
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
