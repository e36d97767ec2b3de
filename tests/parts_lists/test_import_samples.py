"""Every sample file through the function that S3's events call."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.database import Database
from tests.support.events import DONE, Function, import_function, s3_event, sqs_event
from tests.support.objects import Objects
from tests.support.part_samples import DIRECTORY, NAMES, assert_as_expected, content
from tests.support.waiting_lists import list_row, part_rows, stored, waiting_list


@pytest.fixture(scope="module")
def function(settings: Settings) -> Iterator[Function]:
    with import_function(settings) as function:
        yield function


def test_every_sample_is_expected_to_give_something() -> None:
    assert sorted(NAMES) == sorted(file.name for file in DIRECTORY.iterdir() if file.name != "expected.json")


@pytest.mark.parametrize("name", NAMES)
def test_an_event_of_s3(name: str, function: Function, database: Database, objects: Objects) -> None:
    waiting = stored(objects, waiting_list(database, name), content(name))
    assert function.invoke(s3_event(objects.bucket, waiting.key)) == DONE
    assert_as_expected(database, name, waiting)


@pytest.mark.parametrize("name", NAMES)
def test_five_times_in_a_row_leave_the_same_rows(
    name: str, function: Function, database: Database, objects: Objects
) -> None:
    waiting = stored(objects, waiting_list(database, name), content(name))
    event = s3_event(objects.bucket, waiting.key)
    assert function.invoke(sqs_event(event)) == DONE
    rows = list_row(database, waiting), part_rows(database, waiting)
    for _ in range(4):
        assert function.invoke(sqs_event(event, event)) == DONE
        assert (list_row(database, waiting), part_rows(database, waiting)) == rows
    assert_as_expected(database, name, waiting)
    assert database.count("moc_parts_lists", "moc_id = $1::text::uuid", waiting.moc_id) == 1
