"""Child processes that never outlive us, whatever ends us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from lego_api.dev import leftovers
from lego_api.dev.accounts import Account, popen_arguments
from lego_api.dev.failure import Failure

Answer = TypeVar("Answer")

GRACE_SECONDS = 10.0
TAIL_LINES = 25
PR_SET_PDEATHSIG = 1

# Linux ends a tied child with the thread that started it, so all are started by one thread that lives as long as we.
_starter = ThreadPoolExecutor(1, thread_name_prefix="starts-children")
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """A process in a group of its own (so a terminal's Ctrl-C does not reach it), writing to a log file.

    On Linux it dies with us even when we are killed; elsewhere the next start finds it by `pid_file`.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        working_directory: Path | None = None,
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.log = directory / "log" / f"{name}.log"
        self._pid_file = directory / "run" / f"{name}.pid"
        self._command = [str(part) for part in command]
        self._environment = environment
        self._working_directory = working_directory
        self._account = account
        self._stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs, and before it was started."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        leftovers.stop(self._pid_file)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process = _starter.submit(self._start).result()
        leftovers.note(self._pid_file, self._process.pid, self._stop_signal)

    def run(self, *, seconds: float | None = None) -> None:
        """To its end. Raises `Failure` when that is not a good one, or takes longer."""
        self.start()
        assert self._process is not None
        try:
            if self._process.wait(seconds) != 0:
                raise self.failure()
        except subprocess.TimeoutExpired:
            raise self.failure(f"did not end within {seconds:.0f} seconds") from None
        finally:
            self.stop()

    def stop(self) -> None:
        """Asks politely, then kills, with everything that the child has started itself."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(self._stop_signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._pid_file.unlink(missing_ok=True)

    def wait_for(self, answer: Callable[[], Answer], *, seconds: float = 30.0) -> Answer:
        """The first answer that is not an exception. Raises `Failure`."""
        deadline = time.monotonic() + seconds
        while True:
            # Asked first: what answers could be somebody else, on the same port.
            if self._process is None or self.exit_code is not None:
                raise self.failure()
            try:
                return answer()
            except (ImportError, Failure):
                raise
            except Exception as error:
                if time.monotonic() > deadline:
                    raise self.failure(f"did not answer within {seconds:.0f} seconds ({error})") from None
            time.sleep(0.02)

    def failure(self, what: str | None = None) -> Failure:
        """That it stopped, or `what` else; with what it logged last."""
        what = what or f"stopped: {_reason(self.exit_code)}"
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:] if self.log.exists() else []
        return Failure("\n".join([f"{self.name} {what}. The end of {self.log}:", *(f"  {line}" for line in lines)]))

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self._working_directory,
                start_new_session=True,
                preexec_fn=partial(end_with, os.getpid(), self._stop_signal) if _libc else None,
                **popen_arguments(self._account),
            )


def end_with(parent: int, stop_signal: signal.Signals) -> None:
    """Ties this process to its parent: when that ends, however it ends, it gets the signal. On Linux only."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # it ended before we were tied to it
            os._exit(1)


def _reason(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return f"killed by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"killed by signal {-exit_code}"
