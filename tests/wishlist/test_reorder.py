"""Reordering: one statement, all or nothing, and only one's own items."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.refusals import refusal
from tests.support.timestamps import TIMESTAMP
from tests.wishlist.builders import Json, listed, new_item, orders

NOT_YOURS = (403, "FORBIDDEN", "You can only reorder your own wishlist items")
EACH = "Each item must have id and sortOrder properties"


def reorder(user: httpx.Client, *entries: Any, method: str = "POST", to: str = "", **fields: Any) -> httpx.Response:
    body = {"itemOrders": list(entries)} | fields
    return user.request(method, f"/api/wishlist/reorder{to}", json=body)


def entry(item: Json, order: Any) -> Json:
    return {"id": item["id"], "sortOrder": order}


@pytest.fixture
def user(over_http: Api) -> User:
    return over_http.user()


@pytest.fixture
def items(user: User) -> Sequence[Json]:
    return [new_item(user, f"Item {number}", str(number)) for number in range(3)]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_reorder(api: Api, method: str) -> None:
    user = api.user()
    first, second, third = (new_item(user, f"Item {number}", str(number)) for number in range(3))
    answer = reorder(user, entry(first, 10), entry(third, 2), method=method, requestId="r-1")
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["status", "message", "data"]
    assert (body["status"], body["message"]) == (200, "Wishlist reordered successfully")
    data = body["data"]
    assert list(data) == ["items", "requestId", "changed", "timestamp"]
    assert (data["requestId"], data["changed"]) == ("r-1", True)
    assert TIMESTAMP.fullmatch(data["timestamp"])
    expected = [(second["id"], "1"), (third["id"], "2"), (first["id"], "10")]
    assert [(item["id"], item["sortOrder"]) for item in data["items"]] == expected
    assert data["items"] == listed(user)
    moved = {item["id"]: item["updatedAt"] for item in data["items"]}
    assert moved[first["id"]] == moved[third["id"]] == data["timestamp"]
    assert moved[second["id"]] == second["updatedAt"]


def test_nothing_to_change(user: User, items: Sequence[Json]) -> None:
    answer = reorder(user, entry(items[0], 0), entry(items[1], "1"))
    message = "Wishlist order already up to date"
    assert answer.json() == {"status": 200, "message": message, "data": {"items": items, "changed": False}}
    answer = reorder(user, entry(items[0], 0), requestId="r-2")
    assert answer.json()["data"] == {"items": items, "requestId": "r-2", "changed": False}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("", ""),
        ("b", "b"),
        (1.5, "1.5"),
        (2.0, "2"),
        (-3, "-3"),
        (1e20, "100000000000000000000"),
        (6e-8, "0.00000006"),
        ("x" * 50, "x" * 50),
    ],
)
def test_sort_orders_are_stored_as_text(user: User, items: Sequence[Json], sent: Any, stored: str) -> None:
    assert reorder(user, entry(items[0], sent)).status_code == 200
    assert orders(user)[items[0]["id"]] == stored


@pytest.mark.parametrize("to", ["", "/debounced"])
@pytest.mark.parametrize("other", ["foreign", "unknown", "not a uuid", "nil", "deleted"])
def test_an_id_that_is_not_the_users_changes_nothing(
    over_http: Api, user: User, items: Sequence[Json], to: str, other: str
) -> None:
    foreign = new_item(over_http.user())
    if other == "deleted":
        user.delete(f"/api/wishlist/{items[2]['id']}")
    ids = {"foreign": foreign["id"], "unknown": str(uuid4()), "not a uuid": "42", "nil": str(UUID(int=0))}
    before = listed(user)
    bad = {"id": ids.get(other, items[2]["id"]), "sortOrder": 7}
    assert refusal(reorder(user, entry(items[0], 9), bad, entry(items[1], 8), to=to)) == NOT_YOURS
    assert listed(user) == before


def test_an_admin_may_not_either(over_http: Api, user: User, items: Sequence[Json]) -> None:
    assert refusal(reorder(over_http.admin(), entry(items[0], 9))) == NOT_YOURS
    assert listed(user) == items


def test_the_same_id_twice(user: User, items: Sequence[Json]) -> None:
    for again in (items[0]["id"], items[0]["id"].upper()):
        answer = reorder(user, entry(items[0], 8), {"id": again, "sortOrder": 9})
        assert refusal(answer) == (404, "NOT_FOUND", "One or more wishlist items not found")
    assert listed(user) == items


@pytest.mark.parametrize("given", [[], None, "", "x", 5, {}, {"id": "x", "sortOrder": 1}, True])
def test_item_orders_that_are_no_list(user: User, given: Any) -> None:
    answer = user.post("/api/wishlist/reorder", json={"itemOrders": given})
    assert refusal(answer) == (400, "VALIDATION_ERROR", "itemOrders must be a non-empty array")
    assert answer.json()["details"][0]["path"] == ["itemOrders"]


@pytest.mark.parametrize("body", [{}, {"itemorders": []}, {"sourceIndex": 0, "destinationIndex": 2}])
def test_item_orders_that_are_missing(user: User, body: Json) -> None:
    answer = user.put("/api/wishlist/reorder", json=body)
    assert refusal(answer) == (400, "VALIDATION_ERROR", "itemOrders must be a non-empty array")


@pytest.mark.parametrize("bad", [None, 5, "x", [], {}, {"sortOrder": 1}, {"id": "", "sortOrder": 1}, {"id": 5}])
def test_an_entry_without_an_id(user: User, items: Sequence[Json], bad: Any) -> None:
    answer = reorder(user, entry(items[0], 9), bad)
    assert refusal(answer) == (400, "VALIDATION_ERROR", EACH)
    assert answer.json()["details"] == [{"code": "custom", "path": ["itemOrders", 1, "id"], "message": EACH}]
    assert listed(user) == items


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ("null", EACH),
        ("true", EACH),
        ("[]", EACH),
        ("{}", EACH),
        ("NaN", EACH),
        ("-Infinity", EACH),
        ("1e999", EACH),
        (f'"{"x" * 51}"', "sortOrder must have at most 50 characters"),
        ("9" * 51, "sortOrder must have at most 50 characters"),
        ("9" * 4000, "sortOrder must have at most 50 characters"),
        ("1e300", "sortOrder must have at most 50 characters"),
        (r'"\u0000"', "sortOrder must not contain NUL characters"),
        (r'"\ud800"', "sortOrder must be valid Unicode"),
    ],
)
def test_a_sort_order_that_is_none(user: User, items: Sequence[Json], order: str, message: str) -> None:
    first = f'{{"id": "{items[0]["id"]}", "sortOrder": 9}}'
    second = f'{{"id": "{items[1]["id"]}", "sortOrder": {order}}}'
    body = f'{{"itemOrders": [{first}, {second}]}}'
    answer = user.post("/api/wishlist/reorder", content=body, headers={"Content-Type": "application/json"})
    assert refusal(answer) == (400, "VALIDATION_ERROR", message)
    assert answer.json()["details"] == [{"code": "custom", "path": ["itemOrders", 1, "sortOrder"], "message": message}]
    assert listed(user) == items


def test_as_many_as_are_allowed_and_no_more(user: User, items: Sequence[Json], database: Database) -> None:
    columns = "INSERT INTO wishlist_items (user_id, title, sort_order)"
    database.fetch(f"{columns} SELECT $1, n::text, n::text FROM generate_series(4, 1000) n", user.id)
    ids = [str(row["id"]) for row in database.fetch("SELECT id FROM wishlist_items WHERE user_id = $1", user.id)]
    entries = [{"id": id, "sortOrder": number} for number, id in enumerate(reversed(ids))]
    assert reorder(user, *entries, {"id": str(uuid4()), "sortOrder": 1}).status_code == 400
    answer = reorder(user, *entries)
    assert answer.status_code == 200, answer.text
    assert [item["id"] for item in answer.json()["data"]["items"]] == list(reversed(ids))


@pytest.mark.parametrize(("request_id", "received"), [(5, "number"), ([], "array")])
def test_a_request_id_that_is_no_text(user: User, items: Sequence[Json], request_id: Any, received: str) -> None:
    answer = reorder(user, entry(items[0], 9), requestId=request_id)
    assert refusal(answer)[0] == 400
    assert answer.json()["details"][0]["path"] == ["requestId"]
    assert listed(user) == items


def test_debounced_persists_at_once(api: Api) -> None:
    user = api.user()
    first, second = new_item(user, "First", "1"), new_item(user, "Second", "2")
    answer = reorder(user, entry(first, 3), to="/debounced", requestId="r-3")
    assert answer.status_code == 202
    body = answer.json()
    assert (body["status"], body["message"]) == (202, "Reorder request queued - changes will be persisted shortly")
    assert list(body["data"]) == ["requestId", "debounced", "willPersistAt"]
    assert (body["data"]["requestId"], body["data"]["debounced"]) == ("r-3", True)
    assert TIMESTAMP.fullmatch(body["data"]["willPersistAt"])
    assert orders(user) == {second["id"]: "2", first["id"]: "3"}

    status = user.get("/api/wishlist/reorder/status").json()
    assert (status["status"], status["data"]) == (200, {"hasPending": False, "requestId": None})
    cancelled = user.post("/api/wishlist/reorder/cancel", json={"requestId": "r-3"})
    assert refusal(cancelled) == (404, "NOT_FOUND", "No pending reorder operations to cancel")
    assert orders(user) == {second["id"]: "2", first["id"]: "3"}


def test_debounced_names_a_request_that_has_no_name(user: User, items: Sequence[Json]) -> None:
    answers = [reorder(user, entry(items[0], 9), to="/debounced").json()["data"]["requestId"] for _ in range(2)]
    assert len({str(UUID(name)) for name in answers}) == 2
