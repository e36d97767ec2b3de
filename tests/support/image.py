"""A directory laid out as the image, where no engine builds one: the COPY lines of the Dockerfile are followed."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lego_api.dev.accounts import Account
from tests.support.backends import ROOT
from tests.support.dockerfile import copied, taken
from tests.support.image_base import base, compiling, run_as_in_the_dockerfile

TASK_ROOT = "${LAMBDA_TASK_ROOT}"
NO_BYTECODE = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class Image:
    """`account` is whom its processes run as: nobody, or ourselves where we are not root."""

    root: Path
    account: Account | None

    @property
    def task(self) -> Path:
        return self.root / "var/task"

    @property
    def runtime(self) -> Path:
        return self.root / "var/runtime"

    @property
    def language(self) -> Path:
        return self.root / "var/lang"

    @property
    def python(self) -> Path:
        return self.language / "bin/python3"

    @property
    def environment(self) -> dict[str, str]:
        """What Lambda itself sets, and what the watch of writes wants to know."""
        return {
            "AWS_EXECUTION_ENV": "AWS_Lambda_Image",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "IMAGE_ROOT": f"{self.root}/",
            "LAMBDA_RUNTIME_DIR": str(self.runtime),
            "LAMBDA_TASK_ROOT": str(self.task),
            "LANG": "en_US.UTF-8",
            "LD_LIBRARY_PATH": str(self.language / "lib"),
            "PATH": f"{self.language}/bin:/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": str(self.runtime),
            "TZ": ":UTC",
        }


@contextmanager
def image() -> Iterator[Image]:
    root = Path(tempfile.mkdtemp(prefix="lego-api-image-", dir="/tmp"))
    try:
        shutil.copytree(base(), root, copy_function=_link, dirs_exist_ok=True)
        root.chmod(0o755)
        laid_out = Image(root, _nobody())
        shutil.copy(Path(__file__).with_name("write_watch.py"), laid_out.runtime / "sitecustomize.py")
        _build(laid_out)
        _protect(root)
        yield laid_out
    finally:
        for directory, _, _ in os.walk(root):
            os.chmod(directory, 0o755)
        shutil.rmtree(root)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another device
        shutil.copy2(source, target)


def _nobody() -> Account | None:
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def _build(image: Image) -> None:
    build = image.root / "build"
    packages = build / "packages"
    for source, destination in copied("build"):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, build / destination, ignore=NO_BYTECODE)
    for file in (build / "application").rglob("*"):  # as in the checkout of somebody who shares nothing
        file.chmod(file.stat().st_mode & 0o700)
    compiled = packages.rename(build / "compiled packages")
    packages.mkdir()
    run_as_in_the_dockerfile(compiling(), build)
    packages.rmdir()
    compiled.rename(packages)
    image.task.mkdir()
    for source, destination in taken("lambda", "build"):
        assert destination == TASK_ROOT
        for entry in (image.root / source.removeprefix("/")).iterdir():
            entry.rename(image.task / entry.name)


def _protect(root: Path) -> None:
    for directory, _, files in os.walk(root):
        for name in files:
            path = Path(directory, name)
            path.chmod(path.stat().st_mode & 0o555)
        os.chmod(directory, 0o555)
