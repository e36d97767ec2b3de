"""The maintenance job: as a Lambda function, as a command, beside a server; and after a server was killed."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from lego_api.config import Settings
from lego_api.dev.ports import HOST, free_port
from tests.faults.databases import TABLES, contents, wait_until
from tests.faults.processes import python
from tests.support.database import Database
from tests.support.faults import Proxy, Verdict, after, announcing, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects
from tests.support.pictures import PDF
from tests.support.tokens import token

# Invokes the handler once for each line that it reads, and says what it answered.
INVOKE = """
import json, sys
from lego_api.entrypoints.maintenance import handler
for _ in sys.stdin:
    print("answer", json.dumps(handler({}, None)), flush=True)
"""


def done(*, relayed: int = 0, expired: int = 0, imported: int = 0) -> dict[str, int]:
    return {"relayed": relayed, "expired": expired, "imported": imported, "built": 0, "dead": 0}


def leave_object(database: Database, objects: Objects) -> str:
    """An object that an entry says is to be deleted."""
    key = f"test/{uuid4()}"
    objects.s3.put_object(Bucket=objects.bucket, Key=key, Body=b"nobody's")
    database.fetch(
        "INSERT INTO outbox (kind, payload, available_at) VALUES ('delete-objects', $1, '2000-01-01')", {"keys": [key]}
    )
    return key


def backends(database: Database) -> set[int]:
    rows = database.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    return {row["pid"] for row in rows}


def test_several_invocations_in_one_process_keep_their_connection(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    with python(own_settings, "-c", INVOKE) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def invoke() -> dict[str, int]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            answer = next(line for line in process.stdout if line.startswith("answer"))
            result: dict[str, int] = json.loads(answer.removeprefix("answer"))
            return result

        assert invoke() == done(relayed=0)
        connections = backends(own_database)
        assert connections
        for count in (1, 2, 0):
            keys = {leave_object(own_database, objects) for _ in range(count)}
            assert invoke() == done(relayed=count)
            assert not keys & objects.keys("test/")
        assert backends(own_database) == connections
        own_database.fetch("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", list(connections))
        leave_object(own_database, objects)
        assert invoke() == done(relayed=1), "with a new connection"


def test_the_command(own_settings: Settings, own_database: Database, objects: Objects) -> None:
    key = leave_object(own_database, objects)
    with python(own_settings, "-m", "lego_api.cli", "relay") as process:
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert json.loads(output.splitlines()[-1]) == done(relayed=1)
    assert key not in objects.keys("test/")


def test_a_server_does_it_by_itself(own_settings: Settings, own_database: Database, objects: Objects) -> None:
    with serving(own_settings, maintenance_interval=0.1):
        for _ in range(2):
            key = leave_object(own_database, objects)
            wait_until(lambda key=key: key not in objects.keys("test/"), "the object is deleted")  # type: ignore[misc]
        wait_until(lambda: own_database.count("outbox") == 0, "the entry is gone")


def test_a_server_goes_on_after_its_database_was_away(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    with (
        Proxy(own_settings.database_url) as way,
        serving(own_settings, database_url=way.url, maintenance_interval=0.1) as api,
    ):
        with way.refusing():
            assert api.client().get("/health").status_code == 503
            key = leave_object(own_database, objects)
        wait_until(lambda: key not in objects.keys("test/"), "the object is deleted")


def test_a_server_killed_between_storing_and_committing_leaves_nothing(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    keys = objects.keys()
    port = free_port()
    url = f"http://{HOST}:{port}"
    bearer = {"Authorization": f"Bearer {token(own_settings, str(uuid4()))}"}

    def upload() -> None:
        with pytest.raises(httpx.HTTPError):
            httpx.post(
                f"{url}/api/mocs/with-files",
                headers=bearer,
                data={"type": "moc", "title": "Castle", "author": "Anna"},
                files={"instructionsFile": ("plan.pdf", PDF, "application/pdf")},
                timeout=120,
            )

    def is_up() -> bool:
        try:
            return httpx.get(f"{url}/health/live").status_code == 200
        except httpx.HTTPError:
            return False

    with (
        Proxy(own_settings.database_url) as way,
        python(
            own_settings.model_copy(update={"database_url": way.url}),
            *("-m", "uvicorn", "lego_api.entrypoints.http:app", "--host", HOST, "--port", str(port)),
        ) as process,
        ThreadPoolExecutor() as threads,
    ):
        wait_until(is_up, "the server answers")
        way.rule, about_to_write = announcing(after(0, b"INSERT INTO moc_files", Verdict.HANG))
        uploading = threads.submit(upload)
        assert about_to_write.wait(60)
        process.kill()
        process.wait(60)
        uploading.result()

    assert contents(own_database) == {table: [] for table in TABLES}
    assert len(objects.keys() - keys) == 1
    assert run_maintenance(own_settings) == 0, "its time has not come: the server might still be at work"
    hours_pass(own_database)
    assert run_maintenance(own_settings) == 1
    assert objects.keys() == keys
    assert own_database.count("outbox") == 0
