"""Processes that outlived a crash of the program that started them: noted in files, stopped by the next start.

A process id alone may belong to somebody else by then; so a note also holds when the process was started.
"""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 10.0


def started_at(pid: int) -> str | None:
    """When a process was started, in the system's own words; None when no such process runs."""
    try:
        # After the name in parentheses, which may itself hold spaces, come the state and then 18 more numbers.
        state, *numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            return None
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None
    return None if state == "Z" else numbers[18]


def note(file: Path, pid: int, stop_signal: signal.Signals) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"pid": pid, "started_at": started_at(pid), "stop_signal": stop_signal.name}))


def stop(file: Path) -> None:
    """Stops the noted process and its group, if it still runs, and forgets the note."""
    try:
        noted = json.loads(file.read_text())
        pid, stop_signal = int(noted["pid"]), signal.Signals[noted["stop_signal"]]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):  # cut off while it was written
        file.unlink()
        return

    def runs() -> bool:
        return noted["started_at"] is not None and started_at(pid) == noted["started_at"]

    if runs():
        with suppress(ProcessLookupError):
            os.kill(pid, stop_signal)
        deadline = time.monotonic() + GRACE_SECONDS
        while runs() and time.monotonic() < deadline:
            time.sleep(0.05)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    file.unlink(missing_ok=True)


def stop_all(directory: Path) -> None:
    for file in sorted(directory.glob("*.pid")):
        stop(file)
