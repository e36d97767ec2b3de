"""Functions of the image, each in a process of its own, called as Lambda calls them: by its runtime client."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from lego_api.config import Settings
from lego_api.dev.accounts import popen_arguments
from tests.support.clients import event_of, response_of
from tests.support.image import Image
from tests.support.runtime_api import Outcome, RuntimeApi

Json = dict[str, Any]

SECONDS = 120.0  # for anything to happen at all


class FunctionError(Exception):
    """What the function has reported in place of an answer."""

    def __init__(self, outcome: Outcome, log: str) -> None:
        report = json.loads(outcome.body) if outcome.body else {}
        super().__init__(f"{outcome.kind}: {report.get('errorMessage')}\n{log}")
        self.kind = outcome.kind
        self.type: str = report.get("errorType", "")
        self.message: str = report.get("errorMessage", "")


class ImageFunction:
    def __init__(self, process: "subprocess.Popen[str]", api: RuntimeApi, watch: Path) -> None:
        self.process = process
        self._api = api
        self._watch = watch
        self._lines: list[str] = []
        self._written = threading.Condition()
        self._started = time.monotonic()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def log(self) -> str:
        """All that it has written so far."""
        return "".join(self._lines)

    @property
    def init_seconds(self) -> float:
        """From the start of the process until it asked for its first event."""
        assert self._api.waiting.wait(SECONDS), self.log
        return self._api.waiting_since - self._started

    @property
    def peak_megabytes(self) -> int:
        """The most memory it has taken so far, and that of the largest process that it has started on top of it."""
        return _peak(Path(f"/proc/{self.process.pid}/status").read_text()) + _peak(self._watch.read_text())

    @property
    def forbidden_writes(self) -> list[str]:
        return [line for line in self._watch.read_text().splitlines() if not line.startswith("VmHWM")]

    def invoke(self, event: Any) -> Any:
        """Its answer. Raises `FunctionError`, also when it ends without one."""
        self._api.send(json.dumps(event).encode())
        return self.outcome()

    def outcome(self) -> Any:
        outcome = self._api.outcomes.get(timeout=SECONDS)
        if outcome.kind != "answer":
            raise FunctionError(outcome, self.log)
        return json.loads(outcome.body)

    def line(self, wanted: Callable[[Json], bool]) -> Json:
        """Waits for the line of its log that is wanted."""
        with self._written:
            assert self._written.wait_for(lambda: any(map(wanted, self.json_lines())), SECONDS), self.log
            return next(filter(wanted, self.json_lines()))

    def json_lines(self) -> list[Json]:
        return [json.loads(line) for line in self._lines if line.startswith("{")]

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._written:
                self._lines.append(line)
                self._written.notify_all()
        self._api.outcomes.put(Outcome("ended"))

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)
        self._reader.join(SECONDS)


@contextmanager
def image_function(image: Image, entrypoint: str, variables: dict[str, str]) -> Iterator[ImageFunction]:
    """`variables` come on top of what Lambda sets. Whatever it does, it may not write elsewhere than in /tmp."""
    handler = f"lego_api.entrypoints.{entrypoint}.handler"
    with watch_report(image) as watch, RuntimeApi() as api:
        environment = image.environment | variables
        environment |= {"AWS_LAMBDA_RUNTIME_API": api.address, "WRITE_WATCH": str(watch), "_HANDLER": handler}
        process = subprocess.Popen(
            [image.python, "-m", "awslambdaric", handler],
            cwd=image.task,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **popen_arguments(image.account),
        )
        with process:
            function = ImageFunction(process, api, watch)
            try:
                yield function
            finally:
                function.stop()
        assert function.forbidden_writes == []


@contextmanager
def watch_report(image: Image) -> Iterator[Path]:
    """The file in which the watch of writes reports; the processes of the image can write it."""
    directory = Path(tempfile.mkdtemp(prefix="lego-api-watch-", dir="/tmp"))
    try:
        report = directory / "report"
        report.touch()
        if image.account:
            image.account.take(directory)
        yield report
    finally:
        shutil.rmtree(directory)


def variables_of(settings: Settings) -> dict[str, str]:
    """The environment in which an application finds these settings."""
    variables = {name.upper(): _written(value) for name, value in settings if value is not None}
    return variables | {name: os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}


def _written(value: Any) -> str:
    match value:
        case tuple():
            return ",".join(value)
        case SecretStr():
            return value.get_secret_value()
    return str(value)


class Gateway(httpx.BaseTransport):
    """API Gateway in front of a function."""

    def __init__(self, function: ImageFunction) -> None:
        self._function = function

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return response_of(self._function.invoke(event_of(request)))


def _peak(text: str) -> int:
    """Megabytes, of the largest of the processes that the text tells of."""
    return max((int(kilobytes) for kilobytes in re.findall(r"VmHWM:\s+(\d+) kB", text)), default=0) // 1024
