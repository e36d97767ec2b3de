"""The parsed parts of a list, page by page, in the order of the file."""

from typing import Any

import pytest

from tests.mocs.builders import Json, new_moc
from tests.parts_lists.builders import csv_of, lists_path, moc_with_list, new_list, parts_of, sample, uploaded
from tests.support.clients import Api, User


def page(user: User, moc: Json, parts_list: Json, **query: Any) -> Json:
    answer = user.get(lists_path(moc, parts_list["id"], "parts"), params=query)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["status"], body["message"]) == (200, "Parts retrieved successfully")
    data: Json = body["data"]
    assert list(data) == ["parts", "total", "page", "limit"]
    return data


def numbers(found: Json) -> list[int]:
    return [part["number"] for part in found["parts"]]


def test_each_part_as_it_was_read(api: Api) -> None:
    user = api.user()
    moc, parts_list = moc_with_list(user)
    assert page(user, moc, parts_list) == {
        "parts": [
            {
                "number": number,
                "partId": part,
                "quantity": quantity,
                "partSystem": None,
                "colorId": None,
                "colorSystem": None,
                "colorName": color,
                "name": name,
                "isSpare": False,
                "itemType": "P",
                "elementId": None,
            }
            for number, part, quantity, color, name in (
                (1, "3001", 25, "Red", "Brick 2 x 4"),
                (2, "3003", 7, "Blue", "Brick 2 x 2"),
            )
        ],
        "total": 2,
        "page": 1,
        "limit": 20,
    }


def test_ids_keep_the_system_that_they_are_numbered_in(over_http: Api) -> None:
    user = over_http.user()
    moc = new_moc(user)
    for name, system in (("rebrickable.csv", "rebrickable"), ("bricklink-wanted.xml", "bricklink")):
        parts = parts_of(user, moc, uploaded(user, moc, name, sample(name))["partsList"])
        assert {part["partSystem"] for part in parts} == {system}
        assert {part["colorSystem"] for part in parts if part["colorId"]} == {system}


def test_pages_follow_each_other_in_the_order_of_the_file(api: Api) -> None:
    user = api.user()
    moc, parts_list = moc_with_list(user, content=csv_of(*range(1, 251)))
    assert [part["quantity"] for part in parts_of(user, moc, parts_list)] == list(range(1, 251))
    assert numbers(page(user, moc, parts_list, page=3, limit=100)) == list(range(201, 251))
    for beyond in (4, 1_000_000):
        found = page(user, moc, parts_list, page=beyond, limit=100)
        assert (found["parts"], found["total"]) == ([], 250)


@pytest.mark.parametrize(
    ("query", "page_number", "limit"),
    [
        ({"page": 0, "limit": 0}, 1, 20),
        ({"page": -1, "limit": -1}, 1, 1),
        ({"page": "abc", "limit": "abc"}, 1, 20),
        ({"page": "", "limit": ""}, 1, 20),
        ({"page": "2.9", "limit": 1000}, 2, 100),
        ({"page": "1e400", "limit": "nan"}, 1, 20),
        ({"page": 10**30}, 1_000_000, 20),
    ],
)
def test_pages_out_of_range_are_clamped(over_http: Api, query: Any, page_number: int, limit: int) -> None:
    user = over_http.user()
    moc, parts_list = moc_with_list(user, content=csv_of(*[1] * 120))
    found = page(user, moc, parts_list, **query)
    assert (found["page"], found["limit"], found["total"]) == (page_number, limit, 120)
    first = (page_number - 1) * limit
    assert numbers(found) == list(range(first + 1, min(first + limit, 120) + 1))


def test_a_list_without_parts(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    assert page(user, moc, new_list(user, moc)) == {"parts": [], "total": 0, "page": 1, "limit": 20}
