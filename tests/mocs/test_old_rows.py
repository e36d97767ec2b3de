"""Rows of the old server, which checked little: they are shown, changed and deleted, and never a 500."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.mocs.builders import FILE_KEYS, MOC_KEYS, Json, detail
from tests.parts_lists.builders import PARTS_LIST_KEYS
from tests.support.clients import Api, User
from tests.support.database import Database

ODD_COLUMNS: dict[str, dict[str, Any]] = {
    "an object for tags": {"tags": {}},
    "a text for tags": {"tags": "castle"},
    "numbers among tags": {"tags": ["castle", 5, None, ["x"], {"a": 1}]},
    "another type": {"type": "MOC"},
    "no type": {"type": ""},
    "counts out of range": {"parts_count": -5, "total_piece_count": 0, "release_year": -44},
    "an empty title": {"title": ""},
    "a long text": {"description": "word " * 100_000},
    "an unbroken text": {"description": "x" * 500_000},
    "the columns of the other type": {"type": "moc", "brand": "LEGO", "retired": True, "release_year": 1999},
    "a relative thumbnail": {"thumbnail_url": "/uploads/moc-files/alice/images/front-1.jpg"},
    "an absolute thumbnail": {"thumbnail_url": "https://example.com/a b.jpg"},
    "the first moment there is": {"uploaded_date": datetime(1, 1, 1), "created_at": datetime(1, 1, 1)},
    "the last moment there is": {"uploaded_date": datetime.max, "updated_at": datetime.max},
}
SHOWN: dict[str, Json] = {
    "an object for tags": {"tags": None},
    "a text for tags": {"tags": None},
    "numbers among tags": {"tags": ["castle"]},
    "another type": {"type": "MOC"},
    "counts out of range": {"partsCount": -5, "totalPieceCount": 0, "releaseYear": -44},
    "a relative thumbnail": {"thumbnailUrl": "/uploads/moc-files/alice/images/front-1.jpg"},
    "an absolute thumbnail": {"thumbnailUrl": "https://example.com/a b.jpg"},
    "the first moment there is": {"uploadedDate": "0001-01-01T00:00:00.000Z", "createdAt": "0001-01-01T00:00:00.000Z"},
    "the last moment there is": {"uploadedDate": "9999-12-31T23:59:59.999Z"},
}


def old_moc(database: Database, user: User, columns: dict[str, Any]) -> Json:
    values = {"user_id": user.id, "title": f"Old {uuid4()}", "type": "moc"} | columns
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    insert = f"INSERT INTO moc_instructions ({', '.join(values)}) VALUES ({places}) RETURNING id"
    return {"id": str(database.value(insert, *values.values()))}


@pytest.mark.parametrize("case", ODD_COLUMNS)
def test_an_odd_moc(over_http: Api, database: Database, case: str) -> None:
    user = over_http.user()
    moc = old_moc(database, user, ODD_COLUMNS[case])
    shown = detail(over_http.client(), moc)
    assert list(shown)[:19] == MOC_KEYS
    expected = SHOWN.get(case, {})
    assert {name: shown[name] for name in expected} == expected
    (listed,) = user.get("/api/mocs").json()["data"]
    assert listed == {name: shown[name] for name in MOC_KEYS}
    for path in ("/api/mocs/search?size=100", "/api/mocs/stats/by-category", "/api/mocs/stats/uploads-over-time"):
        assert user.get(path).status_code == 200

    same = {} if shown["thumbnailUrl"] is None else {"thumbnailUrl": shown["thumbnailUrl"]}
    changed = user.patch(f"/api/mocs/{moc['id']}", json={"theme": "Castle", **same})
    assert changed.status_code == 200, changed.text
    assert changed.json()["moc"] == listed | {"theme": "Castle", "updatedAt": changed.json()["moc"]["updatedAt"]}
    assert user.delete(f"/api/mocs/{moc['id']}").status_code == 200


def test_odd_files(over_http: Api, database: Database) -> None:
    user = over_http.user()
    moc = old_moc(database, user, {})
    rows = [
        ("instruction", "/uploads/moc-files/alice/instructions/plan-1.pdf", "plan.pdf", None),
        ("thumbnail", "/uploads/moc-files/alice/images/front 1.jpg", None, "image/jpeg"),
        ("gallery-image", "https://example.com/back.jpg", "back.jpg", None),
        ("something", "/uploads/mocs/alice/parts-list/undefined", None, None),
    ]
    for row in rows:
        database.fetch(
            "INSERT INTO moc_files (moc_id, file_type, file_url, original_filename, mime_type)"
            " VALUES ($1, $2, $3, $4, $5)",
            moc["id"],
            *row,
        )
    shown = detail(user, moc)
    assert [list(file) for file in shown["files"]] == [FILE_KEYS[:-1]] * 4  # nobody wrote down their sizes
    keys = ("fileType", "fileUrl", "originalFilename", "mimeType")
    assert [tuple(file[key] for key in keys) for file in shown["files"]] == rows
    assert [(image["url"], image["alt"], image["caption"]) for image in shown["images"]] == [
        ("/uploads/moc-files/alice/images/front 1.jpg", None, None),
        ("https://example.com/back.jpg", "back.jpg", "back.jpg"),
    ]
    assert user.delete(f"/api/mocs/{moc['id']}").status_code == 200
    assert database.count("outbox", "payload::text LIKE $1", "%alice%") == 0, "what is not in the bucket stays alone"


def test_parts_lists_are_shown(over_http: Api, database: Database) -> None:
    user = over_http.user()
    moc = old_moc(database, user, {})
    nulls = ("built", "purchased", "inventory_percentage", "total_parts_count", "acquired_parts_count")
    database.fetch("INSERT INTO moc_parts_lists (moc_id, title, total_parts_count) VALUES ($1, 'New', '5')", moc["id"])
    database.fetch(
        f"INSERT INTO moc_parts_lists (moc_id, title, {', '.join(nulls)}, created_at)"
        " VALUES ($1, 'Old', NULL, NULL, NULL, NULL, NULL, '2020-01-01')",
        moc["id"],
    )
    old, new = detail(user, moc)["partsLists"]
    assert list(new) == PARTS_LIST_KEYS
    assert (new["built"], new["purchased"], new["inventoryPercentage"]) == (False, False, "0.00")
    assert (new["totalPartsCount"], new["acquiredPartsCount"], new["costEstimate"]) == ("5", "0", None)
    assert (old["title"], old["built"], old["inventoryPercentage"]) == ("Old", None, None)
    assert (old["status"], old["format"], old["problems"]) == ("ready", None, None)
