"""The functions of the image that no request calls: S3's events, also by way of SQS, and the schedule."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.faults.test_maintenance import done, leave_object
from tests.mocs.builders import Json, new_moc
from tests.parts_lists.builders import csv_of, lists_path, shown, upload
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.events import s3_event, sqs_event
from tests.support.image import Image
from tests.support.image_functions import FunctionError, ImageFunction, image_function, variables_of
from tests.support.measurements import MEASURED
from tests.support.objects import Objects
from tests.support.own_database import temporary_database
from tests.support.waiting_lists import list_row, stored, waiting_list

pytestmark = pytest.mark.large

MEMORY = 512  # megabytes
NOTHING_AGAIN: Json = {"batchItemFailures": []}
# More lines than are read while somebody waits, and as many as a list may have.
LONG, LONGEST = csv_of(*[1] * 10_001), csv_of(*[1] * 100_000)
SCHEDULED = {
    "version": "0",
    "id": str(uuid4()),
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2026-01-01T00:00:00Z",
    "resources": ["arn:aws:events:us-east-1:123456789012:rule/maintenance"],
    "detail": {},
}


@pytest.fixture(params=["S3", "SQS"])
def by_way_of(request: pytest.FixtureRequest) -> Callable[[Json], Json]:
    return {"S3": lambda event: event, "SQS": sqs_event}[request.param]


def test_a_list_that_came_by_http_is_read_when_its_event_comes(
    gateway_api: Api, import_function: ImageFunction, objects: Objects, by_way_of: Callable[[Json], Json]
) -> None:
    user = gateway_api.user()
    moc = new_moc(user)
    answer = upload(user, moc, content=LONG)
    assert answer.status_code == 202, answer.text
    key = answer.json()["data"]["file"]["fileUrl"].removeprefix("https://files.example.com/")
    for _ in range(2):  # events come more than once
        assert import_function.invoke(by_way_of(s3_event(objects.bucket, key))) == NOTHING_AGAIN
    [parts_list] = shown(user, moc)
    assert (parts_list["status"], parts_list["totalPartsCount"]) == ("ready", "10001")
    page = user.get(f"{lists_path(moc, parts_list['id'])}/parts", params={"limit": 2}).json()["data"]
    assert (page["total"], len(page["parts"])) == (10_001, 2)


def test_the_longest_list_is_read_within_half_of_the_memory(
    import_function: ImageFunction,
    database: Database,
    objects: Objects,
    record_property: Callable[[str, object], None],
) -> None:
    waiting = stored(objects, waiting_list(database), LONGEST)
    assert import_function.invoke(s3_event(objects.bucket, waiting.key)) == NOTHING_AGAIN
    assert list_row(database, waiting)["status"] == "ready"
    seconds, megabytes = import_function.init_seconds, import_function.peak_megabytes
    record_property(MEASURED, f"image, import: {seconds:.2f} s to start, {megabytes} MB with a list of 100,000 lines")
    assert 30 < megabytes < MEMORY


@pytest.mark.parametrize("event", [{}, [], "warm up", {"Event": "s3:TestEvent"}, {"Records": [None]}], ids=repr)
def test_an_event_of_something_else_is_logged_and_answered(import_function: ImageFunction, event: object) -> None:
    assert import_function.invoke(event) == NOTHING_AGAIN


@pytest.fixture
def empty_database(settings: Settings) -> Iterator[Database]:
    """Without a table: as before the first migration."""
    with temporary_database(settings, template=None) as database:
        yield database


def test_the_same_sandbox_goes_on_after_a_failure(
    image: Image, production_settings: Settings, empty_database: Database, objects: Objects
) -> None:
    """Here of a database without tables: S3's event fails as a whole, of SQS's messages each is to come again."""
    variables = variables_of(production_settings.model_copy(update={"database_url": empty_database.settings_url}))
    event = s3_event(objects.bucket, f"parts-lists/somebody/{uuid4()}/{uuid4()}.csv")
    with image_function(image, "parts_list_import", variables) as function:
        with pytest.raises(FunctionError) as error:
            function.invoke(event)
        assert (error.value.kind, error.value.type) == ("error", "ExceptionGroup")
        assert function.invoke(sqs_event(event)) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
        with image_function(image, "commands", variables) as commands:
            assert commands.invoke({"command": ["migrate"]})["exitCode"] == 0
        waiting = stored(objects, waiting_list(empty_database), csv_of(1, 2))
        assert function.invoke(s3_event(objects.bucket, waiting.key)) == NOTHING_AGAIN
        assert list_row(empty_database, waiting)["status"] == "ready"


def test_the_schedule_finishes_what_requests_could_not(
    image: Image,
    production_settings: Settings,
    own_database: Database,
    objects: Objects,
    record_property: Callable[[str, object], None],
) -> None:
    settings = production_settings.model_copy(update={"database_url": own_database.settings_url, "redis_url": None})
    with image_function(image, "maintenance", variables_of(settings)) as function:
        for count in (2, 0):
            keys = {leave_object(own_database, objects) for _ in range(count)}
            assert function.invoke(SCHEDULED) == done(relayed=count)
            assert not keys & objects.keys("test/")
        told = function.line(lambda line: line["message"] == "maintenance" and line["relayed"] == 2)
        assert told["level"] == "INFO"
        seconds, megabytes = function.init_seconds, function.peak_megabytes
    record_property(MEASURED, f"image, maintenance: {seconds:.2f} s to start, {megabytes} MB")
    assert 30 < megabytes < MEMORY
