"""The event of a direct upload while something fails: in the end a file that has been read, and nothing beside it."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.faults.databases import COMMIT, TABLES, contents
from tests.mocs.builders import detail
from tests.mocs.direct_upload_builders import PLAN, File, begin, finalized, key_of, objects_of, send
from tests.parts_lists.sent_lists import read_stored
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.events import DONE, Json, import_function, s3_event
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects
from tests.support.verdicts import Verdict, after, announcing, only
from tests.support.waiting_lists import house_csv

PARTS = File("parts.csv", house_csv(4, 2), "parts-list")
ALL_TABLES = (*TABLES, "moc_parts_lists")


@pytest.fixture
def api(own_settings: Settings) -> Iterator[Api]:
    with serving(own_settings) as api:
        yield api


class Sent:
    """A parts list that the bucket has, and nobody has been told of."""

    def __init__(self, api: Api, objects: Objects) -> None:
        self.user: User = api.user()
        self.moc_id, (_, self.permission) = begin(self.user, PLAN, PARTS)
        send(self.permission, PARTS.content)
        self.event: Json = s3_event(objects.bucket, key_of(self.permission))


@pytest.fixture
def sent(api: Api, objects: Objects) -> Sent:
    return Sent(api, objects)


def assert_read_in_the_end(settings: Settings, database: Database, objects: Objects, sent: Sent) -> None:
    hours_pass(database)
    run_maintenance(settings)
    assert database.count("outbox") == 0
    moc = detail(sent.user, {"id": sent.moc_id})
    [file] = moc["files"]
    assert objects_of(objects, sent.moc_id) == {file["fileUrl"].removeprefix("/uploads/")}
    [parts_list] = moc["partsLists"]
    assert (parts_list["status"], parts_list["totalPartsCount"], moc["totalPieceCount"]) == ("ready", "6", 6)


def killed(settings: Settings, event: Json, marker: bytes) -> None:
    """The function, when it was about to send that to the database."""
    with Proxy(settings.database_url) as way:
        way.rule, reached = announcing(after(0, marker, Verdict.HANG))
        with import_function(settings.model_copy(update={"database_url": way.url})) as function:
            function.send(event)
            assert reached.wait(60)
            function.kill()
        way.cut()  # PostgreSQL hears that its client is gone


def test_killed_between_the_copy_and_the_row(
    own_settings: Settings, own_database: Database, objects: Objects, sent: Sent
) -> None:
    before = contents(own_database, ALL_TABLES)
    killed(own_settings, sent.event, b"INSERT INTO moc_files")
    assert contents(own_database, ALL_TABLES) == before
    assert len(objects_of(objects, sent.moc_id)) == 2
    with import_function(own_settings) as function:
        assert function.invoke(sent.event) == DONE
    assert_read_in_the_end(own_settings, own_database, objects, sent)


def test_killed_between_the_row_and_the_parts(
    own_settings: Settings, own_database: Database, objects: Objects, sent: Sent
) -> None:
    """The copy has an event of its own."""
    killed(own_settings, sent.event, b"COPY ")
    [parts_list] = detail(sent.user, {"id": sent.moc_id})["partsLists"]
    assert parts_list["status"] == "processing"
    with import_function(own_settings) as function:
        assert function.invoke(sent.event) == DONE
    assert detail(sent.user, {"id": sent.moc_id})["partsLists"] == [parts_list], "this one is over"
    read_stored(own_settings, objects, sent.moc_id)
    assert_read_in_the_end(own_settings, own_database, objects, sent)


@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER])
def test_a_connection_that_breaks_at_a_commit(
    own_settings: Settings, own_database: Database, objects: Objects, api: Api, verdict: Verdict
) -> None:
    """Of the announcement, the row, the deletion of what was sent, the look for an announcement, or the parts."""
    with (
        Proxy(own_settings.database_url) as way,
        import_function(own_settings.model_copy(update={"database_url": way.url})) as function,
    ):
        for commit in range(5):
            sent = Sent(api, objects)
            way.rule, struck = announcing(only(commit, COMMIT, verdict))
            function.invoke(sent.event)
            assert struck.is_set(), commit
            way.recover()
            assert function.invoke(sent.event) == DONE
            assert finalized(sent.user, sent.moc_id, sent.permission)["failed"] == []
            read_stored(own_settings, objects, sent.moc_id)
            assert_read_in_the_end(own_settings, own_database, objects, sent)


def test_a_storage_that_is_away_when_it_is_to_copy(
    own_settings: Settings, own_database: Database, objects: Objects, sent: Sent
) -> None:
    with (
        Proxy(str(own_settings.s3_endpoint_url)) as way,
        import_function(own_settings.model_copy(update={"s3_endpoint_url": way.url})) as function,
    ):
        way.rule = after(0, b"x-amz-copy-source:", Verdict.CUT)
        assert function.invoke(sent.event) == {"raised": ["StorageUnavailable"]}
        assert detail(sent.user, {"id": sent.moc_id})["files"] == []
        way.recover()
        assert function.invoke(sent.event) == DONE
    assert_read_in_the_end(own_settings, own_database, objects, sent)
