"""TCP ports on this machine."""

import random
import socket
from contextlib import suppress

HOST = "127.0.0.1"
# Below the range that systems take the ports of outgoing connections from: one of those must not take a server's port
# between our choice and its start, or while a test restarts it.
CHOICE = range(20_000, 32_000)


def is_taken(port: int) -> bool:
    # Both, since a server on another address of this machine (::1, or all) would get the clients' connections.
    with suppress(OSError), socket.create_connection(("localhost", port), timeout=0.5):
        return True
    return not _can_bind(port)


def free_port(preferred: int | None = None) -> int:
    """A port that nothing listens on: the preferred one if possible."""
    if preferred is not None and not is_taken(preferred):
        return preferred
    return next(port for port in random.sample(CHOICE, len(CHOICE)) if _can_bind(port))


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that are only waiting to be forgotten
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
