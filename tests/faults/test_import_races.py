"""Reading a stored parts list while others change what it is about, and when it cannot be read at all."""

from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest

from lego_api.config import Settings
from lego_api.db import unit_of_work
from lego_api.parts_lists.formats.refusals import PartsListError
from lego_api.parts_lists.parts import Part
from lego_api.parts_lists.repository import PartsListRepository
from lego_api.parts_lists.writing import write_parts
from lego_api.resources import Resources
from tests.faults.databases import wait_until
from tests.support.database import Database, run
from tests.support.events import DONE, Function, Json, import_function, s3_event, sqs_event
from tests.support.faults import Proxy
from tests.support.objects import Objects
from tests.support.verdicts import Verdict, after
from tests.support.waiting_lists import (
    Waiting,
    assert_complete,
    assert_untouched,
    house_csv,
    part_rows,
    stored,
    waiting_list,
)

ROWS = 3000
COPY = b"COPY "


@pytest.fixture
def waiting(own_database: Database, objects: Objects) -> Waiting:
    return stored(objects, waiting_list(own_database), house_csv(*[1] * ROWS))


@pytest.fixture
def event(waiting: Waiting, objects: Objects) -> Json:
    return s3_event(objects.bucket, waiting.key)


@pytest.fixture
def way(own_settings: Settings) -> Iterator[Proxy]:
    with Proxy(own_settings.database_url) as way:
        yield way


@pytest.fixture
def function(own_settings: Settings, way: Proxy) -> Iterator[Function]:
    """Reaches its database by a way that can fail."""
    with import_function(own_settings.model_copy(update={"database_url": way.url})) as function:
        yield function


def test_two_at_once(own_settings: Settings, own_database: Database, waiting: Waiting, event: Json) -> None:
    with import_function(own_settings) as one, import_function(own_settings) as another:
        for function in (one, another):
            assert function.invoke({}) == DONE  # both are awake
        for _ in range(5):
            for function in (one, another):
                function.send(sqs_event(event, event))
            assert one.answer() == another.answer() == DONE
            assert_complete(own_database, waiting, ROWS)
            own_database.fetch("UPDATE moc_parts_lists SET status = 'processing'")


def test_a_storage_that_is_away(own_settings: Settings, own_database: Database, waiting: Waiting, event: Json) -> None:
    with (
        Proxy(str(own_settings.s3_endpoint_url)) as way,
        import_function(own_settings.model_copy(update={"s3_endpoint_url": way.url})) as function,
    ):
        with way.refusing():
            assert function.invoke(event) == {"raised": ["StorageUnavailable"]}
        assert_untouched(own_database, waiting)
        way.rule = after(0, b"ange: bytes=0-0", Verdict.CUT)
        assert function.invoke(event) == {"raised": ["StorageUnavailable"]}, "whether the object is still the same"
        way.recover()
        assert_untouched(own_database, waiting)
        assert function.invoke(event) == DONE
        assert_complete(own_database, waiting, ROWS)


def test_a_mistake_in_the_code_of_a_format_refuses_the_file(own_settings: Settings, own_database: Database) -> None:
    """It would be made again with every delivery."""
    waiting = waiting_list(own_database)

    def rows() -> Iterator[Part]:
        yield Part("3001", 1)
        raise KeyError("a mistake of ours")

    async def write() -> PartsListError:
        resources = Resources(own_settings)
        try:
            async with unit_of_work(resources.sessions) as work:
                parts = PartsListRepository(work.session)
                parts_list = await parts.get(UUID(waiting.moc_id), waiting.list_id)
                with pytest.raises(PartsListError, match="cannot be read") as refused:
                    await write_parts(parts, parts_list, "csv", rows())
            return refused.value
        finally:
            await resources.aclose()

    assert run(write()).code == "PARSING_ERROR"


def test_a_moc_that_is_deleted_meanwhile(
    own_database: Database, function: Function, waiting: Waiting, event: Json
) -> None:
    async def delete() -> None:
        owner = await asyncpg.connect(own_database.url)
        try:
            async with owner.transaction():
                await owner.execute("DELETE FROM moc_instructions")
                function.send(event)
                wait_for_lock(own_database)
        finally:
            await owner.close()

    run(delete())
    assert function.answer() == DONE
    assert own_database.count("moc_parts") == own_database.count("moc_parts_lists") == 0


def test_an_object_that_is_replaced_after_it_was_downloaded(
    own_database: Database, objects: Objects, function: Function, waiting: Waiting, event: Json
) -> None:
    """Its own event is later, or was earlier: either way the older content must not win."""

    async def hold_the_moc_and_replace() -> None:
        holder = await asyncpg.connect(own_database.url)
        try:
            async with holder.transaction():
                await holder.execute("SELECT 1 FROM moc_instructions FOR UPDATE")
                function.send(event)
                wait_for_lock(own_database)
                stored(objects, waiting, house_csv(7))
        finally:
            await holder.close()

    run(hold_the_moc_and_replace())
    assert function.answer() == DONE
    assert_untouched(own_database, waiting)
    assert function.invoke(event) == DONE
    assert [part["quantity"] for part in part_rows(own_database, waiting)] == [7]


def wait_for_lock(database: Database) -> None:
    waits = "datname = current_database() AND wait_event_type = 'Lock'"
    wait_until(lambda: database.count("pg_stat_activity", waits) > 0, "the function waits for the MOC")
