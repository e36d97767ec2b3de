"""`lego-api dev`: the stack, the migrated and seeded API on it, and one table that says where everything is."""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from lego_api.dev import health, leftovers
from lego_api.dev.banner import banner
from lego_api.dev.environment import OPENSEARCH_URL, QUEUE_URL
from lego_api.dev.failure import Failure
from lego_api.dev.ports import HOST, alone, free_port, is_taken
from lego_api.dev.processes import Child
from lego_api.dev.running import DIRECTORY, PROJECT, RunningStack, announced, only_one
from lego_api.dev.stack import Part, Stack
from lego_api.dev.tokens import seed_variables
from lego_api.parts_lists.resuming import OVERDUE

START_SECONDS = 30.0
WATCH_SECONDS = 0.2
# A whole one, up to the error it ends with: it may still be being written.
TRACEBACK = re.compile(r"^Traceback \(most recent call last\):\n(?: .*\n|\n)*\S.*\n", re.MULTILINE)


class _Stopped(BaseException):
    """Somebody wants us to end: raised wherever we are, so that every `finally` runs."""


def serve(port: int, host: str = HOST) -> None:
    """Returns when it is told to stop. Raises `Failure` when it cannot start, or when something that runs dies."""
    with _until_stopped(), ExitStack() as running:
        running.enter_context(only_one())
        leftovers.stop_all(DIRECTORY / "run")
        with alone():
            _require(port)
            stack = running.enter_context(Stack(DIRECTORY))
            variables = {**os.environ, **stack.environment}
            _python("migrate", "lego_api.cli", "migrate", environment=variables).run()
            _fill_index(stack, variables)
            api = _api(host, port, variables)
            running.callback(api.stop)
            api.start()
            events = _events(variables)
            if events:
                running.callback(events.stop)
                events.start()
            api.wait_for(lambda: _ask(api, port), seconds=START_SECONDS)

        api_url = f"http://localhost:{port}"
        seed = seed_variables(stack.environment, api_url)
        _python("seed", "lego_api.dev.seed", environment={**variables, **seed}).run()

        own = [api, events] if events else [api]
        children = [*own, *(server.child for server in stack.servers if server.child)]
        pids = {child.name: child.pid for child in children if child.pid}
        running.enter_context(announced(RunningStack(api_url, stack.environment, pids)))
        print(banner([*stack.parts, _parts_lists(stack.environment)], api_url, seed), flush=True)
        _watch(children, [child.log for child in own])


def _fill_index(stack: Stack, variables: Mapping[str, str]) -> None:
    """Before the first write, which would have to wait for an index. A failure is for the maintenance to make good."""
    if OPENSEARCH_URL not in stack.environment:
        return
    # One that is given may be searched by others: what is there already stays. Ours may be older than the database.
    command = "reindex" if stack.opensearch else "relay"
    try:
        _python("index", "lego_api.cli", command, environment=variables).run()
    except Failure as failure:
        print(f"{failure}\nUntil there is an index, PostgreSQL answers searches", file=sys.stderr, flush=True)


def _require(port: int) -> None:
    try:
        if not is_taken(port):
            return
    except PermissionError:
        raise Failure(f"port {port} is for administrators: choose one above 1023, `make dev PORT=9000`") from None
    other = free_port(min(port + 100, 65_535))
    raise Failure(f"port {port} is taken: choose another one, `make dev PORT={other}`")


def _ask(api: Child, port: int) -> None:
    # uvicorn would wait for a change of the file that cannot be imported; whoever is starting does not know of it yet.
    if TRACEBACK.search(api.log.read_text(errors="replace")):
        raise api.failure("cannot start")
    health.get_local(port, "/health")


def _api(host: str, port: int, environment: Mapping[str, str]) -> Child:
    options = {"host": host, "port": str(port), "reload-dir": "src", "timeout-graceful-shutdown": "3"}
    flags = ["--reload", "--no-proxy-headers", "--no-access-log", *(["--use-colors"] if sys.stderr.isatty() else [])]
    arguments = [*flags, *(f"--{name}={value}" for name, value in options.items())]
    return _python("api", "uvicorn", "lego_api.dev.reloaded:app", *arguments, environment=environment)


def _events(environment: Mapping[str, str]) -> Child | None:
    """None where nobody tells of what is stored."""
    if QUEUE_URL not in environment:
        return None
    return _python("events", "lego_api.dev.events", environment=environment)


def _parts_lists(environment: Mapping[str, str]) -> Part:
    """Who reads the large ones, and those that were sent to the bucket directly."""
    if url := environment.get(QUEUE_URL):
        return Part("Parts lists", url, "read when the bucket says that they are stored")
    minutes = int(OVERDUE.total_seconds() // 60)
    return Part("Parts lists", "-", f"no {QUEUE_URL} with a given S3: read after {minutes} minutes, by the API")


def _python(name: str, module: str, *arguments: str, environment: Mapping[str, str]) -> Child:
    command = [sys.executable, "-m", module, *arguments]
    return Child(name, command, directory=DIRECTORY, environment=environment, working_directory=PROJECT)


def _watch(children: Sequence[Child], logs: Sequence[Path]) -> NoReturn:
    """Shows what is added to the logs, until a child dies."""
    with ExitStack() as files:
        outputs = [files.enter_context(log.open("rb")) for log in logs]
        for output in outputs:
            output.seek(0, os.SEEK_END)
        while True:
            for output in outputs:
                sys.stderr.buffer.write(output.read())
            sys.stderr.buffer.flush()
            for child in children:
                if child.exit_code is not None:
                    raise child.failure()
            time.sleep(WATCH_SECONDS)


@contextmanager
def _until_stopped() -> Iterator[None]:
    stop_signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for number in stop_signals:  # an impatient second one must not interrupt the cleaning up
            signal.signal(number, signal.SIG_IGN)
        raise _Stopped

    for number in stop_signals:
        signal.signal(number, stop)
    try:
        yield
    except _Stopped:
        print("\nstopped", file=sys.stderr)
