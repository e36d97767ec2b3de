"""`lego-api reindex` as a process of its own, and rows by the thousand for it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import httpx

from lego_api.config import Settings
from tests.faults.processes import environment
from tests.support.database import Database

INSERT_MOCS = """
    INSERT INTO moc_instructions (user_id, title, type, description, tags, theme)
    SELECT 'user-' || n % 100, 'Castle ' || $1 || n, 'moc', 'With ' || n || ' towers and a drawbridge',
        '["medieval", "knights"]', 'Castle'
    FROM generate_series(1, $2::int) AS n
"""
INSERT_IMAGES = """
    INSERT INTO gallery_images (user_id, title, image_url)
    SELECT 'user-' || n % 100, 'Castle ' || $1 || n, '/uploads/' || n || '.jpg' FROM generate_series(1, $2::int) AS n
"""
INSERT_WISHES = """
    INSERT INTO wishlist_items (user_id, title, sort_order)
    SELECT 'user-' || n % 100, 'Castle ' || $1 || n, n::text FROM generate_series(1, $2::int) AS n
"""


@dataclass(frozen=True)
class Ended:
    """`peak`: bytes of memory."""

    code: int
    output: str
    errors: str
    peak: int


class Command:
    """It runs while the block does, and is killed in the end if it still does."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: IO[bytes], errors: IO[bytes]) -> None:
        self._process = process
        self._output, self._errors = output, errors

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> Ended:
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        for file in (self._output, self._errors):
            file.seek(0)
        output, errors = self._output.read().decode(), self._errors.read().decode()
        return Ended(self._process.returncode, output, errors, usage.ru_maxrss * 1024)


@contextmanager
def reindexing(settings: Settings, *arguments: str) -> Iterator[Command]:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "lego_api.cli", "reindex", *arguments],
            env=environment(settings),
            stdout=output,
            stderr=errors,
        )
        with process:
            try:
                yield Command(process, output, errors)
            finally:
                process.kill()


def reindex(settings: Settings, *arguments: str) -> Ended:
    with reindexing(settings, *arguments) as command:
        return command.wait()


def insert_rows(database: Database, count: int, *, begin: str = "") -> None:
    """So many of each kind; titles are `Castle`, `begin` and a number."""
    for statement in (INSERT_MOCS, INSERT_IMAGES, INSERT_WISHES):
        database.fetch(statement, begin, count)


def indices(settings: Settings) -> dict[str, set[str]]:
    """Those of the prefix, and the aliases of each."""
    prefix = settings.opensearch_index_prefix
    found = httpx.get(f"{settings.opensearch_url}/{prefix}-*/_alias", timeout=60).raise_for_status().json()
    return {name: set(about["aliases"]) for name, about in found.items()}
