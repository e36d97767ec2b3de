"""Direct uploads that are finalized while somebody else does something to them: each meets the other at the lock."""

import httpx
import pytest

from lego_api.config import Settings
from lego_api.parts_lists.importing import PartsListImports
from lego_api.resources import Resources
from tests.mocs.builders import Json, detail
from tests.mocs.direct_upload_builders import (
    FRONT,
    PARTS,
    PLAN,
    File,
    begin,
    finalize,
    finalized,
    key_of,
    objects_of,
    send,
)
from tests.parts_lists.sent_lists import read_stored
from tests.support.clients import Api, User
from tests.support.database import Database, run
from tests.support.locks import Request, held_up
from tests.support.objects import Objects
from tests.support.pictures import CSV

LOCK = "SELECT 1 FROM moc_instructions WHERE id = $1 FOR UPDATE"


@pytest.fixture
def user(over_http: Api) -> User:
    return over_http.user()


def sent(user: User, *files: File) -> tuple[str, list[Json]]:
    """A MOC whose files are all there, and none is finalized."""
    moc_id, permissions = begin(user, *files)
    for permission, file in zip(permissions, files, strict=True):
        send(permission, file.content)
    return moc_id, permissions


@pytest.mark.parametrize("file", [PLAN, PARTS, FRONT], ids=lambda file: file.file_type)
def test_two_requests_that_both_found_it_good(user: User, database: Database, objects: Objects, file: File) -> None:
    moc_id, permissions = sent(user, PLAN._replace(name="other.pdf"), file)
    requests: list[Request] = [lambda: finalize(user, moc_id, permissions[1])] * 3
    answers = held_up(database, requests, LOCK, moc_id)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.json()["failed"] for answer in answers] == [[]] * 3
    assert [answer.json()["moc"]["files"] for answer in answers] == [detail(user, {"id": moc_id})["files"]] * 3
    [kept] = answers[0].json()["moc"]["files"]
    assert objects_of(objects, moc_id) == {kept["fileUrl"].removeprefix("/uploads/"), *sent_keys(permissions[:1])}


def sent_keys(permissions: list[Json]) -> set[str]:
    return {key_of(permission) for permission in permissions}


@pytest.mark.parametrize("file", [PLAN, FRONT], ids=lambda file: file.file_type)
def test_a_moc_that_is_deleted_while_its_file_is_looked_at(
    user: User, database: Database, objects: Objects, file: File
) -> None:
    moc_id, permissions = sent(user, PLAN._replace(name="other.pdf"), file)
    delete = "DELETE FROM moc_instructions WHERE id = $1"
    [answer] = held_up(database, [lambda: finalize(user, moc_id, permissions[1])], delete, moc_id)
    assert (answer.status_code, answer.json()["code"]) == (404, "MOC_NOT_FOUND")
    assert database.count("moc_files", "moc_id = $1", moc_id) == 0
    # What is left is what was sent: until nobody can send it again, it has time.
    assert objects_of(objects, moc_id) == sent_keys(permissions)
    waiting = "kind = 'delete-unused-uploads' AND payload::text LIKE $1"
    assert database.count("outbox", waiting, f"%{key_of(permissions[1])}%") == 1


@pytest.mark.parametrize("file", [PLAN, FRONT], ids=lambda file: file.file_type)
def test_an_upload_that_another_request_discards_meanwhile(
    user: User, database: Database, objects: Objects, file: File
) -> None:
    moc_id, permissions = sent(user, PLAN._replace(name="other.pdf"), file)
    discard = "DELETE FROM pending_uploads WHERE id = $1"
    upload_id = permissions[1]["fileId"]
    [answer] = held_up(database, [lambda: finalize(user, moc_id, permissions[1])], discard, upload_id)
    assert answer.status_code == 200
    assert answer.json()["failed"] == [
        {
            "fileId": upload_id,
            "filename": file.name,
            "error": "No such upload is known, or not any more. Start it again.",
        }
    ]
    assert answer.json()["moc"]["files"] == []
    assert objects_of(objects, moc_id) == sent_keys(permissions), "and no picture that was made for nothing"


def test_what_was_refused_is_not_taken_from_who_accepted_it_meanwhile(
    user: User, database: Database, objects: Objects
) -> None:
    """One request saw it before it was sent again as it should be, and another one after."""
    moc_id, [plan] = begin(user, PLAN)
    send(plan, PLAN.content + b"too much")
    accept = """
        WITH accepted AS (DELETE FROM pending_uploads WHERE id = $1 RETURNING *)
        INSERT INTO moc_files (id, moc_id, file_type, file_url, original_filename)
        SELECT id, moc_id, file_type, object_key, filename FROM accepted
    """
    [answer] = held_up(database, [lambda: finalize(user, moc_id, plan)], accept, plan["fileId"])
    assert answer.json()["failed"] == []
    assert [file["id"] for file in answer.json()["moc"]["files"]] == [plan["fileId"]]
    assert objects_of(objects, moc_id) == {key_of(plan)}


def test_the_event_and_finalizing_meet(user: User, settings: Settings, database: Database, objects: Objects) -> None:
    moc_id, permissions = sent(user, PLAN, PARTS)
    key = key_of(permissions[1])

    async def read() -> None:
        resources = Resources(settings)
        try:
            await PartsListImports(resources).import_object(key)
        finally:
            await resources.aclose()

    def event() -> httpx.Response:
        run(read())
        return httpx.Response(204)

    held_up(database, [event, lambda: finalize(user, moc_id, permissions[1]), event], LOCK, moc_id)
    read_stored(settings, objects, moc_id)
    body = finalized(user, moc_id, *permissions)
    assert body["failed"] == []
    assert body["moc"]["totalPieceCount"] == 25, CSV
    [parts_list] = detail(user, {"id": moc_id})["partsLists"]
    assert (parts_list["status"], parts_list["totalPartsCount"]) == ("ready", "25")
    kept = {file["fileUrl"].removeprefix("/uploads/") for file in body["moc"]["files"]}
    assert objects_of(objects, moc_id) == kept
