"""A copy of the project, in which `lego-api` and `make` are run as a developer runs them."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from lego_api.dev import accounts
from lego_api.dev.leftovers import started_at
from lego_api.dev.ports import free_port, is_taken
from tests.support.backends import ROOT

WAITING = "waiting for another stack on this machine to have started\n"
SECONDS = 300.0  # for what takes up to twenty, when the machine is busy
# Variables of the one who runs the tests must not decide what a stack is made of, nor that every start compiles anew.
UNSET = (
    *("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT_URL", "S3_BUCKET", "COGNITO_ENDPOINT_URL", "OPENSEARCH_URL"),
    *("OPENSEARCH_AUTH", "OPENSEARCH_INDEX_PREFIX", "PARTS_LIST_QUEUE_URL"),
    "PYTHONDONTWRITEBYTECODE",
)

# Where no other test takes a port: a stack that waits for another one to start is long without its own.
API_PORTS = range(32_000, 32_700)


class Checkout:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        ignored = shutil.ignore_patterns("__pycache__")
        for name in ("src", "migrations"):
            shutil.copytree(ROOT / name, directory / name, ignore=ignored)
        for name in ("tests", "benchmarks"):
            (directory / name).mkdir()
        shutil.copy(ROOT / "Makefile", directory)

    @property
    def python(self) -> str:
        return sys.executable

    def environment(self, **variables: str) -> dict[str, str]:
        """Without OpenSearch, which takes seconds to start; with it when `LEGO_OPENSEARCH` is empty."""
        inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
        own = {"PYTHONPATH": str(self.directory / "src"), "LEGO_OPENSEARCH": "none"}
        return {**inherited, **own, **variables}

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`lego-api` with these arguments, to its end."""
        command = [sys.executable, "-m", "lego_api.cli", *arguments]
        return self._run(command, self.environment(**variables))

    def make(self, target: str) -> subprocess.CompletedProcess[str]:
        return self._run(["make", target, f"PYTHON={sys.executable}"], self.environment())

    def dev(self, **variables: str) -> "Dev":
        return Dev(self, free_port(random.choice(API_PORTS)), self.environment(**variables))

    def delete(self) -> None:
        accounts.delete(self.directory / ".dev" / "postgres")  # as root it may be elsewhere
        shutil.rmtree(self.directory)

    def _run(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command, cwd=self.directory, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        done.stderr = done.stderr.removeprefix(WAITING)  # for the stack of another test
        return done


class Dev:
    """`lego-api dev`, leading a process group as it does in a terminal."""

    def __init__(self, checkout: Checkout, port: int, environment: dict[str, str]) -> None:
        self.port = port
        self.url = f"http://localhost:{port}"
        self._output = checkout.directory / f"output-{port}.txt"
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lego_api.cli", "dev", "--port", str(port)],
                cwd=checkout.directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        try:
            self.wait_for("Ctrl-C")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def rows(self) -> dict[str, tuple[str, str]]:
        """The table: name -> address and origin."""
        table = self.output.partition("\n  API ")[2].partition("\n\n")[0]
        cells = [re.split(r"\s{2,}", line.strip()) for line in f"API {table}".splitlines()]
        return {name: (address, " ".join(origin)) for name, address, *origin in cells}

    @property
    def tokens(self) -> dict[str, str]:
        return dict(re.findall(r"^  (\S+@\S+)  Bearer (\S+)$", self.output, re.MULTILINE))

    @property
    def curl(self) -> str:
        return next(line for line in self.output.splitlines() if line.startswith("  curl "))

    def get(self, path: str, email: str = "alice@example.com") -> Any:
        answer = httpx.get(f"{self.url}{path}", headers={"Authorization": f"Bearer {self.tokens[email]}"}, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def wait_for(self, text: str) -> None:
        """Until it has printed the text."""
        self.wait_until(lambda: text in self.output or self.process.poll() is not None)
        assert text in self.output, self.output

    def wait_for_answer(
        self, path: str, satisfies: Callable[[httpx.Response], bool], headers: Mapping[str, str] | None = None
    ) -> None:
        """Until a fresh request is answered so; while uvicorn reloads, requests wait or are refused."""

        def answered() -> bool:
            with suppress(httpx.TransportError):
                return satisfies(httpx.get(f"{self.url}{path}", headers=headers, timeout=5))
            return False

        self.wait_until(answered)

    def send(self, number: signal.Signals) -> None:
        """To the whole foreground group, as a terminal does."""
        os.killpg(self.process.pid, number)

    def processes(self) -> dict[int, str | None]:
        """All that it has started, and itself; with when they were started, by which they are known again."""
        children: dict[int, list[int]] = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(status.read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                continue
            children.setdefault(parent, []).append(int(status.parent.name))
        found = [self.process.pid]
        for pid in found:
            found += children.get(pid, [])
        return {pid: started_at(pid) for pid in found}

    def assert_gone(self, processes: dict[int, str | None]) -> None:
        self.process.wait(SECONDS)
        self.wait_until(lambda: not any(started_at(pid) == started for pid, started in processes.items() if started))
        self.wait_until(lambda: not is_taken(self.port))  # the last thread of a killed process may still have it open

    def _end(self) -> None:
        """Asks it alone to stop, as a process manager does; nothing may be left then."""
        if self.process.poll() is None:
            processes = self.processes()
            self.process.terminate()
            self.assert_gone(processes)
        self.process.wait(SECONDS)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, self.output
            time.sleep(0.05)
