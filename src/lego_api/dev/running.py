"""Which stack `make dev` runs for this checkout: one at a time, found by the other commands."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from lego_api.dev.environment import isolate
from lego_api.dev.failure import Failure

PROJECT = Path(__file__).resolve().parents[3]
DIRECTORY = PROJECT / ".dev"
FILE = DIRECTORY / "stack.json"
NONE_RUNS = "no stack runs here: start one with `make dev`"


@dataclass(frozen=True, slots=True)
class RunningStack:
    api_url: str
    environment: Mapping[str, str]
    pids: Mapping[str, int]


@contextmanager
def only_one() -> Iterator[None]:
    """Holds, until our end whatever it is, the right to run the stack of this checkout."""
    try:
        DIRECTORY.mkdir(exist_ok=True)
        lock = (DIRECTORY / "lock").open("w")
    except PermissionError as error:
        raise Failure(
            f"{error.filename} cannot be written: if another user has run `make dev` here, "
            "run `make clean` as that user, else make the directory yours"
        ) from error
    except OSError as error:
        raise Failure(f"{error.filename} cannot be written: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure("`make dev` already runs in this directory") from None
        yield


@contextmanager
def announced(stack: RunningStack) -> Iterator[None]:
    # It may hold credentials of parts that the environment names.
    descriptor = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as file:
        json.dump(asdict(stack), file, indent=2)
    try:
        yield
    finally:
        FILE.unlink(missing_ok=True)


def running_stack() -> RunningStack:
    """Raises `Failure` when none runs, even if one that crashed has left its file."""
    try:
        with (DIRECTORY / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    except FileNotFoundError:
        raise Failure(NONE_RUNS) from None
    else:
        raise Failure(NONE_RUNS)
    try:
        return RunningStack(**json.loads(FILE.read_text()))
    except (FileNotFoundError, ValueError):
        raise Failure("the stack is still starting: try again when `make dev` has printed its table") from None


def adopt() -> RunningStack:
    """The running stack, whose environment becomes that of this process and its children. Raises `Failure`."""
    stack = running_stack()
    isolate()
    os.environ.update(stack.environment)
    return stack
