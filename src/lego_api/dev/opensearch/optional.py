"""OpenSearch where it can be had. Where it cannot, PostgreSQL answers searches, and the reason is told."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from lego_api.dev.failure import Failure
from lego_api.dev.opensearch.node import PORTS, OpenSearch
from lego_api.dev.ports import claimed_port
from lego_api.dev.processes import Child

PREFERRED_PORT = PORTS[0]


class OptionalOpenSearch:
    """Offers nothing once it is known that there is none: of its steps none raises `Failure`."""

    def __init__(self, directory: Path) -> None:
        self._claim = ExitStack()
        self._node: OpenSearch | None = None
        self._why_none = ""
        try:
            port = self._claim.enter_context(claimed_port(PORTS, preferred=PREFERRED_PORT))
            self._node = OpenSearch(directory, port, durable=True)
        except Failure as failure:
            self._why_none = str(failure)

    @property
    def child(self) -> Child | None:
        return self._node.child if self._node else None

    @property
    def offers(self) -> dict[str, dict[str, str]]:
        return self._node.offers if self._node else {}

    @property
    def origin(self) -> str:
        return self._node.origin if self._node else f"none: PostgreSQL answers searches ({self._why_none})"

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        self._try(OpenSearch.launch)

    def wait(self) -> None:
        self._try(OpenSearch.wait)

    def stop(self) -> None:
        if self._node:
            self._node.stop()
        self._claim.close()

    def _try(self, step: Callable[[OpenSearch], None]) -> None:
        if self._node is None:
            return
        try:
            step(self._node)
        except Failure as failure:
            print(failure, file=sys.stderr, flush=True)  # in full; the table has one line for it
            self._why_none = str(failure).partition(". ")[0]
            self.stop()
            self._node = None
