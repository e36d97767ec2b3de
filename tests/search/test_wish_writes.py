"""After every kind of write to a wishlist, the index answers what is true by then."""

from typing import Any

import pytest

from tests.search import asking
from tests.support.clients import Api, User
from tests.support.pictures import JPEG
from tests.wishlist.builders import Json, new_item, uploaded


@pytest.fixture
def user(indexed: Api) -> User:
    return indexed.user()


def found(user: User, text: str, **query: Any) -> list[Json]:
    answer = asking.WISHES.ask(user, text, **query)
    assert (answer.source, answer.total) == ("opensearch", len(answer.rows))
    return list(answer.rows)


def test_a_new_item(user: User) -> None:
    item = new_item(user, "Falcon", description="A ship", category="Star Wars")
    assert found(user, "falcon") == found(user, "ship") == found(user, "star wars") == [item]
    assert found(user, "falcon", category="Star Wars") == [item]
    assert found(user, "falcon", category="Icons") == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change(user: User, method: str) -> None:
    item = new_item(user, "Falcon", description="A ship", category="Star Wars")
    changes = {"title": "Eagle", "description": None, "category": "Birds"}
    assert user.request(method, f"/api/wishlist/{item['id']}", json=changes).status_code == 200
    assert found(user, "falcon") == found(user, "ship") == found(user, "star") == []
    (eagle,) = found(user, "eagle")
    assert (eagle["id"], eagle["category"]) == (item["id"], "Birds")
    assert found(user, "birds", category="Birds") == [eagle]
    assert found(user, "eagle", category="Star Wars") == []


def test_a_deletion(user: User) -> None:
    first, second = new_item(user, "Falcon", "1"), new_item(user, "Falcon", "2")
    assert user.delete(f"/api/wishlist/{first['id']}").status_code == 200
    assert found(user, "falcon") == [second]


def test_a_new_order_and_pictures_are_answered_though_the_index_knows_of_none(user: User) -> None:
    """Rows come from the database, with all that they are."""
    item = new_item(user, "Falcon", "1")
    orders = {"itemOrders": [{"id": item["id"], "sortOrder": 7}]}
    assert user.put("/api/wishlist/reorder", json=orders).status_code == 200
    assert found(user, "falcon")[0]["sortOrder"] == "7"
    picture = uploaded(user)
    assert user.patch(f"/api/wishlist/{item['id']}", json={"imageUrl": picture}).status_code == 200
    assert found(user, "falcon")[0]["imageUrl"] == picture
    attached = user.post(f"/api/wishlist/{item['id']}/image", files={"image": ("b.jpg", JPEG, "image/jpeg")})
    shown = attached.json()["data"]["item"]["imageUrl"]
    assert found(user, "falcon")[0]["imageUrl"] == shown
    assert user.request("DELETE", "/api/wishlist/image", json={"imageUrl": shown}).status_code == 200
    assert found(user, "falcon")[0]["imageUrl"] is None


def test_a_write_that_is_refused_changes_nothing(user: User, indexed: Api) -> None:
    item = new_item(user, "Falcon")
    stranger = indexed.user()
    assert stranger.patch(f"/api/wishlist/{item['id']}", json={"title": "Eagle"}).status_code == 404
    assert stranger.delete(f"/api/wishlist/{item['id']}").status_code == 404
    assert user.patch(f"/api/wishlist/{item['id']}", json={"title": ""}).status_code == 400
    assert found(user, "falcon") == [item]
