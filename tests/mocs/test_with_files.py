"""Creating a MOC together with its files."""

import io
import json
from typing import Any

import pytest
from PIL import Image

from tests.mocs.builders import (
    FILE_KEYS,
    MOC_KEYS,
    PLAN,
    detail,
    moc_with_files,
    multipart,
    unused_title,
    upload_moc,
)
from tests.support.clients import Api
from tests.support.objects import Objects
from tests.support.pictures import CSV, JPEG, PDF, PNG, STUDIO, picture
from tests.support.refusals import refusal

PARTS = ("partsLists", ("parts.csv", CSV, "text/csv"))
FRONT = ("images", ("front.jpg", JPEG, "image/jpeg"))
BACK = ("images", ("back.png", PNG, "image/png"))


def test_the_answer(api: Api) -> None:
    user, title = api.user(), unused_title()
    answer = upload_moc(user, ("title", title), ("description", "Big"), PLAN, PARTS, FRONT, BACK)
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["message", "moc"]
    assert answer.json()["message"] == "MOC created successfully with files"
    moc = answer.json()["moc"]
    assert list(moc) == [*MOC_KEYS, "files", "images"]
    assert (moc["userId"], moc["title"], moc["type"], moc["author"]) == (user.id, title, "moc", "Anna")
    assert (moc["retired"], moc["releaseYear"], moc["partsCount"], moc["theme"]) == (None, None, None, None)
    assert moc["uploadedDate"][:10] == moc["createdAt"][:10]
    assert [list(file) for file in moc["files"]] == [FILE_KEYS] * 4
    assert {file["mocId"] for file in moc["files"]} == {moc["id"]}
    assert [(file["fileType"], file["originalFilename"], file["mimeType"]) for file in moc["files"]] == [
        ("instruction", "plan.pdf", "application/pdf"),
        ("parts-list", "parts.csv", "text/csv"),
        ("thumbnail", "front.jpg", "image/webp"),
        ("gallery-image", "back.png", "image/webp"),
    ]
    front, back = moc["files"][2:]
    assert moc["thumbnailUrl"] == front["fileUrl"]
    assert moc["images"] == [
        {"id": front["id"], "url": front["fileUrl"], "alt": "front.jpg", "caption": "front.jpg"},
        {"id": back["id"], "url": back["fileUrl"], "alt": "back.png", "caption": "back.png"},
    ]
    shown = detail(api.client(), moc)
    assert list(shown) == [*MOC_KEYS, "files", "images", "partsLists"]
    [parts_list] = shown["partsLists"]
    assert shown == moc | {"partsLists": [parts_list]}
    assert (parts_list["fileId"], parts_list["status"]) == (moc["files"][1]["id"], "processing")


def test_the_order_of_the_form_is_free(api: Api) -> None:
    title = unused_title()
    form = multipart(
        BACK, PLAN, ("tags", "castle"), FRONT, ("author", "Anna"), PARTS, ("title", title), ("type", "moc")
    )
    answer = api.user().post("/api/mocs/with-files", **form)
    assert answer.status_code == 201, answer.text
    moc = answer.json()["moc"]
    assert (moc["title"], moc["tags"]) == (title, ["castle"])
    # the first image is the thumbnail, whatever stands between
    assert [file["originalFilename"] for file in moc["files"]] == ["plan.pdf", "parts.csv", "back.png", "front.jpg"]


def test_what_is_stored_is_what_was_sent_and_pictures_are_webp(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    large = picture("JPEG", (3000, 1500), "blue")
    moc = moc_with_files(user, PARTS, ("images", ("large.jpg", large, "image/jpeg")))
    plan, parts, image = (over_http.client().get(file["fileUrl"]) for file in moc["files"])
    assert (plan.content, plan.headers["content-type"]) == (PDF, "application/pdf")
    assert (parts.content, parts.headers["content-type"].partition(";")[0]) == (CSV, "text/csv")
    decoded = Image.open(io.BytesIO(image.content))
    assert (decoded.format, decoded.size) == ("WEBP", (2048, 1024))
    # Names that people choose are no part of a key. Storing a parts list is an event, by the folder that it is in.
    names = zip(("mocs", "parts-lists", "mocs"), moc["files"], (".pdf", ".csv", ".webp"), strict=True)
    assert objects.keys(f"mocs/{user.id}/") | objects.keys(f"parts-lists/{user.id}/") == {
        f"{folder}/{user.id}/{moc['id']}/{file['id']}{extension}" for folder, file, extension in names
    }


def test_all_texts_of_a_moc(over_http: Api) -> None:
    texts = {
        "partsCount": "1200",
        "theme": "Castle",
        "subtheme": "Lion Knights",
        "setNumber": "MOC-1234",
        "uploadedDate": "2024-05-01T10:00:00.000Z",
        "brand": "not of a MOC",
        "releaseYear": "1999",
        "retired": "true",
        "thumbnailUrl": "https://example.com/not-taken-from-here.jpg",
    }
    moc = moc_with_files(over_http.user(), *texts.items())
    ignored = {"brand": None, "releaseYear": None, "retired": None, "thumbnailUrl": None}
    assert {name: moc[name] for name in texts} == texts | ignored | {"partsCount": 1200}


@pytest.mark.parametrize(("sent", "kept"), [(None, False), ("false", False), ("true", True)])
def test_a_set(over_http: Api, sent: str | None, kept: bool) -> None:
    retired = [("retired", sent)] if sent else []
    moc = moc_with_files(over_http.user(), ("type", "set"), ("brand", "LEGO"), ("releaseYear", "1986"), *retired)
    assert (moc["brand"], moc["releaseYear"], moc["retired"], moc["author"]) == ("LEGO", 1986, kept, None)
    assert (moc["setNumber"], moc["theme"], moc["partsCount"]) == (None, None, None)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ([], None),
        ([""], None),
        (["[]"], []),
        ([json.dumps(["castle", "Burg ä"])], ["castle", "Burg ä"]),
        (["castle", "tower"], ["castle", "tower"]),
        (["castle"], ["castle"]),
        (["castle, tower"], ["castle", "tower"]),
        (["[castle"], ["[castle"]),
    ],
)
def test_tags_by_form(over_http: Api, sent: list[str], kept: list[str] | None) -> None:
    moc = moc_with_files(over_http.user(), *(("tags", tag) for tag in sent))
    assert moc["tags"] == kept


def test_as_many_files_as_are_allowed(over_http: Api) -> None:
    parts: list[tuple[str, Any]] = [("instructionsFile", (f"{n}.io", STUDIO, "application/zip")) for n in range(9)]
    parts += [("partsLists", (f"{n}.csv", CSV, "application/vnd.ms-excel")) for n in range(10)]
    parts += [("images", (f"{n}.jpg", JPEG, "")) for n in range(3)]
    moc = moc_with_files(over_http.user(), *parts)
    assert len(moc["files"]) == 23
    assert detail(over_http.client(), moc)["files"] == moc["files"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\plans\\castle.pdf", "castle.pdf"),
        ("pl\u0085an\u202egpj.pdf", "plangpj.pdf"),
        ("Pla\u0308ne 城.pdf", "Pläne 城.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("an 'odd'; name=x.pdf", "an 'odd'; name=x.pdf"),
        ("plan.PDF", "plan.PDF"),
        ("plan", "plan"),
    ],
)
def test_file_names_are_cleaned_and_otherwise_kept(over_http: Api, sent: str, kept: str) -> None:
    answer = upload_moc(over_http.user(), ("instructionsFile", (sent, PDF, "application/pdf")))
    assert answer.status_code == 201, answer.text
    (file,) = answer.json()["moc"]["files"]
    assert (file["originalFilename"], file["mimeType"]) == (kept, "application/pdf")
    assert file["fileUrl"].endswith(f"/{file['id']}.pdf")
    assert over_http.client().get(file["fileUrl"]).content == PDF


def test_control_characters_as_no_browser_sends_them(over_http: Api) -> None:
    parts = [
        ('name="type"', b"moc"),
        ('name="title"', unused_title().encode()),
        ('name="author"', b"Anna"),
        ('name="instructionsFile"; filename="pl\tan\x7f.pdf"', PDF),
    ]
    body = b"".join(
        b"--edge\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    answer = over_http.user().post("/api/mocs/with-files", content=body + b"--edge--\r\n", headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["moc"]["files"][0]["originalFilename"] == "plan.pdf"


def test_a_taken_title_is_a_conflict(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = moc_with_files(user)
    before = objects.keys(f"mocs/{user.id}/")
    again = upload_moc(user, ("title", moc["title"]), PLAN)
    assert refusal(again) == (409, "CONFLICT", "You already have a MOC with this title")
    assert objects.keys(f"mocs/{user.id}/") == before
