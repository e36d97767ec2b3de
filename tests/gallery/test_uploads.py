"""Uploading an image by either route: what is answered, what is stored, and what becomes of the texts."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.gallery.builders import (
    IMAGE_KEYS,
    UPLOAD_ROUTES,
    Json,
    album,
    assert_nothing_is_left,
    images,
    keys_of,
    problems,
    send_image,
    upload,
)
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.pictures import JPEG
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID
from tests.support.timestamps import TIMESTAMP

NO_TITLE = "Title must be a non-empty string"
PICTURE = ("front.jpg", JPEG, "image/jpeg")

both_routes = pytest.mark.parametrize("route", UPLOAD_ROUTES)


def image_of(user: User, route: str, texts: Mapping[str, Any]) -> Json:
    answer = send_image(user, to=route, texts=texts)
    assert answer.status_code == 201, answer.text
    _, key = UPLOAD_ROUTES[route]
    assert list(answer.json()) == ["message", key]
    assert answer.json()["message"] == "Image uploaded successfully"
    image: Json = answer.json()[key]
    return image


@both_routes
def test_an_upload_with_all_its_texts(api: Api, objects: Objects, route: str) -> None:
    user = api.user()
    texts = {
        "title": "  Tower of the castle ",
        "description": "Seen from the south",
        "tags": "castle, tower,, 2024",
        "albumId": album(user)["id"],
        "author": " Anna ",
        "category": "Castles",
        "likes": "5",
    }
    image = image_of(user, route, texts)
    assert list(image) == IMAGE_KEYS
    assert image["userId"] == user.id
    assert (image["title"], image["description"]) == ("Tower of the castle", "Seen from the south")
    assert image["tags"] == ["castle", "tower", "2024"]
    assert (image["albumId"], image["author"], image["category"]) == (texts["albumId"], "Anna", "Castles")
    assert image["flagged"] is False
    assert TIMESTAMP.fullmatch(image["createdAt"])
    assert image["createdAt"] == image["lastUpdatedAt"] == image["uploadDate"] == image["updatedAt"]
    assert image["url"] == image["imageUrl"] != image["thumbnailUrl"]
    assert objects.keys(f"gallery/{user.id}/") == keys_of(image)
    assert images(user) == [image]


@both_routes
def test_an_upload_without_texts(api: Api, route: str) -> None:
    image = image_of(api.user(), route, {})
    assert image["title"] == "front.jpg", "the name of the file"
    nothing = ("description", "tags", "albumId", "author", "category")
    assert {name: image[name] for name in nothing} == dict.fromkeys(nothing)


@pytest.mark.parametrize("field", ["image", "file"])
@both_routes
def test_either_route_knows_the_field_of_the_other(over_http: Api, route: str, field: str) -> None:
    assert over_http.user().post(route, files={field: PICTURE}).status_code == 201


@both_routes
def test_empty_texts_are_as_if_not_sent(over_http: Api, route: str) -> None:
    nothing = ("description", "tags", "albumId", "author", "category")
    image = image_of(over_http.user(), route, dict.fromkeys(nothing, ""))
    assert {name: image[name] for name in nothing} == dict.fromkeys(nothing)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("castle", ["castle"]),
        ("castle,tower", ["castle", "tower"]),
        (["castle", "tower, old"], ["castle", "tower, old"]),
        ('["castle", "tower, old"]', ["castle", "tower, old"]),
        (["castle", ""], ["castle"]),
        ("2024", ["2024"]),
        ("[]", []),
        (" Bücher ,千年隼", ["Bücher", "千年隼"]),
    ],
    ids=str,
)
def test_spellings_of_tags(over_http: Api, sent: Any, stored: list[str]) -> None:
    assert upload(over_http.user(), tags=sent)["tags"] == stored


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"title": "x" * 256}, "title"),
        ({"title": ["one", "two"]}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"description": "x" * 5001}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"tags": "x" * 101}, "tags"),
        ({"tags": ",".join(map(str, range(101)))}, "tags"),
        ({"tags": '["a\\u0000b"]'}, "tags"),
        ({"tags": '["\\ud800"]'}, "tags"),
        ({"tags": "[1]"}, "tags"),
        ({"tags": '{"a": "b"}'}, "tags"),
        ({"author": "x" * 256}, "author"),
        ({"category": "x" * 256}, "category"),
        ({"category": "a\x00b"}, "category"),
        ({"albumId": "a\x00b"}, "albumId"),
        ({"albumId": "x" * 101}, "albumId"),
    ],
    ids=lambda value: str(value)[:40],
)
@both_routes
def test_texts_that_cannot_be(
    over_http: Api, database: Database, objects: Objects, route: str, texts: Json, field: str
) -> None:
    user = over_http.user()
    answer = send_image(user, to=route, texts=texts)
    assert list(problems(answer)) == [field]
    if route == "/api/images":  # as the old server told it
        assert list(answer.json()["errors"]) == ["formErrors", "fieldErrors"]
        assert all(text.startswith(f"{field}: ") for text in answer.json()["errors"]["fieldErrors"]["body"])
    assert_nothing_is_left(database, objects, user)


def test_texts_at_their_limits(over_http: Api) -> None:
    texts = {
        "title": "x" * 255,
        "description": "x" * 5000,
        "tags": ["x" * 100, *map(str, range(99))],
        "author": "x" * 255,
        "category": "x" * 255,
    }
    image = upload(over_http.user(), **texts)
    assert {name: image[name] for name in texts} == texts


@pytest.mark.parametrize("blank", ["", "   ", "\t\n"])
@both_routes
def test_a_blank_title(over_http: Api, database: Database, objects: Objects, route: str, blank: str) -> None:
    user = over_http.user()
    answer = send_image(user, to=route, texts={"title": blank})
    assert refusal(answer) == (400, "VALIDATION_ERROR", NO_TITLE)
    assert problems(answer) == {"title": [NO_TITLE]}
    assert answer.json()["errors"] == {"formErrors": [], "fieldErrors": {"body": [NO_TITLE]}}
    assert_nothing_is_left(database, objects, user)


def test_a_text_of_many_bytes(over_http: Api, database: Database, objects: Objects) -> None:
    user = over_http.user()
    answer = send_image(user, texts={"description": "ä" * 90_000})
    assert refusal(answer) == (400, "VALIDATION_ERROR", "description is too long: at most 128 KB are accepted")
    assert_nothing_is_left(database, objects, user)


@pytest.mark.parametrize("album_of", ["a stranger", "nobody", "no UUID"])
@both_routes
def test_an_album_that_is_not_ones_own(
    over_http: Api, database: Database, objects: Objects, route: str, album_of: str
) -> None:
    user = over_http.user()
    ids = {"nobody": NOBODYS_ID, "no UUID": "../../etc"}
    album_id = ids.get(album_of) or album(over_http.user())["id"]
    answer = send_image(user, to=route, texts={"albumId": album_id})
    assert refusal(answer) == (404, "ALBUM_NOT_FOUND", "Album not found")
    assert_nothing_is_left(database, objects, user)


def test_an_admin_has_no_more_albums_than_anybody(over_http: Api, database: Database, objects: Objects) -> None:
    admin = over_http.admin()
    answer = send_image(admin, texts={"albumId": album(over_http.user())["id"]})
    assert refusal(answer) == (404, "ALBUM_NOT_FOUND", "Album not found")
    assert_nothing_is_left(database, objects, admin)


@both_routes
def test_without_a_token(api: Api, route: str) -> None:
    answer = send_image(api.client(), to=route)
    assert refusal(answer) == (401, "UNAUTHORIZED", "No authentication token provided")
