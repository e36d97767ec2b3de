"""The list is cached, and nobody ever sees an old one: neither after a write here nor after one elsewhere."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import serving
from tests.wishlist.builders import Json, listed, new_item, send_image, uploaded

Write = Callable[[httpx.Client, Json], Any]


def image_of(user: httpx.Client, item: Json) -> Json:
    return {"imageUrl": user.get(f"/api/wishlist/{item['id']}").json()["data"]["item"]["imageUrl"]}


WRITES: dict[str, Write] = {
    "create": lambda user, _: user.post("/api/wishlist", json={"title": "New", "sortOrder": "9"}),
    "PUT": lambda user, item: user.put(f"/api/wishlist/{item['id']}", json={"title": "Eagle"}),
    "PATCH": lambda user, item: user.patch(f"/api/wishlist/{item['id']}", json={"category": "Space"}),
    "DELETE": lambda user, item: user.delete(f"/api/wishlist/{item['id']}"),
    "reorder": lambda user, item: user.put(
        "/api/wishlist/reorder", json={"itemOrders": [{"id": item["id"], "sortOrder": 5}]}
    ),
    "debounced": lambda user, item: user.post(
        "/api/wishlist/reorder/debounced", json={"itemOrders": [{"id": item["id"], "sortOrder": 6}]}
    ),
    "image": lambda user, item: send_image(user, to=f"/api/wishlist/{item['id']}/image"),
    "DELETE image": lambda user, item: user.request("DELETE", "/api/wishlist/image", json=image_of(user, item)),
}


@pytest.fixture(scope="module")
def elsewhere(settings: Settings) -> Iterator[Api]:
    """A second process on the same database and the same Redis."""
    with serving(settings) as api:
        yield api


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_shows_in_the_next_list(over_http: Api, elsewhere: Api, write: Write) -> None:
    user = over_http.user()
    same_user = elsewhere.user(user.id)
    item = new_item(user, imageUrl=uploaded(user))
    before = listed(user)
    assert listed(same_user) == before == [item]
    assert write(same_user, item).is_success
    after = listed(same_user)
    assert after != before
    assert listed(user) == after


def test_a_list_is_read_from_the_database_once(over_http: Api, elsewhere: Api, database: Database) -> None:
    user = over_http.user()
    item = new_item(user, category="Space")
    for query in ({}, {"category": "Space"}, {"category": "Castle"}):
        listed(user, **query)
    database.fetch("UPDATE wishlist_items SET title = 'Behind its back' WHERE id = $1", UUID(item["id"]))
    for reader in (user, elsewhere.user(user.id)):
        assert listed(reader) == listed(reader, category="Space") == [item]
        assert listed(reader, category="Castle") == []
    assert new_item(user)
    assert listed(user)[0]["title"] == "Behind its back"


def test_a_write_that_fails_leaves_the_list_as_it_is(over_http: Api) -> None:
    user = over_http.user()
    item = new_item(user)
    body = {"itemOrders": [{"id": item["id"], "sortOrder": 5}, {"id": "42", "sortOrder": 6}]}
    assert user.put("/api/wishlist/reorder", json=body).status_code == 403
    assert listed(user) == [item]


def test_a_list_that_is_known_already_is_not_sent_again(over_http: Api) -> None:
    user = over_http.user()
    new_item(user)
    tag = user.get("/api/wishlist").headers["etag"]
    known = user.get("/api/wishlist", headers={"If-None-Match": tag})
    assert (known.status_code, known.content) == (304, b"")
    new_item(user)
    changed = user.get("/api/wishlist", headers={"If-None-Match": tag})
    assert len(changed.json()["data"]["items"]) == 2
