"""The module that Lambda imports for S3's events, in a process of its own: what it loads and touches, what it keeps."""

import json

import pytest

from lego_api.config import Settings
from tests.entrypoints.test_http_module import LOCAL_STACK, SDKS, TOUCH_NOTHING, TRACING, python
from tests.support.database import Database
from tests.support.events import DONE, import_function, s3_event
from tests.support.objects import Objects
from tests.support.own_database import temporary_database
from tests.support.waiting_lists import house_csv, list_row, stored, waiting_list

MODULE = "lego_api.entrypoints.parts_list_import"
WEB = ["fastapi", "starlette", "mangum", "multipart", "lego_api.app", "lego_api.web", "lego_api.mocs"]

IMPORT = f"""
import json, sys
import {MODULE}
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return set(json.loads(python(IMPORT).splitlines()[-1]))


def test_importing_it_loads_neither_the_web_nor_an_sdk(loaded: set[str]) -> None:
    assert "lego_api.parts_lists.importing" in loaded
    assert loaded & {*SDKS, *TRACING, *LOCAL_STACK, *WEB} == set()


def test_importing_it_touches_nothing() -> None:
    assert python(TOUCH_NOTHING.replace("lego_api.entrypoints.http", MODULE)) == "untouched\n"


def test_invocations_keep_their_connections_and_survive_the_loss_of_them(settings: Settings, objects: Objects) -> None:
    with (
        temporary_database(settings) as database,
        import_function(settings.model_copy(update={"database_url": database.settings_url})) as function,
    ):

        def read_one() -> None:
            waiting = stored(objects, waiting_list(database), house_csv(2))
            assert function.invoke(s3_event(objects.bucket, waiting.key)) == DONE
            assert list_row(database, waiting)["status"] == "ready"

        read_one()
        connections = backends(database)
        assert len(connections) == 1
        read_one()
        assert backends(database) == connections
        database.fetch("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", list(connections))
        read_one()


def backends(database: Database) -> set[int]:
    rows = database.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    return {row["pid"] for row in rows}
