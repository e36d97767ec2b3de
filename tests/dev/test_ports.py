"""Ports of which there are few: shared by all stacks and test runs of a machine."""

import socket
from pathlib import Path

import pytest

from lego_api.dev.failure import Failure
from lego_api.dev.opensearch.node import PORTS, OpenSearch
from lego_api.dev.ports import CHOICE, HOST, claimed_port, free_port
from tests.dev.programs import Programs


@pytest.fixture
def port() -> int:
    """Where nobody listens, and which no other test claims."""
    return free_port()


def test_the_preferred_one_unless_somebody_listens_there(port: int) -> None:
    with claimed_port(CHOICE, preferred=port) as claimed:
        assert claimed == port
    with socket.create_server((HOST, port)), claimed_port(CHOICE, preferred=port) as claimed:
        assert claimed != port


def test_nobody_else_gets_one_that_is_claimed(port: int) -> None:
    only = range(port, port + 1)
    with claimed_port(only):
        with pytest.raises(Failure, match=f"all ports from {port} to {port} are taken"), claimed_port(only):
            pass
        with claimed_port(CHOICE, preferred=port) as other:
            assert other != port
    with claimed_port(only) as again:
        assert again == port


def test_an_error_is_passed_on_and_gives_the_port_back(port: int) -> None:
    only = range(port, port + 1)
    with pytest.raises(BlockingIOError), claimed_port(only):
        raise BlockingIOError
    with claimed_port(only):
        pass


def test_a_node_does_not_start_where_somebody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs(tmp_path / "bin")
    programs.java()
    programs.maven()
    monkeypatch.setenv("PATH", str(programs.path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("JAVA_HOME", "LEGO_OPENSEARCH"):
        monkeypatch.delenv(name, raising=False)
    with claimed_port(PORTS) as port, socket.create_server((HOST, port)):
        node = OpenSearch(tmp_path, port, durable=False)
        with pytest.raises(Failure, match=f"port {port} is taken"):
            node.start()
        assert node.child is None
