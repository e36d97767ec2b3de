"""Files that are never seen half written."""

from pathlib import Path


def replace(file: Path, content: bytes) -> None:
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.rename(file)
