"""Uploading a picture: what is accepted, what becomes of it, and what is refused in which words."""

import re
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.objects import Objects, key_of
from tests.support.picture_samples import HTML, RED, SVG, animation, bomb_png, encode, heic, jpeg, plain
from tests.support.pictures import JPEG, PDF, PNG
from tests.support.refusals import refusal
from tests.wishlist.builders import ITEM_KEYS, listed, new_item, send_image, uploaded

UPLOAD = "/api/wishlist/upload-image"
LANDSCAPE = plain(RED, (1600, 1000))


def fetched(api: Api, url: str) -> Image.Image:
    """As an <img> does: without a token."""
    answer = api.client().get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-disposition"] == "inline"
    return Image.open(BytesIO(answer.content))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("front.jpg", encode(LANDSCAPE, "JPEG"), "image/jpeg"),
        ("front.png", encode(LANDSCAPE, "PNG"), "image/png"),
        ("front.webp", encode(LANDSCAPE, "WEBP"), "image/webp"),
        ("IMG_0001.HEIC", heic(LANDSCAPE), "image/heic"),
    ],
    ids=["JPEG", "PNG", "WebP", "HEIC"],
)
def test_upload_attach_and_show(api: Api, name: str, content: bytes, kind: str) -> None:
    user = api.user()
    answer = send_image(user, name, content)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["status", "message", "data"]
    assert (body["status"], body["message"]) == (200, "Image uploaded successfully")
    assert list(body["data"]) == ["imageUrl", "fileInfo"]
    size = round(len(content) / 1024 / 1024, 2)
    assert body["data"]["fileInfo"] == {"originalName": name, "size": size, "type": kind}
    url = body["data"]["imageUrl"]
    assert re.fullmatch(rf"/uploads/wishlist/{user.id}/[0-9a-f-]{{36}}\.webp", url)

    picture = fetched(api, url)
    assert (picture.format, picture.size) == ("WEBP", (800, 500))

    item = new_item(user, imageUrl=url)
    assert item["imageUrl"] == url
    assert listed(user) == [item]


def test_upload_to_an_item(api: Api, objects: Objects) -> None:
    user = api.user()
    item = new_item(user)
    answer = send_image(user, "front.jpg", to=f"/api/wishlist/{item['id']}/image")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert set(data) == {"item", "imageUrl", "fileInfo"}
    assert list(data["item"]) == ITEM_KEYS
    assert data["item"]["imageUrl"] == data["imageUrl"]
    assert data["item"]["updatedAt"] > item["updatedAt"]
    assert listed(user) == [data["item"]]
    assert fetched(api, data["imageUrl"]).size == (64, 48)  # nothing is enlarged
    assert objects.keys(f"wishlist/{user.id}/") == {key_of(data["imageUrl"])}


@pytest.mark.parametrize("caller", ["stranger", "admin"])
def test_nobody_uploads_to_anothers_item(over_http: Api, objects: Objects, caller: str) -> None:
    owner = over_http.user()
    item = new_item(owner)
    other = over_http.admin() if caller == "admin" else over_http.user()
    text = "Wishlist item not found or you do not have permission to modify it"
    for id in (item["id"], "42"):
        assert refusal(send_image(other, to=f"/api/wishlist/{id}/image")) == (404, "NOT_FOUND", text)
    assert listed(owner) == [item]
    assert objects.keys(f"wishlist/{other.id}/") == set()


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\anna\\front.jpg", "front.jpg"),
        ("Bücher 千年隼.jpg", "Bücher 千年隼.jpg"),
        ("a\x1b\u202ebc.jpg", "abc.jpg"),
        ("no extension", "no extension"),
        ("x" * 300 + ".jpg", "x" * 196 + ".jpg"),
    ],
)
def test_a_file_name_is_only_a_name(over_http: Api, sent: str, stored: str) -> None:
    user = over_http.user()
    answer = send_image(user, sent)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["fileInfo"]["originalName"] == stored
    assert answer.json()["data"]["imageUrl"].startswith(f"/uploads/wishlist/{user.id}/")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (b"a\0.jpg", "File names must not contain NUL characters"),
        (b"..", "The file has no name"),
        (b"\x07\x7f", "The file has no name"),
    ],
)
def test_a_file_name_that_is_none(over_http: Api, name: bytes, message: str) -> None:
    """By hand, because httpx escapes what it does not like."""
    head = b'--edge\r\nContent-Disposition: form-data; name="image"; filename="' + name + b'"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    answer = over_http.user().post(UPLOAD, content=head + JPEG + b"\r\n--edge--\r\n", headers=headers)
    assert refusal(answer) == (400, "VALIDATION_ERROR", message)


UNSUPPORTED = "Unsupported file type: {}. Only JPEG, PNG, WebP and HEIC files are supported."

NOT_PICTURES = {
    "empty": ("brick.jpg", b"", "brick.jpg is empty"),
    "PDF": ("plan.pdf", PDF, UNSUPPORTED.format("application/pdf")),
    "GIF": ("brick.gif", animation("GIF"), UNSUPPORTED.format("image/gif")),
    "SVG": ("brick.svg", SVG, UNSUPPORTED.format("image/svg+xml")),
    "HTML": ("brick.html", HTML, UNSUPPORTED.format("text/html")),
    "HTML named jpg": ("brick.jpg", HTML, "brick.jpg does not contain what its name says"),
    "PNG named jpg": ("brick.jpg", PNG, "brick.jpg does not contain what its name says"),
    "random bytes": ("brick.jpg", bytes(range(256)), "brick.jpg is not of a type that can be used, or is damaged"),
    "half a picture": ("brick.jpg", jpeg()[:2000], "The picture is damaged or incomplete"),
    "bomb": ("brick.png", bomb_png(), "The picture is too large: at most 50 megapixels are allowed"),
}


@pytest.mark.parametrize(("name", "content", "message"), NOT_PICTURES.values(), ids=NOT_PICTURES)
@pytest.mark.parametrize("to_item", [False, True], ids=["upload", "item"])
def test_what_is_no_picture(
    over_http: Api, objects: Objects, database: Database, name: str, content: bytes, message: str, to_item: bool
) -> None:
    user = over_http.user()
    to = f"/api/wishlist/{new_item(user)['id']}/image" if to_item else UPLOAD
    assert refusal(send_image(user, name, content, to=to)) == (400, "VALIDATION_ERROR", message)
    assert objects.keys(f"wishlist/{user.id}/") == set()
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0
    assert all(item["imageUrl"] is None for item in listed(user))


NONE = "No file provided. Please upload an image file."
SEVERAL = "Only one file can be uploaded at a time."
UNEXPECTED = "Unexpected file field. Please use the correct field name for image upload."
PICTURE = ("brick.jpg", JPEG, "image/jpeg")


@pytest.mark.parametrize(
    ("parts", "message", "field"),
    [
        ([("title", (None, "Falcon"))], NONE, "image"),
        ([("image", (None, "[object Object]"))], NONE, "image"),
        ([("image", ("", b"", "application/octet-stream"))], NONE, "image"),
        ([("image", PICTURE), ("image", PICTURE)], SEVERAL, "image"),
        ([("file", PICTURE)], UNEXPECTED, "file"),
        ([("image", PICTURE), ("other", PICTURE)], UNEXPECTED, "other"),
    ],
    ids=["no file", "text for a file", "nothing chosen", "two", "wrong field", "another besides"],
)
def test_a_form_that_does_not_hold_one_picture(api: Api, parts: list[Any], message: str, field: str) -> None:
    user = api.user()
    answer = user.post(UPLOAD, files=parts)
    assert refusal(answer) == (400, "VALIDATION_ERROR", message)
    assert answer.json()["details"] == [{"code": "custom", "path": [field], "message": message}]


def test_texts_beside_the_picture_do_not_matter(over_http: Api) -> None:
    parts: list[Any] = [("note", (None, "first")), ("image", PICTURE), ("note", (None, "last"))]
    assert over_http.user().post(UPLOAD, files=parts).status_code == 200


def test_nothing_at_all(over_http: Api) -> None:
    assert refusal(over_http.user().post(UPLOAD)) == (400, "VALIDATION_ERROR", NONE)


def too_large(answer: httpx.Response) -> str:
    body = answer.json()
    assert (answer.status_code, body["status"], body["statusCode"]) == (413, 413, 413)
    assert (body["success"], body["code"], body["error"]) == (False, "PAYLOAD_TOO_LARGE", "FILE_ERROR")
    return str(body["message"])


def test_a_file_over_the_limit(over_http: Api) -> None:
    user = over_http.user()
    padding = bytes(20 * 1024 * 1024 - len(JPEG))
    assert send_image(user, "large.jpg", JPEG + padding).status_code == 200
    answer = send_image(user, "large.jpg", JPEG + padding + b"\0")
    assert too_large(answer) == "File size too large. Maximum allowed size is 20MB."
    assert uploaded(user)  # the connection is still good


def test_the_limit_is_a_setting(settings: Settings) -> None:
    with serving(settings, max_image_bytes=1024 * 1024) as api:
        answer = send_image(api.user(), "large.jpg", JPEG + bytes(1024 * 1024))
        assert too_large(answer) == "File size too large. Maximum allowed size is 1MB."


def test_what_a_lambda_cannot_carry(through_lambda: Api) -> None:
    answer = send_image(through_lambda.user(), "large.jpg", JPEG + bytes(4_500_000))
    assert answer.status_code == 413
    assert "4.4 MB" in answer.json()["message"]
