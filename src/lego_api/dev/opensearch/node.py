"""An OpenSearch node over plain HTTP, on a directory of its own."""

import json
import signal
from pathlib import Path
from uuid import uuid4

from lego_api.dev import health
from lego_api.dev.failure import Failure
from lego_api.dev.opensearch.installation import VERSION, find
from lego_api.dev.ports import HOST, is_taken
from lego_api.dev.processes import Child

PORTS = range(9201, 9300)  # the runner takes no others
CONFIGURATION = Path(__file__).with_name("config")
MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
# Compiling less of itself, it starts in half the time.
JAVA_OPTIONS = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
START_SECONDS = 150.0


class OpenSearch:
    """`port` is one of `PORTS`. Raises `Failure` where the machine has nothing to run it on."""

    def __init__(self, directory: Path, port: int, *, durable: bool) -> None:
        self._installation = find()
        self._home = directory / "opensearch" / VERSION  # others may not read its data
        self._logs = directory
        self._port = port
        self._durable = durable
        self._cluster = ""
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def offers(self) -> dict[str, dict[str, str]]:
        return {"OPENSEARCH_URL": {"OPENSEARCH_URL": self.url}}

    @property
    def origin(self) -> str:
        return self._installation.origin

    def start(self) -> None:
        """Raises `Failure`, with nothing left running."""
        try:
            self.launch()
            self.wait()
        except BaseException:
            self.stop()
            raise

    def launch(self) -> None:
        """Fetches it, if it was never started on this machine, and returns when it is starting: which takes seconds."""
        self._installation.fetch(self._logs)
        if is_taken(self._port):
            raise Failure(f"port {self._port} is taken")
        self._cluster = f"lego-api-{uuid4().hex}"
        self.child = Child(
            "opensearch",
            self._command(),
            directory=self._logs,
            stop_signal=signal.SIGTERM if self._durable else signal.SIGKILL,
        )
        self.child.start()

    def wait(self) -> None:
        assert self.child is not None
        self.child.wait_for(self._ask, seconds=START_SECONDS)

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def _command(self) -> list[str | Path]:
        java: list[str | Path] = [self._installation.java, *JAVA_OPTIONS]
        options = {
            "basePath": str(self._home),
            "confPath": str(CONFIGURATION),
            "clusterName": self._cluster,
            "numOfNode": "1",
            "baseHttpPort": str(self._port - 1),  # it counts its nodes from 1
        }
        arguments = (word for name, value in options.items() for word in (f"-{name}", value))
        return [*java, "-cp", f"{self._installation.jars}/*", MAIN, *arguments]

    def _ask(self) -> None:
        # It moves to another port when somebody has been faster, who must not be taken for it.
        answering = json.loads(health.get_local(self._port, "/"))["cluster_name"]
        if answering != self._cluster:
            raise ConnectionError(f"{self.url} is {answering}")
        health.get_local(self._port, "/_cluster/health?wait_for_status=yellow&timeout=1s")
