"""From the bucket to the parts with nobody calling anything: S3's notification, its queue, and who waits at it."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import boto3
import httpx
import pytest

from lego_api.config import Settings
from lego_api.dev.aws import PARTS_LIST_PREFIXES
from tests.faults.databases import wait_until
from tests.faults.processes import python
from tests.mocs.builders import PLAN, multipart, new_moc, upload_moc
from tests.mocs.direct_upload_builders import PLAN as SENT_PLAN
from tests.mocs.direct_upload_builders import File, begin, finalized
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.events import Json
from tests.support.faults import serving
from tests.support.objects import Objects
from tests.support.part_samples import NAMES, assert_as_expected, content
from tests.support.waiting_lists import house_csv, list_row, stored, waiting_list


class Bucket:
    """One whose notifications are delivered, by the process that does it in the local stack."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.model_copy(update={"s3_bucket": f"notifying-{uuid4()}"})
        self.objects = Objects(self.settings)
        place = {"region_name": settings.aws_region, "endpoint_url": settings.s3_endpoint_url}
        self.sqs = boto3.client("sqs", **place)
        self.queue_url = self.sqs.create_queue(QueueName=self.objects.bucket)["QueueUrl"]
        self.objects.s3.create_bucket(Bucket=self.objects.bucket)
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["QueueArn"])["Attributes"]
        to_queue = [
            {
                "QueueArn": arn["QueueArn"],
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}},
            }
            for prefix in PARTS_LIST_PREFIXES
        ]
        self.objects.s3.put_bucket_notification_configuration(
            Bucket=self.objects.bucket, NotificationConfiguration={"QueueConfigurations": to_queue}
        )

        self.logged: list[Json] = []

    def log(self, lines: Iterable[str]) -> None:
        """What the process writes, to its end."""
        self.logged.extend(json.loads(line) for line in lines)

    def has_logged(self, message: str, key: str | None = None) -> bool:
        return any(line["message"].startswith(message) and line.get("key") == key for line in self.logged)

    def messages(self) -> int:
        """In the queue, also those that somebody is working on."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        numbers = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=names)["Attributes"]
        return sum(map(int, numbers.values()))


@pytest.fixture(scope="module")
def bucket(settings: Settings) -> Iterator[Bucket]:
    bucket = Bucket(settings)
    module = ("-m", "lego_api.dev.events")
    with (
        ThreadPoolExecutor() as threads,
        python(bucket.settings, *module, PARTS_LIST_QUEUE_URL=bucket.queue_url) as process,
    ):
        assert process.stdout is not None
        logging = threads.submit(bucket.log, process.stdout)
        yield bucket
        assert process.poll() is None
        process.kill()
        logging.result()


@pytest.fixture(scope="module")
def api(bucket: Bucket) -> Iterator[Api]:
    with serving(bucket.settings) as api:
        yield api


@pytest.fixture
def user(api: Api) -> User:
    return api.user()


def read(user: User, moc_id: str) -> Json:
    """The only list of a MOC, once it has been read."""
    path = f"/api/mocs/{moc_id}/parts-lists"

    def lists() -> list[Json]:
        data: list[Json] = user.get(path).json()["data"]
        return data

    wait_until(lambda: [found["status"] for found in lists()] in (["ready"], ["failed"]), "the list is read")
    return lists()[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_sample(name: str, bucket: Bucket, database: Database) -> None:
    waiting = stored(bucket.objects, waiting_list(database, name), content(name))
    wait_until(lambda: list_row(database, waiting)["status"] != "processing", "the list is read")
    assert_as_expected(database, name, waiting)


def test_a_direct_upload_by_plain_http(user: User) -> None:
    moc_id, (_, permission) = begin(user, SENT_PLAN, File("parts.csv", house_csv(4, 2), "parts-list"))
    sent = httpx.post(permission["uploadUrl"], data=permission["fields"], files={"file": house_csv(4, 2)})
    assert sent.status_code == 204
    found = read(user, moc_id)
    assert (found["status"], found["totalPartsCount"]) == ("ready", "6")
    parts = user.get(f"/api/mocs/{moc_id}/parts-lists/{found['id']}/parts").json()["data"]["parts"]
    assert [(part["partId"], part["quantity"]) for part in parts] == [("3001", 4), ("3002", 2)]
    assert user.get(f"/api/mocs/{moc_id}").json()["data"]["totalPieceCount"] == 6
    assert finalized(user, moc_id, permission)["failed"] == []


def test_a_list_that_is_stored_with_its_moc(user: User) -> None:
    """Its event comes before its row is committed."""
    parts = ("partsLists", ("parts.csv", house_csv(4, 2), "text/csv"))
    answer = upload_moc(user, PLAN, parts)
    assert answer.status_code == 201, answer.text
    assert read(user, answer.json()["moc"]["id"])["totalPartsCount"] == "6"


def test_a_list_that_is_too_long_for_a_request(user: User) -> None:
    moc = new_moc(user)
    form = multipart(("partsListFile", ("parts.csv", house_csv(*[1] * 10_001), "text/csv")))
    answer = user.post(f"/api/mocs/{moc['id']}/upload-parts-list", **form)
    assert answer.status_code == 202, answer.text
    assert answer.json()["data"]["partsList"]["status"] == "processing"
    assert read(user, moc["id"])["totalPartsCount"] == "10001"


def test_the_first_message_of_a_bucket_names_nothing(bucket: Bucket) -> None:
    wait_until(lambda: bucket.has_logged("S3 has tried whether it can send events"), "the message has come")


def test_every_message_is_done_with_in_the_end(bucket: Bucket, database: Database) -> None:
    nobodys = f"parts-lists/somebody/{uuid4()}/parts.csv"
    bucket.objects.s3.put_object(Bucket=bucket.objects.bucket, Key=nobodys, Body=house_csv(1))
    bucket.sqs.send_message(QueueUrl=bucket.queue_url, MessageBody="no event")
    waiting = stored(bucket.objects, waiting_list(database), house_csv(3))
    wait_until(lambda: list_row(database, waiting)["status"] == "ready", "the list is read")
    wait_until(lambda: bucket.messages() == 0, "the queue is empty")


def test_a_message_that_fails_comes_again(bucket: Bucket, database: Database) -> None:
    waiting = waiting_list(database)
    database.fetch("UPDATE moc_files SET file_url = 'not yet' WHERE id = $1::text::uuid", waiting.file_id)
    announced = {"keys": [waiting.key]}
    database.fetch(
        "INSERT INTO outbox (kind, payload, available_at) VALUES ('delete-objects', $1, '2100-01-01')", announced
    )
    stored(bucket.objects, waiting, house_csv(3))
    wait_until(lambda: bucket.has_logged("a parts list cannot be read yet", waiting.key), "it has been tried")
    assert bucket.messages() == 1
    database.fetch("UPDATE moc_files SET file_url = $1 WHERE id = $2::text::uuid", waiting.key, waiting.file_id)
    database.fetch("DELETE FROM outbox WHERE payload = $1", announced)
    wait_until(lambda: list_row(database, waiting)["status"] == "ready", "it has come again")
    wait_until(lambda: bucket.messages() == 0, "the queue is empty")
