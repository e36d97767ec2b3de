"""Rows that the old server left: answered as they are, and what they name is never deleted."""

from typing import Any

import httpx
import pytest

from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.refusals import refusal
from tests.wishlist.builders import ITEM_KEYS, Json, listed, old_item, send_image

UPLOAD_OF_OLD = "/uploads/wishlist/{user}/wishlist-9b2f0c9e-58f4-4c6c-8f0e-0d2f1f3d5c11.jpg"
ADDRESSES = [
    UPLOAD_OF_OLD,
    "/uploads/wishlist/{user}/9b2f0c9e-58f4-4c6c-8f0e-0d2f1f3d5c11.webp",
    "http://localhost:9000" + UPLOAD_OF_OLD,
    "x:/../../f",
    "mailto:anna@example.com",
    "HTTPS://EXAMPLE.COM/a%20b?c=d e",
    "javascript:alert(1)",
]

addresses = pytest.mark.parametrize("address", ADDRESSES)


@pytest.fixture
def user(over_http: Api) -> User:
    return over_http.user()


def the_item(user: httpx.Client) -> Json:
    [item] = listed(user)
    return item


@addresses
def test_an_image_address_is_answered_as_it_is(user: User, database: Database, address: str) -> None:
    url = address.replace("{user}", user.id)
    id = old_item(database, user, image_url=url, product_link=url)
    assert (the_item(user)["imageUrl"], the_item(user)["productLink"]) == (url, url)
    assert user.get(f"/api/wishlist/{id}").json()["data"]["item"] == the_item(user)
    assert user.get("/api/wishlist/search").json()["data"]["items"] == [the_item(user)]

    # A page that sends the whole item back changes the title only.
    answer = user.put(f"/api/wishlist/{id}", json=the_item(user) | {"title": "Eagle"})
    assert answer.status_code == 200, answer.text
    assert (the_item(user)["title"], the_item(user)["imageUrl"]) == ("Eagle", url)


@addresses
@pytest.mark.parametrize("write", ["clear", "replace", "upload", "delete"])
def test_what_it_names_is_never_deleted(
    user: User, database: Database, objects: Objects, address: str, write: str
) -> None:
    url = address.replace("{user}", user.id)
    id = old_item(database, user, image_url=url)
    named = {url, url.removeprefix("/uploads/"), url.removeprefix("http://localhost:9000/uploads/")}
    for key in named:
        objects.s3.put_object(Bucket=objects.bucket, Key=key, Body=b"x")
    path = f"/api/wishlist/{id}"
    answers = {
        "clear": lambda: user.patch(path, json={"imageUrl": None}),
        "replace": lambda: user.patch(path, json={"imageUrl": "https://example.com/x.jpg"}),
        "upload": lambda: send_image(user, to=f"{path}/image"),
        "delete": lambda: user.delete(path),
    }
    assert answers[write]().status_code == 200
    assert all(objects.keys(key) == {key} for key in named)
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0


@pytest.mark.parametrize("address", ["x:/../../f", UPLOAD_OF_OLD])
def test_it_cannot_be_deleted_as_an_image_either(user: User, database: Database, address: str) -> None:
    url = address.replace("{user}", user.id)
    old_item(database, user, image_url=url)
    assert refusal(user.request("DELETE", "/api/wishlist/image", json={"imageUrl": url}))[0] == 403
    assert the_item(user)["imageUrl"] == url


@pytest.mark.parametrize("write", ["delete the item", "delete the image", "replace"])
def test_a_picture_that_was_copied_into_the_bucket_goes_with_its_item(
    user: User, database: Database, objects: Objects, write: str
) -> None:
    """As docs/migration-from-express.md says how: the object under the path, and the path in the row."""
    key = UPLOAD_OF_OLD.format(user=user.id).removeprefix("/uploads/")
    objects.s3.put_object(Bucket=objects.bucket, Key=key, Body=b"x")
    id = old_item(database, user, image_url=key)
    shown = the_item(user)["imageUrl"]
    assert shown == f"/uploads/{key}"
    writes = {
        "delete the item": lambda: user.delete(f"/api/wishlist/{id}"),
        "delete the image": lambda: user.request("DELETE", "/api/wishlist/image", json={"imageUrl": shown}),
        "replace": lambda: send_image(user, to=f"/api/wishlist/{id}/image"),
    }
    assert writes[write]().status_code == 200
    assert objects.keys(key) == set()


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({"title": ""}, {"title": ""}),
        ({"title": "x" * 100_000}, {"title": "x" * 100_000}),
        ({"description": "<b>&amp;\u2028\u0001"}, {"description": "<b>&amp;\u2028\u0001"}),
        ({"category": "", "sort_order": ""}, {"category": "", "sortOrder": ""}),
        ({"product_link": "not a link"}, {"productLink": "not a link"}),
    ],
)
def test_columns_that_a_new_item_could_not_have(
    user: User, database: Database, columns: dict[str, str | None], shown: dict[str, Any]
) -> None:
    id = old_item(database, user, **columns)
    assert list(the_item(user)) == ITEM_KEYS
    assert the_item(user) | shown == the_item(user)
    answer = user.patch(f"/api/wishlist/{id}", json={})
    assert answer.json()["data"]["item"].items() >= shown.items()
    reordered = user.put("/api/wishlist/reorder", json={"itemOrders": [{"id": id, "sortOrder": 5}]})
    assert reordered.json()["data"]["items"][0].items() >= (shown | {"sortOrder": "5"}).items()
