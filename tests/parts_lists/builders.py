"""Parts lists to begin a test with, made as any client makes them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.mocs.builders import Json, new_moc

SAMPLES = Path(__file__).parent / "samples"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text())
REFUSED: dict[str, Any] = EXPECTED["errors"]
ACCEPTED = [name for name in EXPECTED if name not in ("_about", "errors")]

PARTS_LIST_KEYS = [
    *("id", "mocId", "fileId", "title", "description", "built", "purchased", "inventoryPercentage"),
    *("totalPartsCount", "acquiredPartsCount", "costEstimate", "actualCost", "notes", "createdAt", "updatedAt"),
    # The old server had no more than these.
    *("status", "format", "uniquePartsCount", "sparePartsCount", "problems"),
]

# Two lines of 25 and 7 pieces.
HOUSE = b"Part ID,Part Name,Quantity,Color\n3001,Brick 2 x 4,25,Red\n3003,Brick 2 x 2,7,Blue\n"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def csv_of(*quantities: int) -> bytes:
    """A list with a different part for each quantity."""
    lines = [f"{3001 + number},{quantity}" for number, quantity in enumerate(quantities)]
    return "\n".join(["Part,Quantity", *lines]).encode()


def lists_path(moc: Json, *rest: object) -> str:
    return "/".join((f"/api/mocs/{moc['id']}/parts-lists", *map(str, rest)))


def upload(user: httpx.Client, moc: Json, name: str = "house.csv", content: bytes = HOUSE) -> httpx.Response:
    form: Any = {"partsListFile": (name, content, "text/csv")}
    return user.post(f"/api/mocs/{moc['id']}/upload-parts-list", files=form)


def uploaded(user: httpx.Client, moc: Json, name: str = "house.csv", content: bytes = HOUSE) -> Json:
    """What is said of a list that was read at once."""
    answer = upload(user, moc, name, content)
    assert answer.status_code == 201, answer.text
    data: Json = answer.json()["data"]
    return data


def moc_with_list(user: httpx.Client, name: str = "house.csv", content: bytes = HOUSE) -> tuple[Json, Json]:
    """A new MOC and its only parts list."""
    moc = new_moc(user)
    return moc, uploaded(user, moc, name, content)["partsList"]


def new_list(user: httpx.Client, moc: Json, **fields: Any) -> Json:
    """One that was read from no file."""
    answer = user.post(lists_path(moc), json={"title": "Bricks"} | fields)
    assert answer.status_code == 201, answer.text
    data: Json = answer.json()["data"]
    return data


def shown(user: httpx.Client, moc: Json) -> list[Json]:
    """The lists of a MOC."""
    answer = user.get(lists_path(moc))
    assert answer.status_code == 200, answer.text
    data: list[Json] = answer.json()["data"]
    return data


def parts_of(user: httpx.Client, moc: Json, parts_list: Json) -> list[Json]:
    """All of them, page by page."""

    def pages() -> Iterator[Json]:
        number = 1
        while True:
            answer = user.get(lists_path(moc, parts_list["id"], "parts"), params={"page": number, "limit": 100})
            assert answer.status_code == 200, answer.text
            if not (parts := answer.json()["data"]["parts"]):
                return
            yield from parts
            number += 1

    return list(pages())


def pieces_of(user: httpx.Client, moc: Json) -> int | None:
    """The total that the MOC's page shows."""
    total: int | None = user.get(f"/api/mocs/{moc['id']}").json()["data"]["totalPieceCount"]
    return total


def key_of(file: Json) -> str:
    """Under which a file is stored."""
    url: str = file["fileUrl"]
    return url.removeprefix("/uploads/")
