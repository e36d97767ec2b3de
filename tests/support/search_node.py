"""An OpenSearch of a test's own, to which things happen."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from lego_api.dev.failure import Failure
from lego_api.dev.opensearch.node import PORTS, OpenSearch
from lego_api.dev.ports import claimed_port
from tests.support.search_server import needed


class SearchNode:
    """Runs when it is entered. Killed and started again, it has the same address and the same data."""

    def __init__(self) -> None:
        self._running = ExitStack()
        directory = Path(tempfile.mkdtemp(prefix="lego-api-node-"))
        self._running.callback(shutil.rmtree, directory, ignore_errors=True)
        try:
            self._node = OpenSearch(directory, self._running.enter_context(claimed_port(PORTS)), durable=False)
        except Failure as failure:
            self._running.close()
            needed(str(failure))
        self.url = self._node.url

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._running.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._node.stop()
        self._running.close()

    def start(self) -> None:
        """Returns when it answers, with the data that it had."""
        self._node.start()

    def kill(self) -> None:
        """By SIGKILL: returns when it is gone."""
        self._node.stop()

    @contextmanager
    def killed(self) -> Iterator[None]:
        self.kill()
        yield
        self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Stopped: connections are still accepted, by the system, and nothing is answered."""
        self._signal(signal.SIGSTOP)
        yield
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._node.child is not None
        assert self._node.child.pid is not None
        os.kill(self._node.child.pid, number)
