"""Downloading an image: a redirect to where it can be had, under a name that its title makes."""

from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest

from lego_api.config import Settings
from tests.gallery.builders import old_image, patched, send_image, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.objects import Objects
from tests.support.pictures import JPEG


def redirected(user: User, id: str) -> str:
    answer = user.get(f"/api/gallery/{id}/download")
    assert answer.status_code == 302, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.headers["location"])


def saved_as(location: str) -> str:
    [disposition] = parse_qs(urlsplit(location).query)["response-content-disposition"]
    assert disposition.startswith("attachment; ")
    return unquote(disposition.rpartition("''")[2])


def test_the_image_as_a_file(api: Api, objects: Objects) -> None:
    user = api.user()
    image = upload(user, title="Tower")
    location = redirected(user, image["id"])
    answer = httpx.get(location)
    assert answer.status_code == 200
    key = image["imageUrl"].removeprefix("/uploads/")
    assert answer.content == objects.get(key)["Body"].read()
    assert answer.headers["content-type"] == "image/webp"
    assert saved_as(location) == "Tower.webp"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Bücher 千年隼", "Bücher 千年隼.webp"),
        ("AC/DC \\ live", "AC-DC - live.webp"),
        ("../../etc/passwd", "..-..-etc-passwd.webp"),
        ('a "quoted" one; x=y', 'a "quoted" one; x=y.webp'),
        ("two\r\nlines: x", "twolines: x.webp"),
        ("x" * 255, "x" * 195 + ".webp"),
        (".", "..webp"),
        ("IMG_1.jpg", "IMG_1.webp"),
        ("Set No. 7", "Set No. 7.webp"),
    ],
)
def test_the_name_is_its_title(over_http: Api, title: str, name: str) -> None:
    user = over_http.user()
    image = patched(user, upload(user), title=title)
    assert saved_as(redirected(user, image["id"])) == name


def test_an_image_without_a_title_has_no_two_extensions(over_http: Api) -> None:
    user = over_http.user()
    image = send_image(user, "IMG_1.JPG", JPEG).json()["image"]
    assert saved_as(redirected(user, image["id"])) == "IMG_1.webp"


@pytest.mark.parametrize(
    ("stored", "location"),
    [
        ("https://old.example/bild.jpg?size=1", "https://old.example/bild.jpg?size=1"),
        ("/uploads/gallery/alice/uncategorized/bild ä.jpg", "/uploads/gallery/alice/uncategorized/bild%20%C3%A4.jpg"),
        ("http://x/\r\nSet-Cookie: a=b", "http://x/%0D%0ASet-Cookie:%20a=b"),
    ],
)
def test_an_image_of_the_old_server_is_where_it_was(
    over_http: Api, database: Database, stored: str, location: str
) -> None:
    user = over_http.user()
    assert redirected(user, old_image(database, user, image_url=stored)) == location


def test_it_works_while_s3_is_away(settings: Settings) -> None:
    """To sign an address is no question to S3."""
    with serving(settings) as api, serving(settings, s3_endpoint_url="http://127.0.0.1:9") as cut_off:
        user = api.user()
        image = upload(user)
        assert redirected(cut_off.user(user.id), image["id"]).startswith("http://127.0.0.1:9/")
