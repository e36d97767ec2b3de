"""The function that people and the pipeline call: the commands of `lego-api`, where the database can be reached.

`{"command": ["migrate"]}` answers `{"exitCode": 0, "output": "..."}`. A command that fails makes the invocation fail,
with its output in the error.
"""

import subprocess
import sys
from typing import Any

LONGEST_OUTPUT = 200_000  # characters of its end; an answer may have 6 MB


class CommandFailed(Exception):
    pass


def handler(event: Any, _context: object) -> dict[str, Any]:
    """In a process of its own: a command may end it, and has an event loop that nothing else may use."""
    command = event.get("command") if isinstance(event, dict) else None
    if not isinstance(command, list) or not all(isinstance(word, str) for word in command):
        raise ValueError('the event must be {"command": ["word", ...]}')
    done = subprocess.run(
        [sys.executable, "-m", "lego_api.cli", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    output = done.stdout[-LONGEST_OUTPUT:]
    print(output, flush=True)
    if done.returncode != 0:
        raise CommandFailed(f"exit code {done.returncode}: {output[-2000:]}")
    return {"exitCode": done.returncode, "output": output}
