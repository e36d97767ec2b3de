"""Every sample file sent to the bucket directly: read by the event, and the same whichever comes first."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.mocs.builders import add_file, moc_with_files, new_moc, problems
from tests.mocs.direct_upload_builders import PLAN, File, initialize
from tests.parts_lists.builders import shown
from tests.parts_lists.sent_lists import Sent
from tests.parts_lists.test_large_uploads import import_stored
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.events import Function, import_function
from tests.support.objects import Objects
from tests.support.part_samples import NAMES, assert_as_expected, content
from tests.support.waiting_lists import Waiting

EMPTY = "bad-empty.csv"
UNMARKED = {encoding: content("house.csv").decode().encode(encoding) for encoding in ("utf-16-le", "utf-16-be")}
# What is sent, and the sample whose result it has.
SENT = [pytest.param(name, content(name), id=name) for name in NAMES if name != EMPTY]
SENT += [pytest.param("house.csv", encoded, id=f"house.csv in {encoding}") for encoding, encoded in UNMARKED.items()]


@pytest.fixture(scope="module")
def function(settings: Settings) -> Iterator[Function]:
    with import_function(settings) as function:
        yield function


@pytest.mark.parametrize("order", ["event first", "finalize first"])
@pytest.mark.parametrize(("name", "sent"), SENT)
def test_a_direct_upload(
    name: str, sent: bytes, order: str, over_http: Api, function: Function, objects: Objects, database: Database
) -> None:
    upload = Sent(over_http.user(), function, objects, File(name, sent, "parts-list"))
    upload.take(order)
    assert upload.finalize()["failed"] == []
    [found] = upload.lists()
    assert_as_expected(database, name, Waiting(upload.moc_id, found["id"], found["fileId"], key=""))


def test_an_empty_file_cannot_be_announced(over_http: Api) -> None:
    empty = File(EMPTY, content(EMPTY), "parts-list")
    refused = problems(initialize(over_http.user(), PLAN.announced(), empty.announced()))
    assert refused == {"files": ["1.size: Input should be greater than or equal to 1"]}


@pytest.mark.parametrize("way", ["added to a MOC", "with a new MOC"])
@pytest.mark.parametrize(("name", "sent"), SENT)
def test_a_file_of_a_moc(name: str, sent: bytes, way: str, over_http: Api, database: Database) -> None:
    """The other ways of sending it agree."""
    user = over_http.user()
    if way == "added to a MOC":
        moc = new_moc(user)
        file = add_file(user, moc, "parts-list", name, sent)
    else:
        moc = moc_with_files(user, ("partsLists", (name, sent, "text/csv")))
        file = next(file for file in moc["files"] if file["fileType"] == "parts-list")
    import_stored(over_http.settings, file)
    [found] = shown(user, moc)
    assert_as_expected(database, name, Waiting(moc["id"], found["id"], file["id"], key=""))
