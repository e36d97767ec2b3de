"""Files of MOCs that are parts lists: each has a list as long as it is there, whichever way it came."""

from typing import Any

import pytest

from tests.mocs.builders import Json, add_file, add_files, detail, moc_with_files, new_moc
from tests.parts_lists.builders import HOUSE, csv_of, key_of, lists_path, new_list, parts_of, pieces_of, shown, uploaded
from tests.parts_lists.test_large_uploads import import_stored
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.pictures import JPEG, PDF, STUDIO

EXCEL = b"PK\x03\x04 a table of Excel, as far as its first bytes go"


def test_a_file_that_is_added_has_a_list_which_is_still_to_be_read(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    file = add_file(user, moc, "parts-list", "house.csv", HOUSE)
    [parts_list] = shown(user, moc)
    assert parts_list["fileId"] == file["id"]
    assert (parts_list["title"], parts_list["status"]) == ("Parts List - house.csv", "processing")
    assert parts_list["totalPartsCount"] is None
    import_stored(api.settings, file)
    [parts_list] = shown(user, moc)
    assert (parts_list["status"], parts_list["totalPartsCount"]) == ("ready", "32")
    assert len(parts_of(user, moc, parts_list)) == 2
    assert pieces_of(user, moc) == 32


def test_so_have_those_that_come_with_a_new_moc(api: Api) -> None:
    user = api.user()
    files: list[tuple[str, Any]] = [("partsLists", (f"{name}.csv", csv_of(5), "text/csv")) for name in "ab"]
    moc = moc_with_files(user, *files)
    for file in moc["files"]:
        import_stored(api.settings, file)
    assert {each["title"] for each in shown(user, moc)} == {"Parts List - a.csv", "Parts List - b.csv"}
    assert {each["status"] for each in shown(user, moc)} == {"ready"}
    assert pieces_of(user, moc) == 10


@pytest.mark.parametrize(
    ("name", "content"),
    [("list.pdf", PDF), ("list.xlsx", EXCEL), ("list.json", b'{"parts": []}'), ("list.of.parts", PDF)],
)
def test_what_is_never_read_has_no_list(api: Api, name: str, content: bytes) -> None:
    user = api.user()
    moc = new_moc(user)
    file = add_file(user, moc, "parts-list", name, content)
    assert shown(user, moc) == []
    import_stored(api.settings, file)
    assert shown(user, moc) == []


def test_files_of_other_types_have_none(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    add_file(user, moc, "instruction", "model.io", STUDIO)
    add_file(user, moc, "thumbnail", "front.jpg", JPEG)
    assert shown(user, moc) == []


def test_a_deleted_file_takes_its_list_with_it(api: Api, objects: Objects, database: Database) -> None:
    user = api.user()
    moc = new_moc(user)
    first, second = uploaded(user, moc), uploaded(user, moc, "other.csv", csv_of(5))
    by_hand = new_list(user, moc, totalPartsCount=100)
    answer = user.delete(f"/api/mocs/{moc['id']}/files/{first['file']['id']}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["moc"]["totalPieceCount"] == 105 == pieces_of(user, moc)
    assert [each["id"] for each in shown(user, moc)] == [second["partsList"]["id"], by_hand["id"]]
    assert database.count("moc_parts", "parts_list_id = $1::text::uuid", first["partsList"]["id"]) == 0
    assert objects.keys(f"parts-lists/{user.id}/") == {key_of(second["file"])}


def test_deleting_other_files_counts_nothing_anew(over_http: Api, database: Database) -> None:
    """The old server knew of pieces that no list has."""
    user = over_http.user()
    moc = new_moc(user)
    file = add_file(user, moc, "instruction", "plan.pdf", PDF)
    database.fetch("UPDATE moc_instructions SET total_piece_count = 77 WHERE id = $1::text::uuid", moc["id"])
    answer = user.delete(f"/api/mocs/{moc['id']}/files/{file['id']}")
    assert answer.json()["moc"]["totalPieceCount"] == 77


def test_an_admin_deletes_a_file_with_its_list(api: Api) -> None:
    owner = api.user()
    moc = new_moc(owner)
    data = uploaded(owner, moc)
    assert api.admin().delete(f"/api/mocs/{moc['id']}/files/{data['file']['id']}").status_code == 200
    assert shown(owner, moc) == []
    assert pieces_of(owner, moc) is None


def test_a_deleted_moc_takes_everything_with_it(api: Api, objects: Objects, database: Database) -> None:
    user = api.user()
    moc = new_moc(user)
    data: Json = uploaded(user, moc)
    assert user.delete(f"/api/mocs/{moc['id']}").status_code == 200
    assert database.count("moc_parts_lists", "id = $1::text::uuid", data["partsList"]["id"]) == 0
    assert database.count("moc_parts", "parts_list_id = $1::text::uuid", data["partsList"]["id"]) == 0
    assert objects.keys(f"parts-lists/{user.id}/") == set()
    assert user.get(lists_path(moc)).status_code == 404


def test_a_file_that_was_added_is_replaced_by_an_upload(api: Api, objects: Objects) -> None:
    user = api.user()
    moc = new_moc(user)
    file = add_file(user, moc, "parts-list", "house.csv", csv_of(5))
    data = uploaded(user, moc)
    assert data["file"]["id"] == file["id"]
    assert [each["id"] for each in shown(user, moc)] == [data["partsList"]["id"]]
    import_stored(api.settings, file)
    assert pieces_of(user, moc) == 32
    assert objects.keys(f"parts-lists/{user.id}/") == {key_of(data["file"])}


def test_a_name_that_a_list_has_is_taken_for_other_files(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    uploaded(user, moc)
    assert add_files(user, moc, "parts-list", ("house.csv", HOUSE, "text/csv")).status_code == 409
    assert len(detail(user, moc)["files"]) == len(shown(user, moc)) == 1
