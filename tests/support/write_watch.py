"""Copied beside Lambda's runtime under the name `sitecustomize`, which every Python imports when it starts.

It makes a file system of which only /tmp can be written, as Lambda has: attempts to write elsewhere fail as they do
there. The file that `WRITE_WATCH` names tells of them, and of the memory that a process had taken when it ended.
"""

import atexit
import errno
import os
import sys
from typing import Any

IMAGE = os.environ["IMAGE_ROOT"]
REPORT = os.environ["WRITE_WATCH"]
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = frozenset(
    f"os.{name}"
    for name in ("chmod", "chown", "link", "mkdir", "remove", "rename", "rmdir", "symlink", "truncate", "utime")
)


def tell(line: str) -> None:
    report = os.open(REPORT, os.O_WRONLY | os.O_APPEND)
    os.write(report, f"{line}\n".encode())
    os.close(report)


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        paths = arguments[:1] if arguments[2] & WRITING else ()
    elif event in CHANGES:
        paths = arguments[:2]
    else:
        return
    for path in paths:
        if isinstance(path, (str, bytes)) and not _may_be_written(os.path.abspath(os.fsdecode(path))):
            tell(f"{event} {os.fsdecode(path)}")
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)


def _may_be_written(path: str) -> bool:
    return path in ("/tmp", os.devnull) or (path.startswith("/tmp/") and not path.startswith(IMAGE))


def _tell_of_memory() -> None:
    with open("/proc/self/status") as status:
        tell(next(line for line in status if line.startswith("VmHWM")).strip())


sys.addaudithook(watch)
atexit.register(_tell_of_memory)
