"""The function that people and the pipeline call: the commands of `lego-api`, where the database can be reached.

`{"command": ["migrate"]}` answers `{"exitCode": 0, "output": "..."}`. A command that fails makes the invocation fail,
with its output in the error.
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from lego_api.observability import redact

LONGEST_OUTPUT = 200_000  # bytes of its end; an answer may have 6 MB


class CommandFailed(Exception):
    pass


def handler(event: Any, _context: object) -> dict[str, Any]:
    """In a process of its own: a command may end it, and has an event loop that nothing else may use."""
    command = event.get("command") if isinstance(event, dict) else None
    if not isinstance(command, list) or not all(isinstance(word, str) for word in command):
        raise ValueError('the event must be {"command": ["word", ...]}')
    exit_code, output = _run([sys.executable, "-m", "lego_api.cli", *command])
    print(output, flush=True)
    if exit_code != 0:
        raise CommandFailed(f"exit code {exit_code}: {output[-2000:]}")
    return {"exitCode": exit_code, "output": output}


def _run(command: Sequence[str]) -> tuple[int, str]:
    """Its exit code, and the end of what it has written; of the rest nothing is kept. Without credentials."""
    kept = bytearray()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
    ) as process:
        assert process.stdout
        while written := process.stdout.read(64 * 1024):
            kept += written
            del kept[:-LONGEST_OUTPUT]
    return process.returncode, redact(kept.decode(errors="replace"))
