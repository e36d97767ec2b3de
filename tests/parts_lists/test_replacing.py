"""A file of the same name takes the place of the one before: its parts, its totals, its object."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.mocs.builders import new_moc
from tests.parts_lists.builders import (
    HOUSE,
    csv_of,
    key_of,
    lists_path,
    new_list,
    parts_of,
    pieces_of,
    sample,
    shown,
    upload,
    uploaded,
)
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.objects import Objects


def test_the_same_name_replaces(api: Api, objects: Objects, database: Database) -> None:
    user = api.user()
    moc = new_moc(user)
    first = uploaded(user, moc)
    second = uploaded(user, moc, content=csv_of(5))
    assert first["file"]["fileUrl"] != second["file"]["fileUrl"]
    assert second["file"] == first["file"] | {"fileUrl": second["file"]["fileUrl"], "size": len(csv_of(5))}
    assert second["partsList"]["id"] == first["partsList"]["id"]
    assert second["partsList"]["description"] == "Parsed CSV parts list with 5 total pieces"
    assert second["parsing"]["totalPieceCount"] == second["moc"]["totalPieceCount"] == 5 == pieces_of(user, moc)
    assert [part["quantity"] for part in parts_of(user, moc, second["partsList"])] == [5]
    assert objects.keys(f"parts-lists/{user.id}/") == {key_of(second["file"])}
    assert database.count("outbox", "payload::text LIKE '%' || $1 || '%'", user.id) == 0


def test_what_the_builder_wrote_stays(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    made = uploaded(user, moc)["partsList"]
    own = {"title": "Walls", "description": "Mine", "built": True, "notes": "Ask Bob", "acquiredPartsCount": "3"}
    user.put(lists_path(moc, made["id"]), json=own)
    again = uploaded(user, moc, content=csv_of(5))["partsList"]
    assert {name: again[name] for name in own} == own
    assert again["totalPartsCount"] == "5"


def test_another_format_under_the_same_name(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    uploaded(user, moc, "list.csv", sample("studio.csv"))
    data = uploaded(user, moc, "list.csv", sample("rebrickable.csv"))
    assert data["parsing"]["format"] == data["partsList"]["format"] == "rebrickable-csv"
    assert data["partsList"]["sparePartsCount"] == 2
    assert {part["partSystem"] for part in parts_of(user, moc, data["partsList"])} == {"rebrickable"}


def test_other_names_and_other_mocs_are_other_lists(api: Api) -> None:
    user = api.user()
    one, other = new_moc(user), new_moc(user)
    lists = [uploaded(user, moc, name)["partsList"]["id"] for moc in (one, other) for name in ("a.csv", "A.csv")]
    assert len(set(lists)) == 4
    assert [each["id"] for each in shown(user, one)] == lists[:2]
    assert pieces_of(user, one) == 64


def test_a_list_that_was_deleted_is_made_again(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    first = uploaded(user, moc)
    user.delete(lists_path(moc, first["partsList"]["id"]))
    second = uploaded(user, moc)
    assert second["file"]["id"] == first["file"]["id"]
    assert [each["id"] for each in shown(user, moc)] == [second["partsList"]["id"]]
    assert pieces_of(user, moc) == 32


def test_a_file_of_the_old_server(api: Api, database: Database) -> None:
    """It was never stored, and neither were its parts."""
    user = api.user()
    moc = new_moc(user)
    file_id = database.value(
        "INSERT INTO moc_files (moc_id, file_type, file_url, original_filename, mime_type) VALUES ($1::text::uuid,"
        " 'parts-list', '/uploads/moc-files/x/parts-list/undefined', 'house.csv', 'text/csv') RETURNING id",
        moc["id"],
    )
    list_id = database.value(
        "INSERT INTO moc_parts_lists (moc_id, file_id, title, total_parts_count)"
        " VALUES ($1::text::uuid, $2, 'Parts List - house.csv', '99') RETURNING id",
        moc["id"],
        file_id,
    )
    data = uploaded(user, moc)
    assert (data["file"]["id"], data["partsList"]["id"]) == (str(file_id), str(list_id))
    assert data["file"]["size"] == len(HOUSE)
    assert data["moc"]["totalPieceCount"] == 32


@pytest.mark.parametrize("total", ["many", "", "-5", "1.5", "9" * 30, " 7"])
def test_odd_totals_of_other_lists_count_as_none(over_http: Api, database: Database, total: str) -> None:
    user = over_http.user()
    moc = new_moc(user)
    database.fetch(
        "INSERT INTO moc_parts_lists (moc_id, title, total_parts_count) VALUES ($1::text::uuid, 'Old', $2)",
        moc["id"],
        total,
    )
    assert uploaded(user, moc)["moc"]["totalPieceCount"] == 32
    assert [each["totalPartsCount"] for each in shown(user, moc)] == [total, "32"]


def test_totals_that_are_written_by_hand_count_too(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    made = new_list(user, moc, totalPartsCount="10")
    assert pieces_of(user, moc) == 10
    uploaded(user, moc)
    assert pieces_of(user, moc) == 42
    before = user.get(f"/api/mocs/{moc['id']}").json()["data"]["updatedAt"]
    user.put(lists_path(moc, made["id"]), json={"totalPartsCount": None})
    assert pieces_of(user, moc) == 32
    after = user.get(f"/api/mocs/{moc['id']}").json()["data"]["updatedAt"]
    assert datetime.fromisoformat(after) >= datetime.fromisoformat(before)


def test_two_at_once_are_one_list(over_http: Api, objects: Objects, database: Database) -> None:
    user = over_http.user()
    moc = new_moc(user)
    contents = [csv_of(*[number] * 50) for number in range(1, 7)]
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda content: upload(user, moc, content=content), contents))
    assert {answer.status_code for answer in answers} == {201}
    [parts_list] = shown(user, moc)
    parts = parts_of(user, moc, parts_list)
    assert len(parts) == 50
    [quantity] = {part["quantity"] for part in parts}
    assert parts_list["totalPartsCount"] == str(50 * quantity)
    assert pieces_of(user, moc) == 50 * quantity
    [file] = user.get(f"/api/mocs/{moc['id']}").json()["data"]["files"]
    assert objects.get(key_of(file))["Body"].read() == contents[quantity - 1]
    assert objects.keys(f"parts-lists/{user.id}/") == {key_of(file)}
    assert database.count("outbox", "payload::text LIKE '%' || $1 || '%'", user.id) == 0
