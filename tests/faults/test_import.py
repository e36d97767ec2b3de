"""Reading a stored parts list while something fails: nothing is half written, and the next delivery completes it."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.faults.databases import COMMIT, refuse_commits
from tests.support.database import Database
from tests.support.events import DONE, Function, Json, import_function, s3_event, sqs_event
from tests.support.faults import Proxy
from tests.support.objects import Objects
from tests.support.verdicts import Verdict, after, announcing, only
from tests.support.waiting_lists import (
    Waiting,
    assert_complete,
    assert_untouched,
    house_csv,
    list_row,
    part_rows,
    pieces_of_moc,
    stored,
    stored_again,
    waiting_list,
)

ROWS = 3000
COPY = b"COPY "
OF_THE_PARTS = 1  # which of the commits; before it the outbox is asked whether the file is known
UNAVAILABLE = {"raised": ["DatabaseUnavailable"]}


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


def test_killed_after_half_the_rows(
    own_settings: Settings, own_database: Database, way: Proxy, waiting: Waiting, event: Json
) -> None:
    through_way = own_settings.model_copy(update={"database_url": way.url})
    with import_function(through_way) as function:
        way.rule, half_written = announcing(after(1, COPY, Verdict.HANG))
        function.send(event)
        assert half_written.wait(60)
        function.kill()
    way.recover()
    assert_untouched(own_database, waiting)
    with import_function(through_way) as function:
        assert function.invoke(event) == DONE
        assert_complete(own_database, waiting, ROWS)


def test_killed_after_half_the_rows_of_a_file_that_replaces_another(
    own_settings: Settings, own_database: Database, objects: Objects, way: Proxy, waiting: Waiting, event: Json
) -> None:
    """What was there before stays, as if nobody had begun."""
    through_way = own_settings.model_copy(update={"database_url": way.url})
    with import_function(through_way) as function:
        assert function.invoke(event) == DONE
        again = stored(objects, stored_again(own_database, waiting), house_csv(*[1] * 2 * ROWS))
        way.rule, half_written = announcing(after(3, COPY, Verdict.HANG))
        function.send(s3_event(objects.bucket, again.key))
        assert half_written.wait(60)
        function.kill()
    way.recover()
    assert len(part_rows(own_database, again)) == pieces_of_moc(own_database, again.moc_id) == ROWS
    with import_function(through_way) as function:
        assert function.invoke(s3_event(objects.bucket, again.key)) == DONE
        assert_complete(own_database, again, 2 * ROWS)


@pytest.mark.parametrize(
    ("position", "marker", "verdict"),
    [
        (0, b"FROM outbox", Verdict.CUT),
        (0, b"FOR UPDATE", Verdict.CUT),
        (0, b"DELETE FROM moc_parts", Verdict.CUT),
        (0, COPY, Verdict.CUT),
        (1, COPY, Verdict.CUT),
        (2, COPY, Verdict.LOSE_ANSWER),
        (0, b"UPDATE moc_parts_lists", Verdict.CUT),
        (0, b"UPDATE moc_instructions", Verdict.LOSE_ANSWER),
        (OF_THE_PARTS, COMMIT, Verdict.CUT),
    ],
)
def test_a_connection_that_breaks(
    position: int,
    marker: bytes,
    verdict: Verdict,
    own_database: Database,
    way: Proxy,
    function: Function,
    waiting: Waiting,
    event: Json,
) -> None:
    way.rule = after(position, marker, verdict)
    assert function.invoke(event) == UNAVAILABLE
    way.recover()
    assert_untouched(own_database, waiting)
    assert function.invoke(event) == DONE
    assert_complete(own_database, waiting, ROWS)


def test_a_commit_whose_answer_is_lost_is_found_done(
    own_database: Database, way: Proxy, function: Function, waiting: Waiting, event: Json
) -> None:
    way.rule = only(OF_THE_PARTS, COMMIT, Verdict.LOSE_ANSWER)
    assert function.invoke(event) == UNAVAILABLE
    assert_complete(own_database, waiting, ROWS)
    read = list_row(own_database, waiting)
    assert function.invoke(event) == DONE
    assert list_row(own_database, waiting) == read


def test_a_database_that_is_away(
    own_database: Database, way: Proxy, function: Function, waiting: Waiting, event: Json
) -> None:
    with way.refusing():
        assert function.invoke(event) == UNAVAILABLE
        assert function.invoke(sqs_event(event)) == {"answer": {"batchItemFailures": [{"itemIdentifier": "0"}]}}
    assert function.invoke(event) == DONE
    assert_complete(own_database, waiting, ROWS)


def test_a_commit_that_the_database_refuses(
    own_database: Database, function: Function, waiting: Waiting, event: Json
) -> None:
    refuse_commits(own_database, "moc_parts_lists", "40001")
    assert function.invoke(event) == UNAVAILABLE
    own_database.fetch("DROP TRIGGER refuse ON moc_parts_lists")
    assert_untouched(own_database, waiting)
    assert function.invoke(event) == DONE
    assert_complete(own_database, waiting, ROWS)
