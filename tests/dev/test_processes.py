"""Programs that are run to their end."""

import sys
from pathlib import Path

import pytest

from lego_api.dev.failure import Failure
from lego_api.dev.leftovers import started_at
from lego_api.dev.processes import Child


def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    code = f"import os, signal; open({str(noted)!r}, 'w').write(str(os.getpid())); print('on it'); signal.pause()"
    endless = Child("endless", [sys.executable, "-u", "-c", code], directory=tmp_path)
    with pytest.raises(Failure, match="endless did not end within 3 seconds"):
        endless.run(seconds=3)
    assert not noted.exists() or started_at(int(noted.read_text())) is None
    assert list((tmp_path / "run").iterdir()) == []


def test_one_that_is_stopped_is_not_waited_for(tmp_path: Path) -> None:
    """As by another thread, while it is starting."""
    child = Child("stopped", [sys.executable, "-c", "import signal; signal.pause()"], directory=tmp_path)
    child.start()

    def ask() -> None:
        child.stop()
        raise ConnectionError

    with pytest.raises(Failure, match="stopped"):
        child.wait_for(ask, seconds=3600)
