"""Two reorderings at the same time: neither fails, and one of the two orders wins whole."""

from functools import partial
from uuid import UUID

from tests.support.clients import Api
from tests.support.database import Database
from tests.support.locks import held_up
from tests.wishlist.builders import new_item, orders

LOCK = "SELECT 1 FROM wishlist_items WHERE id = $1 FOR UPDATE"


def test_two_orders_that_start_at_opposite_ends(over_http: Api, database: Database) -> None:
    """Each would lock what the other waits for, if they locked in the order they were sent."""
    user = over_http.user()
    ids = [new_item(user, f"Item {number}", str(number))["id"] for number in range(9)]
    upwards = {id: str(100 + place) for place, id in enumerate(ids)}
    downwards = {id: str(200 - place) for place, id in enumerate(reversed(ids))}
    bodies = [[{"id": id, "sortOrder": order} for id, order in wanted.items()] for wanted in (upwards, downwards)]
    requests = [partial(user.put, "/api/wishlist/reorder", json={"itemOrders": body}) for body in bodies]
    middle = sorted(ids)[4]
    answers = held_up(database, requests, LOCK, UUID(middle))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert orders(user) in (upwards, downwards)
    assert all(answer.json()["data"]["changed"] for answer in answers)


def test_an_item_that_is_deleted_meanwhile(over_http: Api, database: Database) -> None:
    user = over_http.user()
    first, second = new_item(user, "First", "1"), new_item(user, "Second", "2")
    body = {"itemOrders": [{"id": first["id"], "sortOrder": 8}, {"id": second["id"], "sortOrder": 9}]}
    request = partial(user.put, "/api/wishlist/reorder", json=body)
    [answer] = held_up(database, [request], "DELETE FROM wishlist_items WHERE id = $1", UUID(second["id"]))
    assert answer.status_code == 403
    assert orders(user) == {first["id"]: "1"}
