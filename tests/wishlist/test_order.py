"""The order of the list: by number where sort orders are numbers, and those that are none behind them."""

import pytest

from tests.support.clients import Api
from tests.support.database import Database
from tests.wishlist.builders import listed, new_item, old_item

NUMBERS = ["-10", "-2.5", "-2", "0", "0.5", "1", "+1.5", "2", "10", "1e2", "1000"]
TEXTS = ["1,5", "2 apples", "apples"]


def test_numbers_count_as_numbers(over_http: Api) -> None:
    user = over_http.user()
    for order in [*TEXTS, *reversed(NUMBERS)]:
        new_item(user, sort_order=order)
    assert [item["sortOrder"] for item in listed(user)] == NUMBERS + TEXTS


def test_among_equals_the_older_comes_first(over_http: Api) -> None:
    user = over_http.user()
    items = [new_item(user, f"Item {number}", "5") for number in range(4)]
    assert listed(user) == items


@pytest.mark.parametrize("order", ["9" * 200_000, "1e99999", "0." + "1" * 20_000, "NaN", "Infinity", "1\n", "٣", " "])
def test_what_the_old_server_stored_can_always_be_listed(over_http: Api, database: Database, order: str) -> None:
    user = over_http.user()
    old_item(database, user, sort_order=order)
    new_item(user, sort_order="7")
    assert [item["sortOrder"] for item in listed(user)] == ["7", order]
