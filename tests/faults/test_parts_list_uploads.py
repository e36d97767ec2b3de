"""Uploads of parts lists that break in the middle: all of a list is there in the end, or the one before, or none."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from lego_api.config import Settings
from tests.faults.databases import assert_unavailable, contents
from tests.faults.processes import own_server
from tests.mocs.builders import new_moc
from tests.parts_lists.builders import csv_of, key_of, parts_of, pieces_of, shown, upload, uploaded
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects
from tests.support.verdicts import Verdict, announcing, only

LONG = csv_of(*range(1, 3001))  # more than is written at once
COPY = b"COPY "


@pytest.fixture
def way(own_settings: Settings) -> Iterator[Proxy]:
    with Proxy(own_settings.database_url) as way:
        yield way


@pytest.fixture
def api(own_settings: Settings, way: Proxy) -> Iterator[Api]:
    # In no server, which would run the maintenance job beside the requests.
    with serving(own_settings, "lambda", database_url=way.url, redis_url=None) as api:
        yield api


@pytest.mark.parametrize("position", [0, 2])
@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER])
def test_a_connection_that_breaks_while_parts_are_written(
    api: Api, way: Proxy, own_database: Database, objects: Objects, verdict: Verdict, position: int
) -> None:
    user = api.user()
    moc = new_moc(user)
    data = uploaded(user, moc)
    rows, keys = contents(own_database), objects.keys()
    way.rule, struck = announcing(only(position, COPY, verdict))
    assert_unavailable(upload(user, moc, content=LONG))
    assert struck.is_set()
    way.recover()
    assert contents(own_database) == rows
    assert objects.keys() == keys
    assert own_database.count("outbox") == 0
    again = uploaded(user, moc, content=LONG)
    assert again["partsList"]["id"] == data["partsList"]["id"]
    assert [part["quantity"] for part in parts_of(user, moc, again["partsList"])] == list(range(1, 3001))


def test_a_database_that_hangs_while_parts_are_written(
    own_settings: Settings, way: Proxy, own_database: Database, objects: Objects
) -> None:
    with serving(own_settings, database_url=way.url, redis_url=None, database_timeout=1.0) as api:
        user = api.user()
        moc = new_moc(user)
        rows, keys = contents(own_database), objects.keys()
        way.rule = only(1, COPY, Verdict.HANG)
        assert_unavailable(upload(user, moc, content=LONG))
        way.recover()
        hours_pass(own_database)
        run_maintenance(own_settings)
        assert contents(own_database) == rows
        assert objects.keys() == keys
        assert upload(user, moc, content=LONG).status_code == 201


@pytest.mark.parametrize(
    ("part", "marker"),
    [("s3_endpoint_url", b"PUT /"), ("database_url", COPY), ("database_url", b"UPDATE moc_instructions")],
)
def test_a_server_that_is_killed_in_the_middle(
    own_settings: Settings, own_database: Database, objects: Objects, part: str, marker: bytes
) -> None:
    with ExitStack() as running:
        way = running.enter_context(Proxy(str(getattr(own_settings, part))))
        api, process = running.enter_context(own_server(own_settings.model_copy(update={part: way.url})))
        threads = running.enter_context(ThreadPoolExecutor())
        user = api.user()
        moc = new_moc(user)
        data = uploaded(user, moc)
        rows, keys = contents(own_database), objects.keys()
        way.rule, about_to_say = announcing(only(0, marker, Verdict.HANG))

        def fail() -> None:
            with pytest.raises(httpx.HTTPError):
                upload(user, moc, content=LONG)

        failing = threads.submit(fail)
        assert about_to_say.wait(60)
        process.kill()
        process.wait(60)
        failing.result()
    assert contents(own_database) == rows
    assert run_maintenance(own_settings) == 0, "its time has not come: the server might still be at work"
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert objects.keys() == keys
    assert key_of(data["file"]) in keys
    assert own_database.count("outbox") == 0


def test_a_commit_whose_answer_is_lost_did_happen(
    api: Api, way: Proxy, own_database: Database, objects: Objects
) -> None:
    """Whoever sends it again gets the same list."""
    user = api.user()
    moc = new_moc(user)
    way.rule = only(1, b"COMMIT;", Verdict.LOSE_ANSWER)
    assert_unavailable(upload(user, moc, content=LONG))
    way.recover()
    [parts_list] = shown(user, moc)
    assert (parts_list["status"], parts_list["uniquePartsCount"]) == ("ready", 3000)
    rows = contents(own_database, ["moc_parts"])
    again = uploaded(user, moc, content=LONG)
    assert again["partsList"]["id"] == parts_list["id"]
    assert contents(own_database, ["moc_parts"]) == rows
    assert pieces_of(user, moc) == sum(range(1, 3001))
    assert objects.keys(f"parts-lists/{user.id}/") == {key_of(again["file"])}
