"""TCP ports on this machine."""

import fcntl
import os
import random
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from lego_api.dev.failure import Failure

HOST = "127.0.0.1"
# Below the range that systems take the ports of outgoing connections from: one of those must not take a server's port
# between our choice and its start, or while a test restarts it.
CHOICE = range(20_000, 32_000)


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else who asks for this on this machine takes a port between our choice and our servers' start."""
    directory = os.open(tempfile.gettempdir(), os.O_RDONLY)
    try:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another stack on this machine to have started", file=sys.stderr)
            fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def is_taken(port: int) -> bool:
    """Raises `PermissionError` for a port that is not ours to take."""
    # Both, since a server on another address of this machine (::1, or all) would get the clients' connections.
    with suppress(OSError), socket.create_connection(("localhost", port), timeout=0.5):
        return True
    return not _can_bind(port)


def free_port(preferred: int | None = None) -> int:
    """A port that nothing listens on: the preferred one if possible."""
    if preferred is not None and not is_taken(preferred):
        return preferred
    return next(port for port in random.sample(CHOICE, len(CHOICE)) if _can_bind(port))


@contextmanager
def claimed_port(choice: Sequence[int], *, preferred: int | None = None) -> Iterator[int]:
    """A free port of a few; nobody else on this machine who claims one gets it meanwhile. Raises `Failure`."""
    candidates = random.sample(choice, len(choice))
    for port in candidates if preferred is None else (preferred, *candidates):
        with _claim(port) as claimed:
            if claimed and not is_taken(port):
                yield port
                return
    raise Failure(f"all ports from {min(choice)} to {max(choice)} are taken")


@contextmanager
def _claim(port: int) -> Iterator[bool]:
    try:
        file = os.open(Path(tempfile.gettempdir(), f"lego-api-port-{port}.lock"), os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError:  # somebody else's file, in a directory of the careful kind
        yield False
        return
    try:
        yield _locked(file)
    finally:
        os.close(file)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that are only waiting to be forgotten
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True
