"""Parts lists that cannot be read, however often it is tried: after a day their owner is told and may begin again."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from lego_api.db import unit_of_work
from lego_api.models import utc_now
from lego_api.parts_lists.importing import PartsListImports
from lego_api.parts_lists.repository import PartsListRepository
from lego_api.parts_lists.resuming import MOST_ATTEMPTS
from lego_api.resources import Resources
from tests.faults.processes import python
from tests.faults.test_import_resumed import NOTHING, overdue
from tests.mocs.builders import new_moc
from tests.parts_lists.builders import shown, upload
from tests.support.clients import Api
from tests.support.database import Database, run
from tests.support.events import DONE, import_function, s3_event
from tests.support.faults import Proxy, Verdict, after, announcing, serving
from tests.support.maintenance import maintain
from tests.support.objects import Objects
from tests.support.waiting_lists import (
    Waiting,
    assert_complete,
    assert_untouched,
    house_csv,
    list_row,
    part_rows,
    pieces_of_moc,
    stored,
    waiting_list,
)

GIVEN_UP = {
    "code": "IMPORT_FAILED",
    "message": "The file could not be read, although it was tried for a day. Upload it again.",
}


@pytest.fixture
def way(own_settings: Settings) -> Iterator[Proxy]:
    with Proxy(str(own_settings.s3_endpoint_url)) as way:
        yield way


def tried(database: Database, times: int = MOST_ATTEMPTS) -> None:
    """All lists, and long ago."""
    database.fetch("UPDATE moc_parts_lists SET read_attempts = $1", times)
    overdue(database)


def assert_given_up(database: Database, waiting: Waiting) -> None:
    row = list_row(database, waiting)
    assert (row["status"], row["problems"], row["content_hash"]) == ("failed", [GIVEN_UP], None)
    assert part_rows(database, waiting) == []
    assert pieces_of_moc(database, waiting.moc_id) is None


def test_one_that_always_fails_is_given_up(
    own_settings: Settings, own_database: Database, objects: Objects, way: Proxy
) -> None:
    waiting = stored(objects, waiting_list(own_database), house_csv(4))
    tried(own_database, MOST_ATTEMPTS - 1)
    with way.refusing():
        settings = own_settings.model_copy(update={"s3_endpoint_url": way.url, "storage_timeout": 0.5})
        assert maintain(settings).imported == 1
        row = list_row(own_database, waiting)
        assert (row["status"], row["read_attempts"]) == ("processing", MOST_ATTEMPTS), "the last time it is tried"
        overdue(own_database)
        assert maintain(settings).imported == 1
    assert_given_up(own_database, waiting)
    overdue(own_database)
    assert maintain(own_settings) == NOTHING


def test_the_last_attempt_may_succeed(own_settings: Settings, own_database: Database, objects: Objects) -> None:
    waiting = stored(objects, waiting_list(own_database), house_csv(1))
    tried(own_database, MOST_ATTEMPTS - 1)
    assert maintain(own_settings).imported == 1
    assert_complete(own_database, waiting, 1)


def test_an_event_that_comes_after_all_reads_it(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    waiting = stored(objects, waiting_list(own_database), house_csv(1))
    tried(own_database)
    maintain(own_settings)
    assert_given_up(own_database, waiting)
    with import_function(own_settings) as function:
        assert function.invoke(s3_event(objects.bucket, waiting.key)) == DONE
    assert_complete(own_database, waiting, 1)


def test_one_that_brings_the_process_down_is_given_up_too(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    """Its last attempt counts although nobody was left to say that it failed."""
    waiting = stored(objects, waiting_list(own_database), house_csv(4))
    tried(own_database, MOST_ATTEMPTS - 1)
    code = "from lego_api.entrypoints.maintenance import handler; handler({}, None)"
    with (
        Proxy(own_settings.database_url) as database,
        python(own_settings.model_copy(update={"database_url": database.url}), "-c", code) as process,
    ):
        database.rule, writing = announcing(after(0, b"COPY ", Verdict.HANG))
        assert writing.wait(60)
        process.kill()
        process.wait(60)
        database.cut()  # PostgreSQL hears that its client is gone
    overdue(own_database)
    assert maintain(own_settings).imported == 1
    assert_given_up(own_database, waiting)


def test_giving_up_that_fails_is_tried_again(own_settings: Settings, own_database: Database, objects: Objects) -> None:
    waiting = stored(objects, waiting_list(own_database), house_csv(4))
    tried(own_database)
    with Proxy(own_settings.database_url) as way:
        way.rule = after(0, b"DELETE FROM moc_parts", Verdict.CUT)
        assert maintain(own_settings.model_copy(update={"database_url": way.url})).imported == 1
    assert list_row(own_database, waiting)["status"] == "processing"
    overdue(own_database)
    assert maintain(own_settings).imported == 1
    assert_given_up(own_database, waiting)


def test_a_file_that_takes_its_place_meanwhile_is_not_given_up(own_settings: Settings, own_database: Database) -> None:
    waiting = waiting_list(own_database)
    tried(own_database)

    async def give_up() -> None:
        resources = Resources(own_settings)
        try:
            async with unit_of_work(resources.sessions) as work:
                unread = await PartsListRepository(work.session).take_unread(utc_now())
            assert unread is not None
            own_database.fetch("UPDATE moc_parts_lists SET read_attempts = 0")  # as uploading another does
            await PartsListImports(resources).give_up(unread[0])
        finally:
            await resources.aclose()

    run(give_up())
    assert_untouched(own_database, waiting)


@pytest.fixture
def api(own_settings: Settings) -> Iterator[Api]:
    with serving(own_settings, inline_parts_list_rows=10) as api:
        yield api


def test_its_owner_is_told_and_uploads_it_again(api: Api, own_settings: Settings, own_database: Database) -> None:
    """What is read later has all its attempts again."""
    user = api.user()
    moc = new_moc(user)
    long = house_csv(*[1] * 11)
    assert upload(user, moc, content=long).status_code == 202
    tried(own_database)
    maintain(own_settings)
    [parts_list] = shown(user, moc)
    assert (parts_list["status"], parts_list["problems"]) == ("failed", [GIVEN_UP])
    assert upload(user, moc, content=long).status_code == 202
    overdue(own_database)
    maintain(own_settings)
    [parts_list] = shown(user, moc)
    assert (parts_list["status"], parts_list["totalPartsCount"], parts_list["problems"]) == ("ready", "11", None)
