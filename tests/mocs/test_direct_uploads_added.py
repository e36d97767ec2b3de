"""Files that go to the storage directly for a MOC that is there. Whatever becomes of them, it stays."""

from typing import Any

import pytest

from lego_api.config import Settings
from lego_api.web.body import LAMBDA_BODY_BYTES
from tests.mocs.builders import add_file, detail, moc_with_files, new_moc, problems
from tests.mocs.direct_upload_builders import (
    BACK,
    FRONT,
    PARTS,
    PLAN,
    File,
    allowed,
    ask,
    begin,
    failures,
    finalize,
    finalized,
    initialize,
    key_of,
    objects_of,
    send,
)
from tests.mocs.test_direct_uploads_expiry import permissions_end
from tests.parts_lists.builders import pieces_of, shown, upload
from tests.parts_lists.sent_lists import read_stored
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.locks import held_up
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects
from tests.support.pictures import CSV
from tests.support.refusals import refusal

TAKEN = "This MOC already has a file named parts.csv"


@pytest.fixture
def user(over_http: Api) -> User:
    return over_http.user()


def test_a_parts_list_that_no_invocation_carries(through_lambda: Api, settings: Settings, objects: Objects) -> None:
    """From the refusal, which names this way, to the pieces of the MOC."""
    user = through_lambda.user()
    rows = [f"3001,{'Brick 2 x 4'.ljust(900, '.')},1,Red\n" for _ in range(5000)]
    large = File("large.csv", "".join(["Part ID,Part Name,Quantity,Color\n", *rows]).encode(), "parts-list")
    assert len(large.content) > LAMBDA_BODY_BYTES
    moc = new_moc(user)
    told = upload(user, moc, large.name, large.content)
    assert told.status_code == 413
    assert "POST /api/mocs/with-files/initialize, which takes the mocId" in told.json()["message"]
    answer = ask(user, moc["id"], large.announced())
    assert answer.status_code == 201, answer.text
    assert answer.json()["message"] == "The files may be sent now"
    data = answer.json()["data"]
    assert list(data) == ["mocId", "uploadUrls", "expiresIn"]
    assert data["mocId"] == moc["id"]
    [permission] = data["uploadUrls"]
    send(permission, large.content)
    body = finalized(user, moc["id"], permission)
    assert body["failed"] == []
    assert [file["originalFilename"] for file in body["moc"]["files"]] == ["large.csv"]
    read_stored(settings, objects, moc["id"])
    assert [(each["status"], each["totalPartsCount"]) for each in shown(user, moc)] == [("ready", "5000")]
    assert pieces_of(user, moc) == 5000


def test_every_kind_of_file_without_instructions(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = new_moc(user, description="A castle")
    files = (PARTS, FRONT, BACK)
    permissions = allowed(user, moc["id"], *files)
    for permission, file in zip(permissions, files, strict=True):
        send(permission, file.content)
    for _ in range(2):  # and again
        body = finalized(user, moc["id"], *permissions)
        assert body["failed"] == []
    assert [file["originalFilename"] for file in body["moc"]["files"]] == [file.name for file in files]
    assert body["moc"]["thumbnailUrl"] == body["moc"]["images"][0]["url"]
    kept = ("title", "description", "author", "type", "createdAt")
    assert {name: body["moc"][name] for name in kept} == {name: moc[name] for name in kept}
    assert objects_of(objects, moc["id"]) == {
        file["fileUrl"].removeprefix("/uploads/") for file in body["moc"]["files"]
    }


def test_a_null_is_no_moc(user: User) -> None:
    answer = initialize(user, PLAN.announced(), mocId=None)
    assert answer.json()["message"] == "MOC created; its files may be sent now"


def test_what_is_said_of_the_moc_changes_nothing(user: User) -> None:
    """Like any key that this request does not know; also where it could not be."""
    moc = new_moc(user)
    answer = ask(user, moc["id"], PARTS.announced(), title="Another", type="castle", author=5, tags={})
    assert answer.status_code == 201, answer.text
    assert {**detail(user, moc), "updatedAt": ""}.items() >= {**moc, "updatedAt": ""}.items()


def test_strangers_may_not_and_admins_may(api: Api, database: Database) -> None:
    owner = api.user()
    moc = new_moc(owner)
    refused = refusal(ask(api.user(), moc["id"], PARTS.announced()))
    assert refused == (403, "FORBIDDEN", "Forbidden: You do not have permission to upload files to this MOC")
    assert database.count("pending_uploads", "moc_id = $1", moc["id"]) == 0
    admin = api.admin()
    [permission] = allowed(admin, moc["id"], PARTS)
    assert f"/{owner.id}/" in key_of(permission)
    send(permission, PARTS.content)
    assert finalize(api.user(), moc["id"], permission).status_code == 403
    assert finalized(owner, moc["id"], permission)["failed"] == []


@pytest.mark.parametrize("moc_id", ["6a0e1f2c-5b3d-4c8e-9f70-1d2e3f405162", "test-moc-1", ""])
def test_a_moc_that_does_not_exist(user: User, moc_id: str) -> None:
    assert refusal(ask(user, moc_id, PARTS.announced())) == (404, "MOC_NOT_FOUND", "MOC not found")


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        ({"mocId": 5}, "mocId", "Input should be a valid string"),
        ({"mocId": ["a"]}, "mocId", "Input should be a valid string"),
        ({"mocId": "a\x00b"}, "mocId", "must not contain NUL characters"),
        ({"files": []}, "files", "List should have at least 1 item"),
        ({"files": None}, "files", "Input should be a valid list"),
        ({"files": [PARTS.announced(size=0)]}, "files", "0.size: "),
        ({"files": [PARTS.announced(filename="parts.exe")]}, "files", "0: Parts list files must be"),
        ({"files": [BACK.announced(filename=f"{n}.jpg") for n in range(4)]}, "files", "At most 3 images"),
    ],
)
def test_what_is_wrong_is_named(user: User, body: Any, field: str, problem: str) -> None:
    usual = {"mocId": new_moc(user)["id"], "files": [PARTS.announced()]}
    answer = user.post("/api/mocs/with-files/initialize", json=usual | body)
    assert list(problems(answer)) == [field]
    assert problems(answer)[field][0].startswith(problem)


def test_names_that_are_there_are_not_sent_in_vain(user: User, database: Database) -> None:
    moc = moc_with_files(user, ("partsLists", (PARTS.name, CSV, "text/csv")))
    answer = ask(user, moc["id"], BACK.announced(), PARTS.announced())
    assert refusal(answer) == (409, "CONFLICT", TAKEN)
    assert answer.json()["details"]["fieldErrors"] == {"files": [TAKEN]}
    assert database.count("pending_uploads", "moc_id = $1", moc["id"]) == 0


def test_instructions_may_be_several_as_those_of_a_new_moc_may(user: User) -> None:
    moc = moc_with_files(user)
    [permission] = allowed(user, moc["id"], PLAN)
    send(permission, PLAN.content)
    files = finalized(user, moc["id"], permission)["moc"]["files"]
    assert [file["fileType"] for file in files].count("instruction") == 2


def test_a_thumbnail_may_have_the_name_of_the_one_whose_place_it_takes(user: User) -> None:
    moc = new_moc(user)
    first = add_file(user, moc, "thumbnail", FRONT.name, FRONT.content)
    [permission] = allowed(user, moc["id"], FRONT)
    send(permission, FRONT.content)
    [file] = finalized(user, moc["id"], permission)["moc"]["files"]
    assert (file["originalFilename"], file["id"] != first["id"]) == (FRONT.name, True)


def test_two_at_once_for_one_name(user: User, database: Database) -> None:
    """Both may send it, and the first that is finalized is the file."""
    moc_id = new_moc(user)["id"]
    lock = "SELECT 1 FROM moc_instructions WHERE id = $1 FOR UPDATE"
    answers = held_up(database, [lambda: ask(user, moc_id, PARTS.announced())] * 2, lock, moc_id)
    permissions = [answer.json()["data"]["uploadUrls"][0] for answer in answers]
    for permission in permissions:
        send(permission, PARTS.content)
    body = finalized(user, moc_id, *permissions)
    assert failures(body) == {PARTS.name: "This MOC already has a file with this name"}
    assert [file["id"] for file in body["moc"]["files"]] == [permissions[0]["fileId"]]


def test_a_moc_that_is_deleted_meanwhile(user: User, database: Database) -> None:
    moc_id = new_moc(user)["id"]
    delete = "DELETE FROM moc_instructions WHERE id = $1"
    [answer] = held_up(database, [lambda: ask(user, moc_id, PARTS.announced())], delete, moc_id)
    assert (answer.status_code, answer.json()["code"]) == (404, "MOC_NOT_FOUND")
    assert database.count("outbox", "payload::text LIKE $1", f"%{moc_id}%") == 0


def test_a_moc_that_is_deleted_before_its_files_are_finalized(user: User) -> None:
    moc_id = new_moc(user)["id"]
    [permission] = allowed(user, moc_id, PARTS)
    send(permission, PARTS.content)
    assert user.delete(f"/api/mocs/{moc_id}").status_code == 200
    assert finalize(user, moc_id, permission).status_code == 404


@pytest.mark.parametrize("made", ["by itself", "for direct uploads"])
def test_the_moc_stays_when_its_files_expire(
    alone: Api, module_settings: Settings, module_database: Database, objects: Objects, made: str
) -> None:
    user = alone.user()
    moc_id = new_moc(user)["id"] if made == "by itself" else begin(user, PLAN)[0]
    [permission] = allowed(user, moc_id, PARTS)
    send(permission, PARTS.content)
    permissions_end(module_database)
    hours_pass(module_database)
    run_maintenance(module_settings)
    assert module_database.count("pending_uploads") == module_database.count("outbox") == 0
    assert objects_of(objects, moc_id) == set()
    assert detail(user, {"id": moc_id})["files"] == []


def test_who_begins_a_moc_of_that_title_does_not_give_it_up(user: User) -> None:
    moc = new_moc(user)
    allowed(user, moc["id"], PARTS)
    answer = initialize(user, PLAN.announced(), title=moc["title"])
    assert refusal(answer)[:2] == (409, "CONFLICT")
    assert detail(user, moc)["title"] == moc["title"]


def test_nobody_is_shown_the_moc_as_it_was_before(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    assert detail(user, moc)["updatedAt"] == moc["updatedAt"]
    allowed(user, moc["id"], PARTS)
    assert detail(user, moc)["updatedAt"] > moc["updatedAt"]
