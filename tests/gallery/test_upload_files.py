"""The file of an upload: what it may be called and how large it is, and forms that do not hold just one."""

from typing import Any

import pytest

from lego_api.config import Settings
from tests.gallery.builders import UPLOAD_ROUTES, assert_nothing_is_left, problems, send_image, upload
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.objects import Objects
from tests.support.pictures import JPEG, PNG
from tests.support.refusals import refusal

MEGABYTE = 1024 * 1024
PICTURE = ("front.jpg", JPEG, "image/jpeg")

both_routes = pytest.mark.parametrize("route", UPLOAD_ROUTES)


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\anna\\front.jpg", "front.jpg"),
        ("Bücher 千年隼.jpg", "Bücher 千年隼.jpg"),
        ("a\x1b\u202ebc.jpg", "abc.jpg"),
        ("no extension", "no extension"),
        ("x" * 300 + ".jpg", "x" * 196 + ".jpg"),
    ],
)
def test_an_image_without_a_title_is_called_after_its_file(
    over_http: Api, objects: Objects, sent: str, title: str
) -> None:
    user = over_http.user()
    answer = send_image(user, sent)
    assert answer.status_code == 201, answer.text
    image = answer.json()["image"]
    assert image["title"] == title
    name = f"gallery/{user.id}/{image['id']}"
    assert objects.keys(f"gallery/{user.id}/") == {f"{name}.webp", f"{name}-thumbnail.webp"}, "nothing of what was sent"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (b"a\0.jpg", "File names must not contain NUL characters"),
        (b"..", "The file has no name"),
        (b"\x07\x7f", "The file has no name"),
    ],
)
def test_a_file_name_that_is_none(
    over_http: Api, database: Database, objects: Objects, name: bytes, message: str
) -> None:
    """By hand, because httpx escapes what it does not like."""
    user = over_http.user()
    head = b'--edge\r\nContent-Disposition: form-data; name="image"; filename="' + name + b'"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    answer = user.post("/api/images", content=head + JPEG + b"\r\n--edge--\r\n", headers=headers)
    assert refusal(answer) == (400, "VALIDATION_ERROR", message)
    assert_nothing_is_left(database, objects, user)


def test_what_the_client_says_the_type_is_does_not_matter(over_http: Api) -> None:
    answer = over_http.user().post("/api/images", files={"image": ("front.jpg", JPEG, "text/html")})
    assert answer.status_code == 201, answer.text


def test_a_name_that_says_something_else(over_http: Api, database: Database, objects: Objects) -> None:
    user = over_http.user()
    answer = send_image(user, "front.jpg", PNG)
    message = "front.jpg does not contain what its name says"
    assert refusal(answer) == (400, "VALIDATION_ERROR", message)
    assert problems(answer) == {"image": [message]}
    assert_nothing_is_left(database, objects, user)


@pytest.mark.parametrize("field", ["image", "file"])
def test_what_is_wrong_with_a_file_is_told_of_its_field(over_http: Api, field: str) -> None:
    damaged = ("front.jpg", JPEG[:200], "image/jpeg")
    answer = over_http.user().post("/api/gallery", files={field: damaged})
    assert problems(answer) == {field: ["The picture is damaged or incomplete"]}


NONE = "No file provided"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([("title", (None, "Castle"))], NONE),
        ([("image", (None, "[object Object]"))], NONE),
        ([("image", ("", b"", "application/octet-stream"))], NONE),
        ([("image", PICTURE), ("image", PICTURE)], "Too many files in image: at most 1 are accepted"),
        ([("image", PICTURE), ("file", PICTURE)], "Too many files: one is accepted, in image or in file"),
        ([("photo", PICTURE)], "Unexpected file field: photo. Send files as image or file."),
        ([("image", PICTURE), ("photo", PICTURE)], "Unexpected file field: photo. Send files as image or file."),
        ([("image", ("empty.jpg", b"", "image/jpeg"))], "empty.jpg is empty"),
    ],
    ids=["no file", "text for a file", "nothing chosen", "two", "one in each", "wrong field", "another too", "empty"],
)
@both_routes
def test_a_form_that_does_not_hold_one_picture(
    over_http: Api, database: Database, objects: Objects, route: str, parts: list[Any], message: str
) -> None:
    user = over_http.user()
    assert refusal(user.post(route, files=parts)) == (400, "VALIDATION_ERROR", message)
    assert_nothing_is_left(database, objects, user)


@both_routes
def test_what_is_no_form(over_http: Api, route: str) -> None:
    user = over_http.user()
    assert refusal(user.post(route)) == (400, "VALIDATION_ERROR", NONE)
    expected = (415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as multipart/form-data")
    assert refusal(user.post(route, json={"title": "Castle"})) == expected


@both_routes
def test_a_form_that_ends_too_soon(over_http: Api, database: Database, objects: Objects, route: str) -> None:
    user = over_http.user()
    head = b'--edge\r\nContent-Disposition: form-data; name="image"; filename="front.jpg"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    answer = user.post(route, content=head + JPEG[:100], headers=headers)
    assert refusal(answer) == (400, "VALIDATION_ERROR", "The form is incomplete: its last boundary is missing")
    assert_nothing_is_left(database, objects, user)


def test_the_largest_file_and_one_that_is_larger(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    largest = JPEG + bytes(50 * MEGABYTE - len(JPEG))
    answer = send_image(user, content=largest)
    assert answer.status_code == 201, answer.text
    stored = objects.keys(f"gallery/{user.id}/")
    answer = send_image(user, content=largest + b"\0")
    assert refusal(answer) == (413, "PAYLOAD_TOO_LARGE", "File too large. Maximum size of any file is 50MB.")
    assert objects.keys(f"gallery/{user.id}/") == stored
    assert upload(user)  # the connection is still good


@both_routes
def test_the_limit_is_a_setting(settings: Settings, database: Database, objects: Objects, route: str) -> None:
    with serving(settings, max_gallery_image_bytes=MEGABYTE) as api:
        user = api.user()
        answer = send_image(user, content=JPEG + bytes(MEGABYTE), to=route)
        assert refusal(answer) == (413, "PAYLOAD_TOO_LARGE", "File too large. Maximum size is 1MB.")
        assert_nothing_is_left(database, objects, user)


@both_routes
def test_what_a_lambda_cannot_carry(through_lambda: Api, route: str) -> None:
    answer = send_image(through_lambda.user(), content=JPEG + bytes(4_500_000), to=route)
    assert answer.status_code == 413
    assert "4.4 MB" in answer.json()["message"]


def test_uploads_are_counted_on_both_routes_together(settings: Settings) -> None:
    with serving(settings, rate_limit_uploads=2) as api:
        user = api.user()
        answers = [send_image(user, to=route) for route in ("/api/images", "/api/gallery", "/api/images")]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert user.get("/api/images").json()["total"] == 2
