"""The OpenSearch that the tests of one run share: it starts behind the tests that do not need it."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, NoReturn

import httpx
import pytest

from lego_api.dev import health
from lego_api.dev.failure import Failure
from lego_api.dev.opensearch.node import PORTS, OpenSearch
from lego_api.dev.ports import claimed_port
from tests.support.backends import IN_CONTAINERS

IMAGE = "opensearchproject/opensearch:2"
NOT_RUN = "needs OpenSearch: "  # how the reason of a test that was skipped for the lack of it begins
REQUIRED = os.environ.get("REQUIRE_OPENSEARCH") == "1"


class Outcome(NamedTuple):
    """Of starting it."""

    url: str | None
    report: str  # what it is; without an address, why there is none


class SearchServer:
    """Belongs to the process that controls the run. Whoever else reads `file` waits until it has started, or failed."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="lego-api-search-"))
        self.file = self._directory / "outcome.json"
        self._outcome = self.file.open("w")
        fcntl.flock(self._outcome, fcntl.LOCK_EX)
        self._running = ExitStack()
        self._node: OpenSearch | None = None
        self._thread = threading.Thread(target=self._start, daemon=True)

    def start(self) -> None:
        """Returns at once."""
        self._thread.start()

    @property
    def is_starting(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Also while it is still starting."""
        self._stop_node()
        while self.is_starting:
            self._thread.join(0.1)
            self._stop_node()
        self._running.close()
        self._outcome.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _stop_node(self) -> None:
        if self._node:
            self._node.stop()

    def _start(self) -> None:
        try:
            outcome = self._find()
        except BaseException as error:
            outcome = Outcome(None, str(error) or type(error).__name__)
        with self._outcome as file:
            json.dump(outcome, file)

    def _find(self) -> Outcome:
        if given := os.environ.get("OPENSEARCH_URL"):
            health.ask_opensearch(given)
            return Outcome(given, "given by the environment")
        if IN_CONTAINERS:
            return self._start_container()
        try:
            return self._start_node()
        except Failure:
            if os.environ.get("LEGO_OPENSEARCH") == "none" or not _docker_answers():
                raise
            return self._start_container()

    def _start_node(self) -> Outcome:
        port = self._running.enter_context(claimed_port(PORTS))
        self._node = OpenSearch(self._directory, port, durable=False)
        self._node.start()
        return Outcome(self._node.url, self._node.origin)

    def _start_container(self) -> Outcome:
        from testcontainers.core.container import DockerContainer
        from testcontainers.core.wait_strategies import HttpWaitStrategy

        container = DockerContainer(IMAGE).with_exposed_ports(9200)
        container.with_envs(
            **{"discovery.type": "single-node", "OPENSEARCH_JAVA_OPTS": "-Xms512m -Xmx512m"},
            **dict.fromkeys(("DISABLE_SECURITY_PLUGIN", "DISABLE_INSTALL_DEMO_CONFIG"), "true"),
        )
        container.waiting_for(HttpWaitStrategy(9200, "/_cluster/health").with_startup_timeout(180))
        self._running.enter_context(container)
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(9200)}"
        return Outcome(url, f"container: {IMAGE}")


def await_outcome(file: Path) -> Outcome:
    with file.open() as outcome:
        fcntl.flock(outcome, fcntl.LOCK_SH)
        written = outcome.read()
    return Outcome(*json.loads(written)) if written else Outcome(None, "what was starting it has ended")


def needed(reason: str) -> NoReturn:
    """What becomes of a test that needs OpenSearch where there is none."""
    if REQUIRED:
        pytest.fail(f"{NOT_RUN}{reason}")
    pytest.skip(f"{NOT_RUN}{reason}")


def delete_indices(url: str, prefix: str) -> None:
    found = httpx.get(f"{url}/_cat/indices/{prefix}-*", params={"format": "json"}, timeout=60).raise_for_status()
    for name in (row["index"] for row in found.json()):
        httpx.delete(f"{url}/{name}", timeout=60).raise_for_status()


def _docker_answers() -> bool:
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "version"], capture_output=True, timeout=60, check=False).returncode == 0
