"""Processes that outlived a crash, as they do where no child can be tied to its parent."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lego_api.dev import leftovers

pytestmark = pytest.mark.large

SLEEPING = [sys.executable, "-c", "import signal; print('ready', flush=True); signal.pause()"]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEPING, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def test_the_next_start_stops_them(process: subprocess.Popen[bytes], tmp_path: Path) -> None:
    leftovers.note(tmp_path / "run" / "part.pid", process.pid, signal.SIGTERM)
    leftovers.stop_all(tmp_path / "run")
    assert process.wait(60) == -signal.SIGTERM
    assert list((tmp_path / "run").iterdir()) == []


def test_somebody_else_with_the_same_id_is_left_alone(process: subprocess.Popen[bytes], tmp_path: Path) -> None:
    file = tmp_path / "part.pid"
    leftovers.note(file, process.pid, signal.SIGTERM)
    file.write_text(json.dumps({**json.loads(file.read_text()), "started_at": "long ago"}))
    leftovers.stop(file)
    assert process.poll() is None
    assert not file.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"pid": 1', '{"pid": null, "stop_signal": "SIGTERM"}'])
def test_a_note_that_was_cut_off_is_forgotten(content: str, tmp_path: Path) -> None:
    file = tmp_path / "part.pid"
    file.write_text(content)
    leftovers.stop_all(tmp_path)
    assert not file.exists()
