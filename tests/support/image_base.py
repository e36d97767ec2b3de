"""What is in the image besides the application: Python, Lambda's runtime client, and the packages, compiled.

They come from the environment that runs the tests, in the versions of requirements.lock; only Pillow stands in for
pillow-simd, which has to be built. It takes a while, so it is kept for the next run.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import Marker

from tests.support.backends import ROOT
from tests.support.dockerfile import arguments

KEPT = ROOT / ".dev/image"
RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")
UNUSED = ("test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "*-packages", "config-*")

Versions = dict[str, str]


def base() -> Path:
    """A folder with `build/packages`, `var/lang` and `var/runtime`: made once for all versions that are in it."""
    packages, runtime = locked(), {name: _installed(name) for name in RUNTIME}
    parts = (packages, runtime, sys.version, sys.base_prefix, compiling(), Path(__file__).read_text())
    folder = KEPT / sha256(repr(parts).encode()).hexdigest()[:16]
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for outdated in filter(Path.is_dir, KEPT.iterdir()):
                shutil.rmtree(outdated)
            building = KEPT / "building"
            _copy_language(building / "var/lang")
            _copy_distributions(runtime, building / "var/runtime")
            _compile(building / "var")
            _copy_distributions(packages, building / "build/packages")
            (building / "build/application").mkdir()
            run_as_in_the_dockerfile(compiling(), building / "build")
            building.rename(folder)
    return folder


def locked() -> Versions:
    """Of the packages that the lock has for this machine. They have to be installed just so."""
    lock = (ROOT / "requirements.lock").read_text()
    lines = re.findall(r"^([a-z0-9-]+)==(\S+)(?: ; ([^\\\n]+))?", lock, re.MULTILINE)
    versions = {name: version for name, version, marker in lines if not marker or Marker(marker).evaluate()}
    assert versions.pop("pillow-simd")
    for name, version in versions.items():
        assert version == (other := _installed(name)), f"{name} {version} is locked, and {other} installed"
    return versions | {"pillow": _installed("pillow")}


def compiling() -> str:
    """The command of the Dockerfile that compiles packages and application, in the folder that has both."""
    [command] = [line for line in arguments("build", "RUN") if "compileall" in line]
    return command


def run_as_in_the_dockerfile(command: str, directory: Path) -> None:
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    _run(["sh", "-c", command], directory, PATH=tools)


def _installed(name: str) -> str:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        raise AssertionError(f"{name} is locked, but not installed: make .venv/ready") from None


def _copy_language(language: Path) -> None:
    """The Python that runs this, without its packages: an unprivileged user may not reach the place where it is."""
    library = Path(sysconfig.get_path("stdlib"))
    (language / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.executable).resolve(), language / "bin/python3")
    target = language / library.relative_to(sys.base_prefix)
    shutil.copytree(library, target, ignore=shutil.ignore_patterns(*UNUSED), ignore_dangling_symlinks=True)
    shared = Path(sysconfig.get_config_var("LIBDIR") or "") / (sysconfig.get_config_var("INSTSONAME") or "")
    if ".so" in shared.name and shared.is_file():
        shutil.copy(shared, language / "lib")


def _copy_distributions(names: Versions, target: Path) -> None:
    for name in names:
        for file in distribution(name).files or ():
            if "__pycache__" not in file.parts and file.parts[0] != "..":
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), target / file)


def _compile(directory: Path) -> None:
    """As it comes with the image's base: compared with its source whenever it is used."""
    _run([sys.executable, "-m", "compileall", "-q", "-j", "0", "."], directory)


def _run(command: list[str], directory: Path, **environment: str) -> None:
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
