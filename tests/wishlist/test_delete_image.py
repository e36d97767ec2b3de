"""`DELETE /api/wishlist/image`: one's own pictures, and nothing else in the bucket."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.objects import Objects, key_of
from tests.support.refusals import refusal
from tests.wishlist.builders import Json, listed, new_item, uploaded

NOT_YOURS = (403, "FORBIDDEN", "You can only delete your own images")


def delete_image(user: httpx.Client, url: object) -> httpx.Response:
    return user.request("DELETE", "/api/wishlist/image", json={"imageUrl": url})


def images(user: httpx.Client) -> list[str | None]:
    return [item["imageUrl"] for item in listed(user)]


def test_a_picture_and_all_mention_of_it_go(api: Api, objects: Objects) -> None:
    user = api.user()
    url = uploaded(user)
    new_item(user, sort_order="1", imageUrl=url)
    new_item(user, sort_order="2", imageUrl=url)
    kept = new_item(user, sort_order="3", imageUrl=uploaded(user))["imageUrl"]
    answer = delete_image(user, url)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"status": 200, "message": "Image deleted successfully"}
    assert images(user) == [None, None, kept]
    assert objects.keys(f"wishlist/{user.id}/") == {key_of(kept)}


def test_a_picture_that_no_item_shows(over_http: Api, objects: Objects, database: Database) -> None:
    user = over_http.user()
    url = uploaded(user)
    for _ in range(2):  # gone is gone
        assert delete_image(user, url).status_code == 200
    assert objects.keys(f"wishlist/{user.id}/") == set()
    assert database.count("outbox", "payload->'keys' ? $1", key_of(url)) == 0


@pytest.mark.parametrize("caller", ["stranger", "admin"])
def test_a_picture_of_somebody_else(over_http: Api, objects: Objects, caller: str) -> None:
    owner = over_http.user()
    shown, waiting = new_item(owner, imageUrl=uploaded(owner))["imageUrl"], uploaded(owner)
    other = over_http.admin() if caller == "admin" else over_http.user()
    own = uploaded(other)
    tricks = [
        owner_url.replace(owner.id, way)
        for owner_url in (shown, waiting)
        for way in (
            owner.id,
            f"{other.id}/../{owner.id}",
            f"{other.id}/%2e%2e/{owner.id}",
            f"{other.id}%2F..%2F{owner.id}",
            f"{other.id}/..\\{owner.id}",
            f"{other.id}//{owner.id}",
        )
    ]
    for url in [*tricks, key_of(shown), f"https://example.com{shown}", f"/{shown}", f"{own}/../{key_of(shown)}"]:
        assert refusal(delete_image(other, url)) == NOT_YOURS, url
    assert images(owner) == [shown]
    assert objects.keys(f"wishlist/{owner.id}/") == {key_of(shown), key_of(waiting)}
    assert objects.keys(f"wishlist/{other.id}/") == {key_of(own)}


@pytest.mark.parametrize(
    "url",
    [
        "x",
        "/uploads/",
        "/uploads/wishlist/{user}/",
        "/uploads/wishlist/{user}/*",
        "/uploads/wishlist/{user}/brick.webp",
        "/uploads/wishlist/{user}/wishlist-00000000-0000-4000-8000-000000000000.jpg",
        "/uploads/wishlist/{user}/00000000-0000-4000-8000-000000000000.webp/..",
        "/uploads/wishlist/{user}/00000000-0000-4000-8000-000000000000.webp\n",
        "/uploads/mocs/{user}/00000000-0000-4000-8000-000000000000.webp",
        "wishlist/{user}/00000000-0000-4000-8000-000000000000.webp",
        "https://example.com/falcon.jpg",
        "x:/../../f",
        "http://[",
    ],
)
def test_what_is_no_picture_of_this_wishlist(over_http: Api, objects: Objects, url: str) -> None:
    user = over_http.user()
    keys = {f"wishlist/{user.id}/brick.webp", f"mocs/{user.id}/00000000-0000-4000-8000-000000000000.webp"}
    for key in keys:
        objects.s3.put_object(Bucket=objects.bucket, Key=key, Body=b"x")
    assert refusal(delete_image(user, url.replace("{user}", user.id))) == NOT_YOURS
    assert objects.keys(f"wishlist/{user.id}/") | objects.keys(f"mocs/{user.id}/") == keys


@pytest.mark.parametrize("body", [{}, {"imageUrl": None}, {"imageUrl": ""}])
def test_an_image_must_be_named(over_http: Api, body: Json) -> None:
    answer = over_http.user().request("DELETE", "/api/wishlist/image", json=body)
    assert refusal(answer) == (400, "VALIDATION_ERROR", "Image URL is required")
    assert answer.json()["details"][0]["path"] == ["imageUrl"]


@pytest.mark.parametrize("url", [5, ["x"], {"a": "b"}, "a\x00b"])
def test_an_image_url_that_is_no_text(over_http: Api, url: object) -> None:
    answer = delete_image(over_http.user(), url)
    assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")
    assert answer.json()["details"][0]["path"] == ["imageUrl"]


@pytest.fixture(scope="module")
def behind_cdn(settings: Settings) -> Iterator[Api]:
    """An application whose files a CDN answers, as in production."""
    with serving(settings, files_base_url="https://cdn.example.com/files") as api:
        yield api


def test_the_same_behind_a_cdn(behind_cdn: Api, objects: Objects) -> None:
    user: User = behind_cdn.user(f"anna@example.com|{uuid4()}")  # a sub may be anything
    url = uploaded(user)
    assert url.startswith("https://cdn.example.com/files/wishlist/anna%2540example.com%257C")
    item = new_item(user, imageUrl=url)
    assert item["imageUrl"] == url
    prefix = f"wishlist/anna%40example.com%7C{user.id.partition('|')[2]}/"
    assert len(objects.keys(prefix)) == 1
    assert refusal(delete_image(behind_cdn.user(), url)) == NOT_YOURS
    assert delete_image(user, url).status_code == 200
    assert images(user) == [None]
    assert objects.keys(prefix) == set()


def test_a_user_whose_name_begins_like_an_old_file(over_http: Api) -> None:
    """Old files are told from uploads by their names, and not by the folders they are in."""
    user = over_http.user(f"wishlist-{uuid4()}")
    assert delete_image(user, uploaded(user)).status_code == 200
