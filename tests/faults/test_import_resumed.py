"""Parts lists whose event never came, or failed too often: the maintenance job reads them, one by one."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lego_api.config import Settings
from lego_api.maintenance import Done
from lego_api.parts_lists.resuming import resume_imports
from lego_api.resources import Resources
from tests.faults.databases import COMMIT, wait_until
from tests.faults.processes import python
from tests.support.database import Database, run
from tests.support.faults import Proxy, serving
from tests.support.maintenance import maintain
from tests.support.objects import Objects
from tests.support.verdicts import Verdict, after, announcing
from tests.support.waiting_lists import Waiting, house_csv, list_row, part_rows, stored, waiting_list

pytestmark = pytest.mark.large

NOTHING = Done(relayed=0, expired=0, imported=0, built=0, due=0, dead=0)


@pytest.fixture
def way(own_settings: Settings) -> Iterator[Proxy]:
    with Proxy(str(own_settings.s3_endpoint_url)) as way:
        yield way


def overdue(database: Database, *lists: Waiting) -> None:
    """All, or these, have been waiting for long."""
    which = [waiting.list_id for waiting in lists]
    database.fetch(
        "UPDATE moc_parts_lists SET updated_at = updated_at - interval '10 minutes'"
        " WHERE $1::text[] = '{}' OR id::text = ANY ($1::text[])",
        which,
    )


def statuses(database: Database) -> dict[str, str]:
    rows = database.fetch("SELECT id, status FROM moc_parts_lists")
    return {str(row["id"]): row["status"] for row in rows}


def test_only_what_has_been_waiting_for_long_is_read(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    late, fresh = (stored(objects, waiting_list(own_database), house_csv(n)) for n in (1, 2))
    assert maintain(own_settings) == NOTHING
    overdue(own_database, late)
    assert maintain(own_settings) == replace(NOTHING, imported=1)
    assert statuses(own_database) == {late.list_id: "ready", fresh.list_id: "processing"}
    assert maintain(own_settings) == NOTHING


def test_a_file_that_is_gone_does_not_wait_for_ever(own_settings: Settings, own_database: Database) -> None:
    waiting = waiting_list(own_database)
    overdue(own_database)
    assert maintain(own_settings).imported == 1
    assert list_row(own_database, waiting)["problems"][0]["code"] == "FILE_NOT_FOUND"
    overdue(own_database)
    assert maintain(own_settings) == NOTHING


def test_one_that_always_fails_stops_no_other_and_is_put_off(
    own_settings: Settings, own_database: Database, objects: Objects, way: Proxy
) -> None:
    first, second, third = (stored(objects, waiting_list(own_database), house_csv(n)) for n in (1, 2, 3))
    overdue(own_database)
    settings = own_settings.model_copy(update={"s3_endpoint_url": way.url})
    way.rule = after(0, second.key.encode(), Verdict.CUT)
    before = list_row(own_database, second)["updated_at"]
    assert maintain(settings).imported == 3
    assert statuses(own_database) == {
        first.list_id: "ready",
        second.list_id: "processing",
        third.list_id: "ready",
    }
    assert list_row(own_database, second)["updated_at"] > before
    assert maintain(settings) == NOTHING, "it is put off"
    way.recover()
    overdue(own_database)
    assert maintain(settings).imported == 1
    assert list_row(own_database, second)["status"] == "ready"


def test_one_that_waits_is_to_be_seen_in_the_log(
    own_settings: Settings, own_database: Database, objects: Objects, way: Proxy
) -> None:
    waiting = stored(objects, waiting_list(own_database), house_csv(1))
    overdue(own_database)
    settings = own_settings.model_copy(update={"s3_endpoint_url": way.url})
    code = "from lego_api.entrypoints.maintenance import handler; handler({}, None)"
    with way.refusing(), python(settings, "-c", code) as process:
        output, _ = process.communicate(timeout=120)
    lines = [json.loads(line) for line in output.splitlines()]
    told = [(line["level"], line["message"]) for line in lines if line.get("key") == waiting.key]
    assert told == [
        ("WARNING", "a parts list has not been read in time; it is read now"),
        ("ERROR", "a parts list still cannot be read"),
    ]
    assert next(line for line in lines if line["message"] == "maintenance")["imported"] == 1


def test_one_that_brings_the_process_down_does_not_come_first_again(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    deadly, other = (stored(objects, waiting_list(own_database), house_csv(n)) for n in (1, 2))
    overdue(own_database)
    overdue(own_database, deadly)
    code = "from lego_api.entrypoints.maintenance import handler; handler({}, None)"
    with (
        Proxy(own_settings.database_url) as database,
        python(own_settings.model_copy(update={"database_url": database.url}), "-c", code) as process,
    ):
        database.rule, writing = announcing(after(0, b"COPY ", Verdict.HANG))
        assert writing.wait(60)
        process.kill()
        process.wait(60)
    assert maintain(own_settings).imported == 1
    assert statuses(own_database) == {deadly.list_id: "processing", other.list_id: "ready"}


def test_two_jobs_at_once_share_the_work(own_settings: Settings, own_database: Database, objects: Objects) -> None:
    waiting = [stored(objects, waiting_list(own_database), house_csv(n)) for n in range(1, 9)]
    overdue(own_database)

    async def twice() -> int:
        import asyncio

        both = [Resources(own_settings) for _ in range(2)]
        try:
            return sum(await asyncio.gather(*(resume_imports(resources) for resources in both)))
        finally:
            for resources in both:
                await resources.aclose()

    assert run(twice()) == len(waiting)
    assert set(statuses(own_database).values()) == {"ready"}


def test_a_run_ends_in_time_and_the_next_goes_on(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    for number in (1, 2):
        stored(objects, waiting_list(own_database), house_csv(number))
    overdue(own_database)

    async def resume() -> list[int]:
        resources = Resources(own_settings)
        try:
            return [await resume_imports(resources, seconds=0), await resume_imports(resources)]
        finally:
            await resources.aclose()

    assert run(resume()) == [0, 2]


def test_an_outbox_that_fails_keeps_no_parts_list_waiting(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    waiting = stored(objects, waiting_list(own_database), house_csv(4))
    overdue(own_database)
    with Proxy(own_settings.database_url) as way:
        way.rule = after(0, b"SELECT DISTINCT outbox", Verdict.CUT)
        with pytest.raises(ExceptionGroup, match="imported=1") as failed:
            maintain(own_settings.model_copy(update={"database_url": way.url}))
    assert [type(error).__name__ for error in failed.value.exceptions] == ["DatabaseUnavailable"]
    assert [part["quantity"] for part in part_rows(own_database, waiting)] == [4]


def test_a_server_does_it_by_itself(own_settings: Settings, own_database: Database, objects: Objects) -> None:
    with serving(own_settings, maintenance_interval=0.1):
        waiting = stored(objects, waiting_list(own_database), house_csv(4))
        overdue(own_database)
        wait_until(lambda: list_row(own_database, waiting)["status"] == "ready", "the list is read")


def test_a_commit_that_fails_counts_as_not_read(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    waiting = stored(objects, waiting_list(own_database), house_csv(4))
    overdue(own_database)
    with Proxy(own_settings.database_url) as way:

        async def resume() -> int:
            resources = Resources(own_settings.model_copy(update={"database_url": way.url}))
            try:
                way.rule = after(2, COMMIT, Verdict.CUT)  # the first put it off, the second asked the outbox
                return await resume_imports(resources)
            finally:
                await resources.aclose()

        with pytest.raises(Exception, match="database is not available"):
            run(resume())
    assert list_row(own_database, waiting)["status"] == "processing"
    overdue(own_database)
    assert maintain(own_settings).imported == 1
