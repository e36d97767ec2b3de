"""A MOC whose files go to the storage directly, from the permission to the download."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import httpx

from lego_api.config import Settings
from tests.mocs.builders import FILE_KEYS, MOC_KEYS, add_file, detail, new_moc
from tests.mocs.direct_upload_builders import (
    BACK,
    FRONT,
    PARTS,
    PLAN,
    File,
    begin,
    finalize,
    finalized,
    initialize,
    key_of,
    objects_of,
    send,
    unknown,
    upload,
)
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.objects import Objects
from tests.support.pictures import PDF, STUDIO
from tests.support.refusals import refusal

MODEL = File("model.IO", STUDIO, "instruction")
LDRAW = File("castle.mpd", b"0 FILE castle.ldr\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n", "parts-list")


def test_a_moc_from_its_permissions_to_its_files(api: Api, objects: Objects) -> None:
    user = api.user()
    files = [PLAN, MODEL, PARTS, LDRAW, FRONT, BACK]
    answer = initialize(user, *(file.announced() for file in files), tags=["castle"], thumbnailUrl="https://a.example/")
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["message", "data"]
    data = answer.json()["data"]
    assert list(data) == ["mocId", "uploadUrls", "expiresIn"]
    moc = detail(user, {"id": data["mocId"]})
    assert (moc["files"], moc["images"], moc["tags"], moc["thumbnailUrl"]) == ([], [], ["castle"], None)
    for permission, file in zip(data["uploadUrls"], files, strict=True):
        assert list(permission) == [
            *("fileId", "filename", "fileType", "uploadUrl", "fields", "method", "expiresIn"),
        ]
        assert (permission["filename"], permission["fileType"]) == (file.name, file.file_type)
        assert (permission["method"], permission["expiresIn"]) == ("POST", data["expiresIn"])
        send(permission, file.content)

    body = finalized(user, data["mocId"], *data["uploadUrls"])
    assert list(body) == ["message", "moc", "failed"]
    assert (body["message"], body["failed"]) == ("6 of 6 files finalized", [])
    assert list(body["moc"]) == [*MOC_KEYS, "files", "images"]
    assert [list(file) for file in body["moc"]["files"]] == [FILE_KEYS] * 6
    assert [file["id"] for file in body["moc"]["files"]] == [allowed["fileId"] for allowed in data["uploadUrls"]]
    assert [file["originalFilename"] for file in body["moc"]["files"]] == [file.name for file in files]
    assert [image["alt"] for image in body["moc"]["images"]] == ["front.jpg", "back.jpg"]
    assert body["moc"]["thumbnailUrl"] == body["moc"]["images"][0]["url"]
    moc = detail(user, {"id": data["mocId"]})
    assert {name: moc[name] for name in body["moc"]} == body["moc"]
    assert [parts_list["title"] for parts_list in moc["partsLists"]] == [
        *("Parts List - parts.csv", "Parts List - castle.mpd"),
    ]
    kept = {file["fileUrl"].removeprefix("/uploads/") for file in body["moc"]["files"]}
    assert objects_of(objects, data["mocId"]) == kept


def test_a_permission_is_for_one_object_of_one_kind_and_size_and_ends(over_http: Api) -> None:
    user = over_http.user()
    before = datetime.now(UTC).replace(microsecond=0)
    moc_id, permissions = begin(user, PLAN, PARTS, FRONT)
    folders = (f"incoming/mocs/{user.id}", f"incoming/parts-lists/{user.id}", f"incoming/mocs/{user.id}")
    types = (("pdf", "application/pdf"), ("csv", "text/csv"), ("jpg", "image/jpeg"))
    for permission, folder, (extension, content_type), file in zip(
        permissions, folders, types, (PLAN, PARTS, FRONT), strict=True
    ):
        fields = permission["fields"]
        assert fields["key"] == f"{folder}/{moc_id}/{permission['fileId']}.{extension}"
        assert fields["Content-Type"] == content_type
        assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
        policy = json.loads(base64.b64decode(fields["policy"]))
        signed = {
            name: value for part in policy["conditions"] if isinstance(part, dict) for name, value in part.items()
        }
        assert signed.pop("bucket") == over_http.settings.s3_bucket
        unsigned = {"policy", "x-amz-signature"}
        assert signed == {name: value for name, value in fields.items() if name not in unsigned}
        size = len(file.content)
        assert [part for part in policy["conditions"] if isinstance(part, list)] == [
            ["content-length-range", size, size]
        ]
        good_for = datetime.fromisoformat(policy["expiration"]) - before
        assert timedelta(minutes=15) <= good_for < timedelta(minutes=18)
        assert permission["expiresIn"] == 900


def test_a_document_is_served_as_what_it_is_under_its_own_name(api: Api) -> None:
    user = api.user()
    body, _ = upload(user, PLAN)
    [file] = body["moc"]["files"]
    assert (file["mimeType"], file["size"]) == ("application/pdf", len(PDF))
    served = user.get(file["fileUrl"])
    path = f"/api/mocs/{body['moc']['id']}/files/{file['id']}/download"
    info = user.get(f"{path}-info").json()["downloadInfo"]
    assert (info["filename"], info["mimeType"], info["size"]) == (PLAN.name, "application/pdf", len(PDF))
    for downloaded in (served, httpx.get(info["url"]), httpx.get(user.get(path).headers["location"])):
        assert downloaded.content == PDF
        assert downloaded.headers["content-type"] == "application/pdf"
        kind, _, name = downloaded.headers["content-disposition"].partition("; filename")
        assert (kind, unquote(name.partition("*=UTF-8''")[2])) == ("attachment", PLAN.name)


def test_a_picture_is_shown_to_nobody_before_it_is_finalized(api: Api) -> None:
    """It may say where its owner lives, and be no picture at all."""
    user = api.user()
    moc_id, (_, front) = begin(user, PLAN, FRONT)
    send(front, FRONT.content)
    for path in (key_of(front), key_of(front).replace("incoming/", "incoming%2F")):
        assert refusal(user.get(f"/uploads/{path}"))[:2] == (404, "FILE_NOT_FOUND")
    [shown] = finalized(user, moc_id, front)["moc"]["images"]
    assert user.get(shown["url"]).status_code == 200


def test_finalizing_again_changes_nothing(api: Api, database: Database, objects: Objects) -> None:
    user = api.user()
    body, permissions = upload(user, PLAN, PARTS, FRONT)
    keys = objects.keys()
    for said in (True, False):  # what is there is there, whatever the client thinks now
        assert finalized(user, body["moc"]["id"], *permissions, *permissions, success=said) == body
    assert objects.keys() == keys
    assert database.count("moc_parts_lists", "moc_id = $1", body["moc"]["id"]) == 1


def test_finalized_by_several_requests_at_once(api: Api, objects: Objects) -> None:
    user = api.user()
    moc_id, permissions = begin(user, PLAN, PARTS, FRONT)
    for permission, file in zip(permissions, (PLAN, PARTS, FRONT), strict=True):
        send(permission, file.content)
    with ThreadPoolExecutor(4) as threads:
        bodies = list(threads.map(lambda _: finalized(user, moc_id, *permissions), range(4)))
    assert [body["failed"] for body in bodies] == [[]] * 4
    moc = detail(user, {"id": moc_id})
    assert len(moc["files"]) == 3
    assert len(moc["partsLists"]) == 1
    kept = {file["fileUrl"].removeprefix("/uploads/") for file in moc["files"]}
    assert objects_of(objects, moc_id) == kept


def test_strangers_may_not_and_admins_may(api: Api) -> None:
    owner = api.user()
    moc_id, permissions = begin(owner, PLAN, FRONT)
    for permission, file in zip(permissions, (PLAN, FRONT), strict=True):
        send(permission, file.content)
    refused = refusal(finalize(api.user(), moc_id, *permissions))
    assert refused == (403, "FORBIDDEN", "Forbidden: You do not have permission to upload files to this MOC")
    assert detail(owner, {"id": moc_id})["files"] == []
    body = finalized(api.admin(), moc_id, *permissions)
    assert body["failed"] == []
    assert body["moc"]["userId"] == owner.id
    assert all(f"/{owner.id}/" in file["fileUrl"] for file in body["moc"]["files"])


def test_a_moc_that_does_not_exist(over_http: Api) -> None:
    for moc_id in (unknown()["fileId"], "test-moc-1"):
        answer = finalize(over_http.user(), moc_id, unknown())
        assert refusal(answer) == (404, "MOC_NOT_FOUND", "MOC not found")


def test_a_new_thumbnail_takes_the_place_of_the_one_that_came_first(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    moc_id, (_, front) = begin(user, PLAN, FRONT)
    add_file(user, {"id": moc_id}, "thumbnail", "first.jpg", FRONT.content)
    send(front, FRONT.content)
    body = finalized(user, moc_id, front)
    assert [file["originalFilename"] for file in body["moc"]["files"]] == ["front.jpg"]
    assert body["moc"]["thumbnailUrl"] == body["moc"]["files"][0]["fileUrl"]
    assert objects_of(objects, moc_id) == {body["moc"]["files"][0]["fileUrl"].removeprefix("/uploads/")}


def test_a_picture_is_the_thumbnail_where_there_is_none(over_http: Api) -> None:
    body, _ = upload(over_http.user(), PLAN, BACK)
    assert body["moc"]["thumbnailUrl"] == body["moc"]["images"][0]["url"]


def test_beginning_counts_as_an_upload_and_finalizing_does_not(settings: Settings) -> None:
    with serving(settings, rate_limit_uploads=1) as api:
        user = api.user()
        moc_id, permissions = begin(user, PLAN)
        send(permissions[0], PLAN.content)
        for _ in range(2):
            assert finalized(user, moc_id, *permissions)["failed"] == []
        assert initialize(user, PLAN.announced()).status_code == 429


def test_a_title_of_ones_own_that_is_taken_is_a_conflict(api: Api, database: Database) -> None:
    user = api.user()
    moc = new_moc(user)
    answer = initialize(user, PLAN.announced(), title=moc["title"])
    assert refusal(answer) == (409, "CONFLICT", "You already have a MOC with this title")
    assert database.count("moc_instructions", "user_id = $1", user.id) == 1
    assert database.count("pending_uploads", "object_key LIKE $1", f"%{user.id}%") == 0
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0
    begin(api.user(), PLAN, title=moc["title"])
