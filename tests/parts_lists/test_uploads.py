"""Parts lists that are sent with a request and read at once: under both paths, as the old server answered."""

from typing import Any

import pytest

from tests.mocs.builders import FILE_KEYS, Json, new_moc
from tests.parts_lists.builders import (
    ACCEPTED,
    EXPECTED,
    HOUSE,
    PARTS_LIST_KEYS,
    csv_of,
    key_of,
    parts_of,
    pieces_of,
    sample,
    shown,
    upload,
    uploaded,
)
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.objects import Objects

MOST = 2**31 - 1


def by_field(user: User, moc: Json, name: str, content: bytes) -> Any:
    return user.post(
        "/api/mocs/upload-parts-list", data={"mocId": moc["id"]}, files={"partsListFile": (name, content, "text/csv")}
    )


@pytest.mark.parametrize("send", [by_field, upload], ids=["moc in a field", "moc in the path"])
def test_the_recorded_answer_key_for_key(api: Api, objects: Objects, send: Any) -> None:
    user = api.user()
    moc = new_moc(user)
    answer = send(user, moc, "house.csv", HOUSE)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert list(body) == ["message", "data"]
    assert body["message"] == "Parts list uploaded and processed successfully"
    data = body["data"]
    assert list(data) == ["file", "partsList", "parsing", "moc"]

    assert list(data["file"]) == FILE_KEYS
    told = {"mocId": moc["id"], "fileType": "parts-list", "originalFilename": "house.csv", "mimeType": "text/csv"}
    assert data["file"].items() >= (told | {"size": len(HOUSE)}).items()

    assert list(data["partsList"]) == PARTS_LIST_KEYS
    assert (
        data["partsList"].items()
        >= {
            "mocId": moc["id"],
            "fileId": data["file"]["id"],
            "title": "Parts List - house.csv",
            "description": "Parsed CSV parts list with 32 total pieces",
            "built": False,
            "purchased": False,
            "inventoryPercentage": "0.00",
            "totalPartsCount": "32",
            "acquiredPartsCount": "0",
            "costEstimate": None,
            "actualCost": None,
            "notes": None,
            "status": "ready",
            "format": "csv",
            "uniquePartsCount": 2,
            "sparePartsCount": 0,
            "problems": None,
        }.items()
    )
    assert data["parsing"] == {"totalPieceCount": 32, "uniqueParts": 2, "format": "csv", "success": True}
    assert data["moc"] == {"id": moc["id"], "totalPieceCount": 32}

    stored = objects.get(key_of(data["file"]))
    assert (stored["Body"].read(), stored["ContentType"]) == (HOUSE, "text/csv")
    assert api.client().get(data["file"]["fileUrl"]).content == HOUSE
    detail = user.get(f"/api/mocs/{moc['id']}").json()["data"]
    assert (detail["files"], detail["partsLists"]) == ([data["file"]], [data["partsList"]])
    assert shown(user, moc) == [data["partsList"]]


@pytest.mark.parametrize("name", ACCEPTED)
def test_every_sample(api: Api, database: Database, name: str) -> None:
    """And again, and again: never is anything doubled."""
    user, expected = api.user(), EXPECTED[name]
    moc = new_moc(user)
    rows = []
    for _ in range(5):
        data = uploaded(user, moc, name, sample(name))
        assert data["parsing"] == {
            "totalPieceCount": expected["pieces"],
            "uniqueParts": expected["unique"],
            "format": expected["format"],
            "success": True,
        }
        assert data["partsList"]["sparePartsCount"] == expected["spares"]
        assert data["moc"]["totalPieceCount"] == expected["pieces"] == pieces_of(user, moc)
        rows.append(parts_of(user, moc, data["partsList"]))
    assert sum(part["quantity"] for part in rows[0] if not part["isSpare"]) == expected["pieces"]
    assert rows == rows[:1] * 5
    assert len(shown(user, moc)) == 1
    assert database.count("moc_files", "moc_id = $1::text::uuid", moc["id"]) == 1


def test_a_moc_has_the_pieces_of_all_its_lists_without_spares(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    uploaded(user, moc, "a.csv", HOUSE)
    spares = b"Part,Color,Quantity,Is Spare\n3001,4,5,False\n3001,4,1000,True\n"
    data = uploaded(user, moc, "b.csv", spares)
    assert (data["parsing"]["totalPieceCount"], data["partsList"]["sparePartsCount"]) == (5, 1000)
    assert data["moc"]["totalPieceCount"] == 37 == pieces_of(user, moc)


def test_sums_that_no_32_bits_hold(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    data = uploaded(user, moc, content=csv_of(*[MOST] * 10))
    assert data["parsing"]["totalPieceCount"] == 10 * MOST
    assert data["partsList"]["totalPartsCount"] == str(10 * MOST)
    assert data["moc"]["totalPieceCount"] == MOST, "as much as its column holds"
    spares = "".join(f"3001,4,{MOST},True\n" for _ in range(3))
    data = uploaded(user, moc, "spares.csv", f"Part,Color,Quantity,Is Spare\n{spares}".encode())
    assert (data["partsList"]["totalPartsCount"], data["partsList"]["sparePartsCount"]) == ("0", 3 * MOST)
    statistics = user.get("/api/user/parts-lists/summary").json()["data"]["statistics"]
    assert statistics["totalPartsCount"] == 10 * MOST


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        ("TEILE.CSV", "text/csv"),
        ("Stückliste ä.txt", "text/plain"),
        ("parts", "application/octet-stream"),
        ("parts.", "application/octet-stream"),
        ("parts.tar.gz/../../x.csv", "text/csv"),
        ("parts.a-b c", "application/octet-stream"),
    ],
)
def test_names_of_files(api: Api, objects: Objects, name: str, mime_type: str) -> None:
    user = api.user()
    file = uploaded(user, new_moc(user), name, HOUSE)["file"]
    assert (file["originalFilename"], file["mimeType"]) == (name.split("/")[-1], mime_type)
    stored = objects.get(key_of(file))
    assert stored["ContentDisposition"].startswith("attachment; ")
    folder, owner, moc_id, key = key_of(file).split("/")
    assert (folder, owner, moc_id) == ("parts-lists", user.id, file["mocId"])
    assert key.isascii()
    assert " " not in key


def test_an_owner_whose_id_is_no_path(over_http: Api) -> None:
    user = over_http.user("auth0|a/b c%")
    moc = new_moc(user)
    file = uploaded(user, moc)["file"]
    assert over_http.client().get(file["fileUrl"]).content == HOUSE
