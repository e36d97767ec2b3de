"""MOCs to begin a test with, made as any client makes them."""

from typing import Any
from uuid import uuid4

import httpx

from tests.support.pictures import PDF
from tests.support.refusals import refusal

Json = dict[str, Any]
Parts = list[tuple[str, Any]]

MOC_KEYS = [
    "id",
    "userId",
    "title",
    "description",
    "type",
    "author",
    "partsCount",
    "theme",
    "subtheme",
    "uploadedDate",
    "brand",
    "setNumber",
    "releaseYear",
    "retired",
    "tags",
    "thumbnailUrl",
    "totalPieceCount",
    "createdAt",
    "updatedAt",
]
FILE_KEYS = ["id", "mocId", "fileType", "fileUrl", "originalFilename", "mimeType", "createdAt", "size"]

PLAN = ("instructionsFile", ("plan.pdf", PDF, "application/pdf"))


def unused_title() -> str:
    return f"Castle {uuid4()}"


def new_moc(user: httpx.Client, **fields: Any) -> Json:
    answer = user.post("/api/mocs", json={"title": unused_title()} | fields)
    assert answer.status_code == 201, answer.text
    moc: Json = answer.json()["moc"]
    return moc


def multipart(*parts: tuple[str, Any]) -> Json:
    """A form with its parts in just this order; a text stands for itself, a file is (name, bytes, type)."""
    return {"files": [(name, value if isinstance(value, tuple) else (None, value)) for name, value in parts]}


def upload_moc(user: httpx.Client, *parts: tuple[str, Any]) -> httpx.Response:
    """A MOC with what every one needs, and these parts of the form."""
    given = {name for name, _ in parts}
    usual = {"type": "moc", "title": unused_title(), "author": "Anna"}
    texts = [(name, value) for name, value in usual.items() if name not in given]
    return user.post("/api/mocs/with-files", **multipart(*texts, *parts))


def moc_with_files(user: httpx.Client, *parts: tuple[str, Any]) -> Json:
    answer = upload_moc(user, PLAN, *parts)
    assert answer.status_code == 201, answer.text
    moc: Json = answer.json()["moc"]
    return moc


def add_files(user: httpx.Client, moc: Json, file_type: str, *files: tuple[str, bytes, str]) -> httpx.Response:
    form = multipart(("fileType", file_type), *(("file", file) for file in files))
    return user.post(f"/api/mocs/{moc['id']}/files", **form)


def add_file(user: httpx.Client, moc: Json, file_type: str, name: str, content: bytes) -> Json:
    answer = add_files(user, moc, file_type, (name, content, "application/octet-stream"))
    assert answer.status_code == 201, answer.text
    file: Json = answer.json()["file"]
    return file


def detail(user: httpx.Client, moc: Json) -> Json:
    answer = user.get(f"/api/mocs/{moc['id']}")
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    return data


def problems(answer: httpx.Response) -> Json:
    """What a 400 says of each field."""
    assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")
    fields: Json = answer.json()["details"]["fieldErrors"]
    return fields
