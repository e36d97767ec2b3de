"""Making, reading, changing and deleting items: every answer key for key, and only for the owner."""

from uuid import UUID, uuid4

import pytest

from tests.support.clients import Api
from tests.support.database import Database
from tests.support.refusals import refusal
from tests.support.timestamps import TIMESTAMP
from tests.wishlist.builders import ITEM_KEYS, Json, listed, new_item

FIELDS = {
    "title": "Millennium Falcon 千年隼",
    "description": "",
    "productLink": "https://www.lego.com/en-us/product/75192?icmp=x#buy",
    "imageUrl": "https://example.com/falcon.jpg",
    "category": "Star Wars",
    "sortOrder": "10",
}


def test_create_answers_the_whole_item(api: Api) -> None:
    user = api.user()
    answer = user.post("/api/wishlist", json=FIELDS | {"id": "mine", "userId": "somebody", "unknown": {"a": 1}})
    assert answer.status_code == 201
    body = answer.json()
    assert list(body) == ["status", "message", "data"]
    assert (body["status"], body["message"]) == (201, "Wishlist item created successfully")
    assert list(body["data"]) == ["item"]
    item = body["data"]["item"]
    assert list(item) == ITEM_KEYS
    assert item | FIELDS == item
    assert item["userId"] == user.id
    assert str(UUID(item["id"])) == item["id"]
    assert TIMESTAMP.fullmatch(item["createdAt"])
    assert TIMESTAMP.fullmatch(item["updatedAt"])


def test_what_is_not_given_is_null(over_http: Api) -> None:
    item = new_item(over_http.user())
    assert [name for name in ITEM_KEYS if item[name] is None] == ["description", "productLink", "imageUrl", "category"]


def test_null_is_not_given(over_http: Api) -> None:
    nothing = dict.fromkeys(("description", "productLink", "imageUrl", "category"))
    answer = over_http.user().post("/api/wishlist", json={"title": "Falcon", "sortOrder": "1"} | nothing)
    assert answer.json()["data"]["item"].items() >= nothing.items()


def test_the_list_is_whole_and_the_users_own(api: Api) -> None:
    user = api.user()
    new_item(api.user(), "Somebody else's")
    made = [new_item(user, f"Item {number}", str(number)) for number in range(25)]
    answer = user.get("/api/wishlist?page=2&limit=5")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert list(body) == ["status", "message", "data"]
    assert (body["status"], body["message"]) == (200, "Wishlist retrieved successfully")
    assert body["data"] == {"items": made}


def test_the_list_of_a_category(over_http: Api) -> None:
    user = over_http.user()
    castle = new_item(user, "Castle", "2", category="Castle")
    other = new_item(user, "Other", "1", category="castle")
    assert listed(user, category="Castle") == [castle]
    assert listed(user, category="Cast") == []
    assert listed(user, category="") == [other, castle]
    assert listed(user, category="Castle' OR 1=1 --") == []


def test_get_answers_one(api: Api) -> None:
    user = api.user()
    item = new_item(user)
    for path in (f"/api/wishlist/{item['id']}", f"/api/Wishlist/{item['id'].upper()}/"):
        answer = user.get(path)
        assert answer.status_code == 200
        expected = {"status": 200, "message": "Wishlist item retrieved successfully", "data": {"item": item}}
        assert answer.json() == expected


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_update_changes_only_what_was_sent(api: Api, method: str) -> None:
    user = api.user()
    item = new_item(user, **{name: value for name, value in FIELDS.items() if name not in ("title", "sortOrder")})
    answer = user.request(method, f"/api/wishlist/{item['id']}", json={"title": "Eagle"})
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["status", "message", "data"]
    assert (body["status"], body["message"]) == (200, "Wishlist item updated successfully")
    changed = body["data"]["item"]
    assert list(changed) == ITEM_KEYS
    assert changed | {"updatedAt": ""} == item | {"title": "Eagle", "updatedAt": ""}
    assert listed(user) == [changed]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_null_clears(over_http: Api, method: str) -> None:
    user = over_http.user()
    item = new_item(user, description="x", productLink="https://a.b/c", imageUrl="https://a.b/d", category="y")
    cleared = dict.fromkeys(("description", "productLink", "imageUrl", "category"))
    answer = user.request(method, f"/api/wishlist/{item['id']}", json=cleared)
    assert answer.json()["data"]["item"].items() >= cleared.items()
    assert answer.json()["data"]["item"]["title"] == item["title"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_empty_update_only_counts_as_one(over_http: Api, database: Database, method: str) -> None:
    user = over_http.user()
    item = new_item(user)
    database.fetch("UPDATE wishlist_items SET updated_at = '2020-01-02 03:04:05.6789' WHERE id = $1", UUID(item["id"]))
    before = user.get(f"/api/wishlist/{item['id']}").json()["data"]["item"]
    assert before["updatedAt"] == "2020-01-02T03:04:05.678Z"  # cut off, not rounded
    answer = user.request(method, f"/api/wishlist/{item['id']}", json={})
    after = answer.json()["data"]["item"]
    assert after | {"updatedAt": ""} == item | {"updatedAt": ""}
    assert after["updatedAt"] > item["createdAt"]


def test_delete(api: Api) -> None:
    user = api.user()
    item, kept = new_item(user), new_item(user, "Kept")
    answer = user.delete(f"/api/wishlist/{item['id']}")
    assert answer.json() == {"status": 200, "message": "Wishlist item deleted successfully"}
    assert listed(user) == [kept]
    assert refusal(user.delete(f"/api/wishlist/{item['id']}"))[0] == 404


@pytest.mark.parametrize("caller", ["stranger", "admin"])
@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("GET", "Wishlist item not found"),
        ("PUT", "Wishlist item not found or you do not have permission to modify it"),
        ("PATCH", "Wishlist item not found or you do not have permission to modify it"),
        ("DELETE", "Wishlist item not found or you do not have permission to delete it"),
    ],
)
def test_an_item_is_nobody_elses(over_http: Api, caller: str, method: str, text: str) -> None:
    owner = over_http.user()
    item = new_item(owner)
    other = over_http.admin() if caller == "admin" else over_http.user()
    body: Json = {"json": {"title": "Stolen", "userId": other.id}} if method in ("PUT", "PATCH") else {}
    for id in (item["id"], str(uuid4()), "42", "reorders"):
        assert refusal(other.request(method, f"/api/wishlist/{id}", **body)) == (404, "NOT_FOUND", text)
    assert listed(owner) == [item]
    assert listed(other) == []


def test_a_form_is_as_good_as_json(over_http: Api) -> None:
    answer = over_http.user().post("/api/wishlist", data={"title": "Fälcon & Söhne", "sortOrder": "3"})
    assert answer.status_code == 201
    assert answer.json()["data"]["item"]["title"] == "Fälcon & Söhne"
