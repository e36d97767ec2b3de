"""Items and pictures to begin a test with, made as any client makes them, and what to look for in answers."""

from typing import Any

import httpx

from tests.support.clients import User
from tests.support.database import Database
from tests.support.pictures import JPEG
from tests.support.refusals import refusal

Json = dict[str, Any]

ITEM_KEYS = [
    "id",
    "userId",
    "title",
    "description",
    "productLink",
    "imageUrl",
    "category",
    "sortOrder",
    "createdAt",
    "updatedAt",
]


def new_item(user: httpx.Client, title: str = "Falcon", sort_order: str = "1", **fields: Any) -> Json:
    answer = user.post("/api/wishlist", json={"title": title, "sortOrder": sort_order} | fields)
    assert answer.status_code == 201, answer.text
    item: Json = answer.json()["data"]["item"]
    return item


def old_item(database: Database, user: User, **columns: str | None) -> str:
    """A row as the old server may have left it; its id."""
    row = {"user_id": user.id, "title": "Falcon", "sort_order": "1"} | columns
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    insert = f"INSERT INTO wishlist_items ({', '.join(row)}) VALUES ({places}) RETURNING id"
    return str(database.value(insert, *row.values()))


def listed(user: httpx.Client, **query: str) -> list[Json]:
    answer = user.get("/api/wishlist", params=query)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["data"]["items"]
    return items


def orders(user: httpx.Client) -> dict[str, str]:
    """The sort order of each item by its id, in the order of the list."""
    return {item["id"]: item["sortOrder"] for item in listed(user)}


def send_image(
    user: httpx.Client, name: str = "brick.jpg", content: bytes = JPEG, *, to: str = "/api/wishlist/upload-image"
) -> httpx.Response:
    return user.post(to, files={"image": (name, content, "application/octet-stream")})


def uploaded(user: httpx.Client) -> str:
    """The URL of a picture that no item shows yet."""
    answer = send_image(user)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["imageUrl"])


def issues(answer: httpx.Response) -> list[Json]:
    """What is wrong with the input, one by one."""
    assert refusal(answer) == (400, "VALIDATION_ERROR", "Invalid input data")
    details: list[Json] = answer.json()["details"]
    return details
