"""What an OpenSearch node runs on: a Java of the machine, and jars that Maven fetches once into the user's cache."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lego_api.dev.failure import Failure
from lego_api.dev.processes import Child

RUNNER_VERSION = "2.19.1.0"
VERSION = RUNNER_VERSION.rpartition(".")[0]  # of OpenSearch
MINIMUM_JAVA = 11
POM = Path(__file__).with_name("pom.xml")
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_SECONDS = 600.0
ERROR = re.compile(r"\[ERROR\] (.+?)(?: -> \[Help \d+\])?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Installation:
    java: Path
    java_major: int
    jars: Path  # a directory, which is there once they have been fetched

    @property
    def origin(self) -> str:
        return f"Maven: OpenSearch {VERSION}, on Java {self.java_major}"

    def fetch(self, logs: Path) -> None:
        """Returns when the jars are there. Raises `Failure`."""
        if self.jars.exists():
            return
        try:
            self.jars.parent.mkdir(parents=True, exist_ok=True)
            with (self.jars.parent / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not self.jars.exists():
                    self._fetch(logs)
        except OSError as error:
            raise Failure(f"its jars could not be fetched: {error}") from error

    def _fetch(self, logs: Path) -> None:
        print(
            "fetching OpenSearch with Maven, once: about 50 MB (LEGO_OPENSEARCH=none leaves it out)",
            file=sys.stderr,
            flush=True,
        )
        for abandoned in self.jars.parent.glob("unfinished-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=self.jars.parent))
        options = {"runner.version": RUNNER_VERSION, "outputDirectory": unfinished}
        maven = Child(
            "opensearch-jars",
            ["mvn", "-q", "-B", "--strict-checksums", "-f", POM, COPY, *(f"-D{k}={v}" for k, v in options.items())],
            directory=logs,
        )
        try:
            maven.run(seconds=FETCH_SECONDS)
        except Failure as failure:
            raise Failure(f"its jars could not be fetched: {_cause(maven.log)}. {failure}") from failure
        unfinished.rename(self.jars)


def find() -> Installation:
    """Raises `Failure`, which says what is missing. `LEGO_OPENSEARCH=none` is as if everything was."""
    if os.environ.get("LEGO_OPENSEARCH") == "none":
        raise Failure("LEGO_OPENSEARCH=none")
    jars = _cache() / f"opensearch-{VERSION}" / "jars"
    for java in _programs():
        if (major := _major(java)) and major >= MINIMUM_JAVA:
            if jars.exists() or shutil.which("mvn"):
                return Installation(java, major, jars)
            raise Failure("to have OpenSearch, install Maven or set OPENSEARCH_URL")
    raise Failure(f"to have OpenSearch, install Java {MINIMUM_JAVA} or newer and Maven, or set OPENSEARCH_URL")


def _cache() -> Path:
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        return (named if named.is_absolute() else Path.home() / ".cache") / "lego-api"
    except RuntimeError as error:
        raise Failure("no home directory, and no XDG_CACHE_HOME, to keep its jars in") from error


def _programs() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home, "bin", "java")
    if on_path := shutil.which("java"):
        yield Path(on_path)


def _major(java: Path) -> int | None:
    """None for what is no Java, as the program that macOS has in its place."""
    try:
        asked = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', asked.stderr)
    return int(match[1]) if match else None


def _cause(log: Path) -> str:
    """The end of the chain of reasons that Maven's first error is."""
    error = ERROR.search(log.read_text(errors="replace"))
    return ": ".join(error[1].split(": ")[-2:]) if error else "Maven failed"
