"""What storing a parts list adds to parsing it: through the handler of S3's events, on real servers."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

from benchmarks.image_worker import peak_megabytes
from benchmarks.timing import interleaved, print_ratios
from lego_api.config import Settings
from lego_api.entrypoints.parts_list_import import import_stored
from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits
from lego_api.resources import Resources
from tests.support.backends import start_backend, worker_settings
from tests.support.database import Database
from tests.support.events import s3_event
from tests.support.objects import Objects
from tests.support.waiting_lists import Waiting, stored, waiting_list

ROWS, MANY_ROWS = 10_000, 1_000_000
ROUNDS = 15
LIMITS = Limits(max_rows=MANY_ROWS, max_bytes=100_000_000)
REFERENCE = "parsed only"

# Reads the event of the large file in a process of its own, and prints how much memory that took at most.
WORKER = "benchmarks.parts_list_import"


def rebrickable_csv(rows: int) -> bytes:
    """Lines as Rebrickable writes them, all of different parts."""
    lines = (f"{3001 + number}pr{number % 97:04},{number % 200},{number % 12 + 1},False\n" for number in range(rows))
    return ("Part,Color,Quantity,Is Spare\n" + "".join(lines)).encode()


def main() -> None:
    backend = start_backend()
    try:
        settings = worker_settings(backend.description(), "gw0").model_copy(
            update={"max_parts_list_bytes": LIMITS.max_bytes, "max_parts_list_rows": LIMITS.max_rows}
        )
        _compare(settings)
        _show_memory(settings)
    finally:
        backend.stop()


def _compare(settings: Settings) -> None:
    content = rebrickable_csv(ROWS)
    database, objects = Database(settings.database_url), Objects(settings)
    waiting = stored(objects, waiting_list(database), content)
    event = s3_event(settings.s3_bucket, waiting.key)
    with asyncio.Runner() as runner:
        resources = Resources(settings)

        def stored_again() -> None:
            database.fetch("UPDATE moc_parts_lists SET status = 'processing'")
            runner.run(import_stored(event, resources))

        cases: dict[str, Callable[[], object]] = {
            REFERENCE: lambda: sum(1 for _ in read(BytesIO(content), "parts.csv", LIMITS)),
            "parsed and stored, in place of as many": stored_again,
        }
        times = interleaved(cases, ROUNDS)
        runner.run(resources.aclose())
    assert database.count("moc_parts") == ROWS
    print_ratios(f"A parts list of {ROWS:,} rows ({len(content) / 1e6:.1f} MB)", times, REFERENCE)


def _show_memory(settings: Settings) -> None:
    database, objects = Database(settings.database_url), Objects(settings)
    print("\nPeak memory of a process that reads one file\n      rows   megabytes  before it began")
    for rows in (ROWS, MANY_ROWS):
        waiting = stored(objects, waiting_list(database, f"{uuid4()}.csv"), rebrickable_csv(rows))
        before, peak = _read_apart(settings, waiting)
        assert database.count("moc_parts", "parts_list_id = $1::text::uuid", waiting.list_id) == rows
        print(f"{rows:10,}  {peak:10.0f}  {before:15.0f}")


def _read_apart(settings: Settings, waiting: Waiting) -> tuple[float, float]:
    given = json.dumps([settings.model_dump(mode="json") | {"csrf_secret": "x" * 16}, waiting.key])
    command = [sys.executable, "-m", WORKER]
    done = subprocess.run(command, input=given, env=os.environ, stdout=subprocess.PIPE, text=True, check=True)
    before, peak = json.loads(done.stdout.splitlines()[-1])
    return before, peak


def _worker() -> None:
    fields, key = json.load(sys.stdin)
    settings = Settings.model_validate(fields)

    async def run() -> float:
        resources = Resources(settings)
        await resources.storage.ping()
        before = peak_megabytes()
        await import_stored(s3_event(settings.s3_bucket, key), resources)
        await resources.aclose()
        return before

    before = asyncio.run(run())
    print(json.dumps([before, peak_megabytes()]))


if __name__ == "__main__":
    _worker()
