"""Parts lists that are sent to the bucket directly: the event and `finalize`, whichever comes first."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.mocs.direct_upload_builders import PLAN, File, begin, failures, key_of, send
from tests.parts_lists.sent_lists import ORDERS, Sent
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.events import DONE, Function, import_function, s3_event
from tests.support.objects import Objects
from tests.support.pictures import PDF, PNG
from tests.support.waiting_lists import house_csv

GOOD = File("parts.csv", house_csv(4, 2), "parts-list")
BAD = File("parts.csv", b"Part ID,Quantity\n3001,x\n", "parts-list")


@pytest.fixture(scope="module")
def function(settings: Settings) -> Iterator[Function]:
    with import_function(settings) as function:
        yield function


@pytest.fixture
def user(over_http: Api) -> User:
    return over_http.user()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("file", "outcome"), [(GOOD, ("ready", "6")), (BAD, ("failed", None))], ids=["good", "bad"])
def test_both_orders_give_the_same(
    order: str, file: File, outcome: tuple[str, str | None], user: User, function: Function, objects: Objects
) -> None:
    sent = Sent(user, function, objects, file)
    sent.take(order)
    assert sent.outcome() == [outcome]
    moc = user.get(f"/api/mocs/{sent.moc_id}").json()["data"]
    assert [file["fileType"] for file in moc["files"]] == ["parts-list"]
    assert moc["totalPieceCount"] == (6 if file is GOOD else None)


def test_what_was_never_finalized_is_read_nevertheless(
    user: User, function: Function, objects: Objects, database: Database
) -> None:
    sent = Sent(user, function, objects, GOOD)
    sent.event()
    assert sent.outcome() == [("ready", "6")]
    assert database.count("pending_uploads", "id = $1::text::uuid", sent.permission["fileId"]) == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (GOOD.content + b"\n", "bytes"),
        (GOOD.content[:-1], "bytes"),
        (PNG[: len(GOOD.content)].ljust(len(GOOD.content)), "does not contain what its name says"),
    ],
    ids=["too long", "too short", "a picture"],
)
def test_what_finalizing_refuses_is_left_to_it(
    content: bytes, says: str, user: User, function: Function, objects: Objects, database: Database
) -> None:
    sent = Sent(user, function, objects, GOOD, content)
    sent.event()
    assert sent.outcome() == []
    assert database.count("moc_files", "moc_id = $1::text::uuid", sent.moc_id) == 0
    assert says in failures(sent.finalize())["parts.csv"]
    sent.event()
    assert sent.outcome() == []


def test_a_name_that_is_taken_is_left_to_finalizing(
    user: User, function: Function, objects: Objects, database: Database
) -> None:
    sent = Sent(user, function, objects, GOOD)
    database.fetch(
        "INSERT INTO moc_files (moc_id, file_type, file_url, original_filename)"
        " VALUES ($1::text::uuid, 'instruction', 'https://old.example.com/x', 'parts.csv')",
        sent.moc_id,
    )
    sent.event()
    assert sent.outcome() == []
    assert "already has a file" in failures(sent.finalize())["parts.csv"]


@pytest.mark.parametrize("order", ["event first", "finalize first"])
def test_instructions_that_are_sent_as_a_parts_list_are_kept_without_one(
    order: str, user: User, function: Function, objects: Objects
) -> None:
    sent = Sent(user, function, objects, File("parts.pdf", PDF, "parts-list"))
    sent.take(order)
    assert sent.outcome() == []
    files = user.get(f"/api/mocs/{sent.moc_id}").json()["data"]["files"]
    assert [file["originalFilename"] for file in files] == ["parts.pdf"]


def test_an_instruction_is_never_taken_for_a_parts_list(
    user: User, function: Function, objects: Objects, database: Database
) -> None:
    """Also where the bucket's events are not limited to parts lists."""
    moc_id, (plan,) = begin(user, PLAN)
    send(plan, PLAN.content)
    assert function.invoke(s3_event(objects.bucket, key_of(plan))) == DONE
    assert database.count("moc_files", "moc_id = $1::text::uuid", moc_id) == 0
    assert database.count("pending_uploads", "moc_id = $1::text::uuid", moc_id) == 1
