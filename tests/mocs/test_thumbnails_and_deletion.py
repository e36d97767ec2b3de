"""What takes the place of something else, or goes: the rows, their objects in storage, and nothing besides."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.mocs.builders import (
    FILE_KEYS,
    MOC_KEYS,
    add_file,
    add_files,
    detail,
    moc_with_files,
    new_moc,
)
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.pictures import CSV, JPEG, PDF, PNG
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID

FRONT = ("images", ("front.jpg", JPEG, "image/jpeg"))
BACK = ("images", ("back.png", PNG, "image/png"))
PARTS = ("partsLists", ("parts.csv", CSV, "text/csv"))


def stored(objects: Objects, user_id: str) -> set[str]:
    """The URLs under which a user's objects are answered."""
    return {f"/uploads/{key}" for folder in ("mocs", "parts-lists") for key in objects.keys(f"{folder}/{user_id}/")}


def test_a_new_thumbnail_takes_the_place_of_the_old(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = moc_with_files(user, FRONT, BACK)
    plan, front, back = moc["files"]
    answer = add_files(user, moc, "thumbnail", ("front.jpg", PNG, ""))  # no wonder that this one is not a JPEG
    assert answer.status_code == 400
    file = add_file(user, moc, "thumbnail", "front.jpg", JPEG)  # by the same name
    shown = detail(user, moc)
    assert shown["thumbnailUrl"] == file["fileUrl"] != front["fileUrl"]
    assert {file["id"] for file in shown["files"]} == {plan["id"], back["id"], file["id"]}
    assert [image["id"] for image in shown["images"]] == [file["id"], back["id"]]
    assert stored(objects, user.id) == {file["fileUrl"] for file in shown["files"]}
    assert api.client().get(front["fileUrl"]).status_code == 404


def test_a_thumbnail_by_the_name_of_another_file_is_a_conflict(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    moc = moc_with_files(user, FRONT, BACK)
    before = stored(objects, user.id)
    answer = add_files(user, moc, "thumbnail", ("back.png", PNG, ""))
    assert refusal(answer) == (409, "CONFLICT", "This MOC already has a file named back.png")
    assert detail(user, moc)["thumbnailUrl"] == moc["thumbnailUrl"]
    assert stored(objects, user.id) == before


def test_deleting_the_thumbnail(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = moc_with_files(user, FRONT, BACK)
    plan, front, back = moc["files"]
    answer = user.delete(f"/api/mocs/{moc['id']}/files/{front['id']}")
    assert answer.status_code == 200
    assert list(answer.json()) == ["message", "file", "moc"]
    assert answer.json()["message"] == "File deleted successfully"
    assert list(answer.json()["file"]) == FILE_KEYS
    assert answer.json()["file"] == front
    assert list(answer.json()["moc"]) == MOC_KEYS
    assert answer.json()["moc"]["thumbnailUrl"] is None
    shown = detail(user, moc)
    assert (shown["thumbnailUrl"], shown["files"]) == (None, [plan, back])
    assert stored(objects, user.id) == {plan["fileUrl"], back["fileUrl"]}


def test_deleting_another_file_leaves_the_thumbnail(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    moc = moc_with_files(user, FRONT, BACK)
    back = moc["files"][2]
    assert user.delete(f"/api/mocs/{moc['id']}/files/{back['id']}").json()["moc"]["thumbnailUrl"] == moc["thumbnailUrl"]
    assert back["fileUrl"] not in stored(objects, user.id)


def test_a_picture_that_serves_as_the_thumbnail_stops_when_it_goes(over_http: Api) -> None:
    user = over_http.user()
    moc = moc_with_files(user, FRONT, BACK)
    back = moc["files"][2]
    user.patch(f"/api/mocs/{moc['id']}", json={"thumbnailUrl": back["fileUrl"]})
    assert user.delete(f"/api/mocs/{moc['id']}/files/{back['id']}").json()["moc"]["thumbnailUrl"] is None


def test_who_may_delete_a_file(api: Api, objects: Objects) -> None:
    owner = api.user()
    moc = moc_with_files(owner, PARTS)
    path = f"/api/mocs/{moc['id']}/files/{moc['files'][0]['id']}"
    refused = api.user().delete(path)
    assert refusal(refused)[:2] == (403, "FORBIDDEN")
    assert detail(owner, moc)["files"] == moc["files"]
    assert api.admin().delete(path).status_code == 200
    assert refusal(owner.delete(path)) == (404, "FILE_NOT_FOUND", "File not found")
    assert stored(objects, owner.id) == {moc["files"][1]["fileUrl"]}


@pytest.mark.parametrize("id", [NOBODYS_ID, "plan.pdf"])
def test_a_file_that_does_not_exist(over_http: Api, id: str) -> None:
    user = over_http.user()
    moc, other = moc_with_files(user), moc_with_files(user)
    missing = (404, "FILE_NOT_FOUND", "File not found")
    assert refusal(user.delete(f"/api/mocs/{moc['id']}/files/{id}")) == missing
    assert refusal(user.delete(f"/api/mocs/{moc['id']}/files/{other['files'][0]['id']}")) == missing
    assert refusal(user.delete(f"/api/mocs/{id}/files/{moc['files'][0]['id']}"))[1] == "MOC_NOT_FOUND"
    assert detail(user, other)["files"] == other["files"]


def test_deleting_a_moc_deletes_what_is_its_own(api: Api, objects: Objects, database: Database) -> None:
    user = api.user()
    moc, other = moc_with_files(user, FRONT, BACK, PARTS), moc_with_files(user, FRONT)
    answer = user.delete(f"/api/mocs/{moc['id']}")
    assert answer.status_code == 200
    assert list(answer.json()) == ["message", "moc"]
    assert answer.json()["message"] == "MOC deleted successfully"
    assert answer.json()["moc"] == {name: moc[name] for name in MOC_KEYS}
    assert refusal(user.get(f"/api/mocs/{moc['id']}")) == (404, "MOC_NOT_FOUND", "MOC not found")
    assert refusal(user.delete(f"/api/mocs/{moc['id']}"))[0] == 404
    assert database.count("moc_files", "moc_id = $1", moc["id"]) == 0
    assert stored(objects, user.id) == {file["fileUrl"] for file in other["files"]}
    assert detail(user, other)["files"] == other["files"]


def test_who_may_delete_a_moc(api: Api) -> None:
    owner = api.user()
    moc = new_moc(owner)
    refused = api.user().delete(f"/api/mocs/{moc['id']}")
    assert refusal(refused) == (403, "FORBIDDEN", "Forbidden: You do not have permission to delete this MOC")
    assert api.admin().delete(f"/api/mocs/{moc['id']}").status_code == 200
    assert owner.get("/api/mocs").json()["total"] == 0


def test_of_two_files_that_take_a_name_at_once_one_gets_it(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    moc = new_moc(user)
    with ThreadPoolExecutor(2) as threads:
        for number in range(3):

            def add(_: int, name: str = f"{number}.csv") -> httpx.Response:
                return add_files(user, moc, "parts-list", (name, CSV, "text/csv"))

            assert sorted(answer.status_code for answer in threads.map(add, range(2))) == [201, 409]
    assert len(detail(user, moc)["files"]) == 3
    assert stored(objects, user.id) == {file["fileUrl"] for file in detail(user, moc)["files"]}


def test_of_two_instructions_at_once_one_gets_in(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    moc = new_moc(user)
    with ThreadPoolExecutor(2) as threads:
        answers = threads.map(lambda name: add_files(user, moc, "instruction", (name, PDF, "")), ["a.pdf", "b.pdf"])
        assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert stored(objects, user.id) == {file["fileUrl"] for file in detail(user, moc)["files"]}


def test_thumbnails_at_once_leave_one(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    moc = new_moc(user)
    with ThreadPoolExecutor(3) as threads:
        names = [f"{n}.jpg" for n in range(3)]
        answers = threads.map(lambda name: add_files(user, moc, "thumbnail", (name, JPEG, "")), names)
        assert {answer.status_code for answer in answers} == {201}
    shown = detail(user, moc)
    (file,) = shown["files"]
    assert shown["thumbnailUrl"] == file["fileUrl"]
    assert stored(objects, user.id) == {file["fileUrl"]}


def test_a_file_added_while_its_moc_is_deleted_leaves_no_object(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    with ThreadPoolExecutor(2) as threads:
        for _ in range(3):
            moc = new_moc(user)
            adding = threads.submit(add_files, user, moc, "parts-list", ("parts.csv", CSV, "text/csv"))
            deleting = threads.submit(user.delete, f"/api/mocs/{moc['id']}")
            assert deleting.result().status_code == 200
            assert adding.result().status_code in (201, 404)
    assert stored(objects, user.id) == set()
