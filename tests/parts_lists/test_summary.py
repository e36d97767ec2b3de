"""The summary over all parts lists of a user."""

from decimal import Decimal
from typing import Any

from tests.mocs.builders import Json, new_moc
from tests.parts_lists.builders import lists_path, moc_with_list, new_list
from tests.support.clients import Api, User
from tests.support.database import Database

NOTHING = {
    "totalPartsLists": 0,
    "builtCount": 0,
    "purchasedCount": 0,
    "averageInventoryPercentage": "0.00",
    "totalPartsCount": 0,
    "acquiredPartsCount": 0,
    "costEstimate": "0.00",
    "actualCost": "0.00",
}


def summary(user: User) -> Json:
    answer = user.get("/api/user/parts-lists/summary")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["status"], body["message"]) == (200, "Parts list summary retrieved successfully")
    data: Json = body["data"]
    assert list(data) == ["statistics", "recentPartsLists"]
    return data


def test_who_has_no_lists(api: Api) -> None:
    assert summary(api.user()) == {"statistics": NOTHING, "recentPartsLists": []}


def test_all_lists_of_a_user_and_nobody_elses(api: Api) -> None:
    user, other = api.user(), api.user()
    castle, made = moc_with_list(user)
    fields: dict[str, Any] = {"inventoryPercentage": "33.34", "costEstimate": "10.50", "actualCost": 9, "built": True}
    tower = new_moc(user)
    by_hand = new_list(user, tower, title="Tower", totalPartsCount=100, acquiredPartsCount=40, purchased=True, **fields)
    moc_with_list(other)
    found = summary(user)
    assert found["statistics"] == {
        "totalPartsLists": 2,
        "builtCount": 1,
        "purchasedCount": 1,
        "averageInventoryPercentage": "16.67",
        "totalPartsCount": 132,
        "acquiredPartsCount": 40,
        "costEstimate": "10.50",
        "actualCost": "9.00",
    }
    assert found["recentPartsLists"] == [
        {
            "id": by_hand["id"],
            "mocId": tower["id"],
            "mocTitle": tower["title"],
            "partsListTitle": "Tower",
            "built": True,
            "purchased": True,
            "inventoryPercentage": "33.34",
            "status": "ready",
        },
        {
            "id": made["id"],
            "mocId": castle["id"],
            "mocTitle": castle["title"],
            "partsListTitle": "Parts List - house.csv",
            "built": False,
            "purchased": False,
            "inventoryPercentage": "0.00",
            "status": "ready",
        },
    ]


def test_the_ten_lists_that_were_changed_last(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    lists = [new_list(user, moc, title=f"List {number}") for number in range(12)]
    user.put(lists_path(moc, lists[0]["id"]), json={})
    recent = summary(user)["recentPartsLists"]
    assert [each["id"] for each in recent] == [each["id"] for each in [lists[0], *reversed(lists[3:])]]


def test_whatever_the_old_server_stored(over_http: Api, database: Database) -> None:
    """Its columns were texts, and took any. What is no number counts as none."""
    user = over_http.user()
    moc = new_moc(user)
    odd = ("12,50", "abc", "", " 5", "5 ", "-3", "1e5", "NaN", "Infinity", "\u0665", "9" * 40)
    for text in (*odd, "7", "0.25", "9" * 18):
        database.fetch(
            "INSERT INTO moc_parts_lists (moc_id, title, inventory_percentage, total_parts_count, acquired_parts_count,"
            " cost_estimate, actual_cost) VALUES ($1::text::uuid, 'Old', $2, $2, $2, $2, $2)",
            moc["id"],
            text,
        )
    database.fetch(
        "INSERT INTO moc_parts_lists (moc_id, title, built, purchased, inventory_percentage, acquired_parts_count)"
        " VALUES ($1::text::uuid, 'Nulls', NULL, NULL, NULL, NULL)",
        moc["id"],
    )
    large = 10**18 - 1
    found = summary(user)["statistics"]
    assert found == NOTHING | {
        "totalPartsLists": 15,
        "averageInventoryPercentage": f"{(Decimal(large) + Decimal('7.25')) / 15:.2f}",
        "totalPartsCount": large + 7,
        "acquiredPartsCount": large + 7,
        "costEstimate": f"{large + 7}.25",
        "actualCost": f"{large + 7}.25",
    }
    [nulls] = [each for each in user.get(lists_path(moc)).json()["data"] if each["title"] == "Nulls"]
    assert (nulls["built"], nulls["inventoryPercentage"], nulls["acquiredPartsCount"]) == (None, None, None)
