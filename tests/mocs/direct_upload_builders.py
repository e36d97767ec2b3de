"""Direct uploads as a browser makes them: a permission for each file, a form to the storage, and word of it."""

from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from tests.mocs.builders import Json, unused_title
from tests.support.objects import Objects
from tests.support.pictures import CSV, JPEG, PDF


class File(NamedTuple):
    name: str
    content: bytes
    file_type: str

    def announced(self, **changes: Any) -> Json:
        usual = {"mimeType": "application/octet-stream", "size": len(self.content)}
        return {"filename": self.name, "fileType": self.file_type} | usual | changes


PLAN = File("Plan für Burg 城.pdf", PDF, "instruction")
PARTS = File("parts.csv", CSV, "parts-list")
FRONT = File("front.jpg", JPEG, "thumbnail")
BACK = File("back.jpg", JPEG, "gallery-image")


def initialize(user: httpx.Client, *files: Json, **texts: Any) -> httpx.Response:
    usual = {"type": "moc", "title": unused_title(), "author": "Anna"}
    return user.post("/api/mocs/with-files/initialize", json=usual | {"files": list(files)} | texts)


def begin(user: httpx.Client, *files: File, **texts: Any) -> tuple[str, list[Json]]:
    """The id of a new MOC, and the permission for each file."""
    answer = initialize(user, *(file.announced() for file in files), **texts)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    return data["mocId"], data["uploadUrls"]


def ask(user: httpx.Client, moc_id: Any, *files: Json, **texts: Any) -> httpx.Response:
    """For permissions to send files for a MOC that is there."""
    return user.post("/api/mocs/with-files/initialize", json={"mocId": moc_id, "files": list(files)} | texts)


def allowed(user: httpx.Client, moc_id: str, *files: File) -> list[Json]:
    """The permission for each file that is to be sent for a MOC that is there."""
    answer = ask(user, moc_id, *(file.announced() for file in files))
    assert answer.status_code == 201, answer.text
    permissions: list[Json] = answer.json()["data"]["uploadUrls"]
    return permissions


def send(permission: Json, content: bytes) -> None:
    sent = httpx.post(permission["uploadUrl"], data=permission["fields"], files={"file": content})
    assert sent.status_code == 204, sent.text


def key_of(permission: Json) -> str:
    return str(permission["fields"]["key"])


def objects_of(objects: Objects, moc_id: str) -> set[str]:
    """The keys of all that is stored for a MOC."""
    folders = ("mocs/", "parts-lists/", "incoming/")
    return {key for folder in folders for key in objects.keys(folder) if f"/{moc_id}/" in key}


def finalize(user: httpx.Client, moc_id: str, *permissions: Json, success: bool = True) -> httpx.Response:
    uploaded = [{"fileId": permission["fileId"], "success": success} for permission in permissions]
    return user.post(f"/api/mocs/{moc_id}/finalize", json={"uploadedFiles": uploaded})


def finalized(user: httpx.Client, moc_id: str, *permissions: Json, success: bool = True) -> Json:
    answer = finalize(user, moc_id, *permissions, success=success)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def failures(body: Json) -> dict[str | None, str]:
    """What is wrong with each file that failed, by its name."""
    return {failed["filename"]: failed["error"] for failed in body["failed"]}


def upload(user: httpx.Client, *files: File) -> tuple[Json, list[Json]]:
    """What finalizing says of files that were announced and sent as they are, and their permissions."""
    moc_id, permissions = begin(user, *files)
    for permission, file in zip(permissions, files, strict=True):
        send(permission, file.content)
    return finalized(user, moc_id, *permissions), permissions


def unknown() -> Json:
    return {"fileId": str(uuid4())}
