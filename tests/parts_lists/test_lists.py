"""Parts lists under both their paths: made, seen, changed and deleted by the owner of their MOC, and by nobody else."""

from typing import Any
from uuid import uuid4

import pytest

from tests.mocs.builders import Json, new_moc
from tests.parts_lists.builders import HOUSE, PARTS_LIST_KEYS, moc_with_list, new_list, shown
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.refusals import refusal

PREFIXES = ("/api/mocs", "/api/moc-instructions")
FIELDS = {
    "title": "Walls",
    "description": "Only the walls",
    "built": True,
    "purchased": True,
    "inventoryPercentage": "12.50",
    "totalPartsCount": "100",
    "acquiredPartsCount": "12",
    "costEstimate": "99.90",
    "actualCost": "101.00",
    "notes": "Ask Bob for the red ones",
}
MOC_NOT_FOUND = (404, "MOC_NOT_FOUND", "MOC not found")
LIST_NOT_FOUND = (404, "PARTS_LIST_NOT_FOUND", "Parts list not found")


@pytest.fixture(params=PREFIXES)
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def path(prefix: str, moc: Json, *rest: object) -> str:
    return "/".join((f"{prefix}/{moc['id']}/parts-lists", *map(str, rest)))


def test_a_list_is_made_and_seen(api: Api, prefix: str) -> None:
    user = api.user()
    moc = new_moc(user)
    answer = user.post(path(prefix, moc), json=FIELDS)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (list(made), made["status"], made["message"]) == (
        ["status", "message", "data"],
        201,
        "Parts list created successfully",
    )
    assert list(made["data"]) == PARTS_LIST_KEYS
    assert made["data"].items() >= (FIELDS | {"mocId": moc["id"], "fileId": None, "status": "ready"}).items()

    one = user.get(path(prefix, moc, made["data"]["id"])).json()
    assert one == {"status": 200, "message": "Parts list retrieved successfully", "data": made["data"]}
    every = user.get(path(prefix, moc)).json()
    assert every == {"status": 200, "message": "Parts lists retrieved successfully", "data": [made["data"]]}


def test_a_new_list_is_as_the_old_server_made_it(api: Api) -> None:
    user = api.user()
    made = new_list(user, new_moc(user), title="  Walls ")
    assert made["title"] == "Walls"
    empty = ("description", "totalPartsCount", "costEstimate", "actualCost", "notes", "format", "problems")
    assert {made[name] for name in empty} == {None}
    assert (made["built"], made["purchased"]) == (False, False)
    assert (made["inventoryPercentage"], made["acquiredPartsCount"]) == ("0.00", "0")


def test_only_what_is_sent_changes_and_null_clears(api: Api, prefix: str) -> None:
    user = api.user()
    moc = new_moc(user)
    made = new_list(user, moc, **FIELDS)
    answer = user.put(path(prefix, moc, made["id"]), json={"title": "Towers", "unknown": 1})
    assert answer.json()["message"] == "Parts list updated successfully"
    changed = answer.json()["data"]
    assert changed == made | {"title": "Towers", "updatedAt": changed["updatedAt"]}
    assert changed["updatedAt"] >= made["updatedAt"]

    cleared = user.put(path(prefix, moc, made["id"]), json=dict.fromkeys(FIELDS.keys() - {"title"}))
    new = {"built": False, "purchased": False, "inventoryPercentage": "0.00", "acquiredPartsCount": "0"}
    expected = dict.fromkeys(FIELDS) | new | {"title": "Towers"}
    assert {name: cleared.json()["data"][name] for name in FIELDS} == expected
    assert [{name: each[name] for name in FIELDS} for each in shown(user, moc)] == [expected]


def test_what_was_answered_can_be_sent_back(api: Api) -> None:
    user = api.user()
    moc, made = moc_with_list(user)
    answer = user.put(path("/api/mocs", moc, made["id"]), json=made)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"] == made | {"updatedAt": answer.json()["data"]["updatedAt"]}


def test_how_far_the_builder_is(api: Api, prefix: str) -> None:
    user = api.user()
    moc, made = moc_with_list(user)
    status = {"built": True, "inventoryPercentage": 50, "acquiredPartsCount": 16, "actualCost": 3.5, "notes": "Half"}
    answer = user.patch(path(prefix, moc, made["id"], "status"), json=status)
    assert answer.json()["message"] == "Parts list status updated successfully"
    data = answer.json()["data"]
    written = {"built": True, "inventoryPercentage": "50.00", "acquiredPartsCount": "16", "actualCost": "3.5"}
    assert data == made | written | {"notes": "Half", "updatedAt": data["updatedAt"]}

    other = user.patch(path(prefix, moc, made["id"], "status"), json={"purchased": True, "title": "Not a status"})
    assert other.json()["data"] == data | {"purchased": True, "updatedAt": other.json()["data"]["updatedAt"]}


def test_a_deleted_list_is_gone_with_its_parts_and_its_file_stays(api: Api, database: Database, prefix: str) -> None:
    user = api.user()
    moc, made = moc_with_list(user)
    answer = user.delete(path(prefix, moc, made["id"]))
    assert answer.json() == {"status": 200, "message": "Parts list deleted successfully", "data": None}
    assert database.count("moc_parts", "parts_list_id = $1::text::uuid", made["id"]) == 0
    for again in (
        user.delete(path(prefix, moc, made["id"])),
        user.get(path(prefix, moc, made["id"])),
        user.get(path(prefix, moc, made["id"], "parts")),
        user.put(path(prefix, moc, made["id"]), json={}),
        user.patch(path(prefix, moc, made["id"], "status"), json={}),
    ):
        assert refusal(again) == LIST_NOT_FOUND
    detail = user.get(f"/api/mocs/{moc['id']}").json()["data"]
    assert (detail["partsLists"], detail["totalPieceCount"]) == ([], None)
    [file] = detail["files"]
    assert user.get(file["fileUrl"]).content == HOUSE


def test_ids_that_nothing_has(api: Api, prefix: str) -> None:
    user = api.user()
    moc = new_moc(user)
    for id in (uuid4(), "test-moc-1", "0" * 32, "%00x"[3:]):
        assert refusal(user.get(path(prefix, {"id": id}))) == MOC_NOT_FOUND
        assert refusal(user.post(path(prefix, {"id": id}), json={"title": "Walls"})) == MOC_NOT_FOUND
        assert refusal(user.get(path(prefix, moc, id))) == LIST_NOT_FOUND
        assert refusal(user.put(path(prefix, moc, id), json={"title": "Walls"})) == LIST_NOT_FOUND


def test_lists_of_two_mocs_never_mix(api: Api, prefix: str) -> None:
    user = api.user()
    one, other = new_moc(user), new_moc(user)
    lists = [new_list(user, moc, title=title) for moc, title in ((one, "A"), (other, "B"), (one, "C"))]
    assert [each["title"] for each in user.get(path(prefix, one)).json()["data"]] == ["A", "C"]
    assert [each["title"] for each in user.get(path(prefix, other)).json()["data"]] == ["B"]
    for answer in (
        user.get(path(prefix, other, lists[0]["id"])),
        user.get(path(prefix, other, lists[0]["id"], "parts")),
        user.put(path(prefix, other, lists[0]["id"]), json={"title": "D"}),
        user.delete(path(prefix, other, lists[0]["id"])),
    ):
        assert refusal(answer) == LIST_NOT_FOUND
    assert [each["title"] for each in shown(user, one)] == ["A", "C"]


@pytest.mark.parametrize("who", ["stranger", "admin"])
def test_lists_of_somebody_elses_moc(api: Api, prefix: str, who: str) -> None:
    """An admin may do no more than others. Whether the body is good is nobody else's business."""
    owner = api.user()
    caller = api.admin() if who == "admin" else api.user()
    moc, made = moc_with_list(owner)
    requests: list[tuple[str, str, str, Any]] = [
        ("GET", "view", path(prefix, moc), None),
        ("GET", "view", path(prefix, moc, made["id"]), None),
        ("GET", "view", path(prefix, moc, made["id"], "parts"), None),
        ("GET", "view", path(prefix, moc, "no-id"), None),
        ("POST", "change", path(prefix, moc), {"title": ""}),
        ("PUT", "change", path(prefix, moc, made["id"]), {"title": None}),
        ("PATCH", "change", path(prefix, moc, made["id"], "status"), {"built": "perhaps"}),
        ("DELETE", "change", path(prefix, moc, made["id"]), None),
    ]
    for method, verb, url, body in requests:
        expected = (403, "FORBIDDEN", f"Forbidden: You do not have permission to {verb} the parts lists of this MOC")
        assert refusal(caller.request(method, url, json=body)) == expected
        assert api.client().request(method, url, json=body).status_code == 401
    assert shown(owner, moc) == [made]


def test_the_file_that_a_list_is_about(api: Api) -> None:
    user = api.user()
    moc, made = moc_with_list(user)
    other, _ = moc_with_list(user)
    by_hand = new_list(user, moc, fileId=made["fileId"])
    assert by_hand["fileId"] == made["fileId"]
    for moc_without_it, file_id in ((other, made["fileId"]), (moc, str(uuid4()))):
        answer = user.post(path("/api/mocs", moc_without_it), json={"title": "Walls", "fileId": file_id})
        assert refusal(answer) == (400, "VALIDATION_ERROR", "Invalid input")
        assert answer.json()["details"]["fieldErrors"] == {"fileId": ["must be a file of this MOC"]}
