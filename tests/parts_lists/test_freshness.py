"""What is answered about a MOC comes from the cache, and still shows at once what another process did to its lists."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from lego_api.config import Settings
from tests.mocs.builders import Json, detail, new_moc
from tests.parts_lists.builders import csv_of, lists_path, shown, upload, uploaded
from tests.support.clients import Api, User
from tests.support.faults import serving

Change = Callable[[User, Json, Json], httpx.Response]

CHANGES: dict[str, Change] = {
    "an upload": lambda user, moc, _: upload(user, moc, "other.csv", csv_of(5)),
    "the same name again": lambda user, moc, _: upload(user, moc, content=csv_of(5)),
    "a list that is read later": lambda user, moc, _: upload(user, moc, content=csv_of(*[1] * 10_001)),
    "a list by hand": lambda user, moc, _: user.post(lists_path(moc), json={"title": "x", "totalPartsCount": 3}),
    "a change": lambda user, moc, made: user.put(lists_path(moc, made["id"]), json={"totalPartsCount": 3}),
    "a status": lambda user, moc, made: user.patch(lists_path(moc, made["id"], "status"), json={"built": True}),
    "a deletion": lambda user, moc, made: user.delete(lists_path(moc, made["id"])),
    "a deleted file": lambda user, moc, made: user.delete(f"/api/mocs/{moc['id']}/files/{made['fileId']}"),
}


@pytest.fixture(scope="module")
def elsewhere(settings: Settings) -> Iterator[Api]:
    """A second process on the same database and the same Redis."""
    with serving(settings) as api:
        yield api


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_another_process_is_seen_at_once(over_http: Api, elsewhere: Api, change: str) -> None:
    here = over_http.user()
    there = elsewhere.user(here.id)
    moc = new_moc(here)
    made = uploaded(here, moc)["partsList"]
    before = detail(here, moc)
    assert before == detail(here, moc)
    assert before["partsLists"] == [made]
    [listed] = here.get("/api/mocs").json()["data"]
    assert listed["totalPieceCount"] == before["totalPieceCount"] == 32

    answer = CHANGES[change](there, moc, made)
    assert answer.status_code in (200, 201, 202), answer.text
    after = detail(here, moc)
    assert after["partsLists"] == shown(there, moc) != before["partsLists"]
    totals = [each["totalPartsCount"] for each in after["partsLists"] if each["totalPartsCount"] is not None]
    assert after["totalPieceCount"] == (sum(map(int, totals)) if totals else None)
    [listed] = here.get("/api/mocs").json()["data"]
    assert (listed["totalPieceCount"], listed["updatedAt"]) == (after["totalPieceCount"], after["updatedAt"])
    [found] = here.get(f"/api/users/{here.id}").json()["recentMocs"]
    assert found["totalPieceCount"] == after["totalPieceCount"]
