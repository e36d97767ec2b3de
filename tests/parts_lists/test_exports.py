"""Parts lists as files that shops accept, and read back."""

import csv
import io
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from tests.mocs.builders import Json, new_moc
from tests.parts_lists.builders import (
    ACCEPTED,
    csv_of,
    lists_path,
    moc_with_list,
    new_list,
    parts_of,
    sample,
    uploaded,
)
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.refusals import refusal

FORMATS = ("bricklink-xml", "rebrickable-csv", "pick-a-brick-csv", "csv")
# What each format is read from, so that nothing has to be left out.
OWN = {
    "bricklink-xml": "bricklink-wanted.xml",
    "rebrickable-csv": "rebrickable.csv",
    "pick-a-brick-csv": "pick-a-brick.csv",
}


def export(user: User, moc: Json, parts_list: Json, format: str | None = None) -> httpx.Response:
    query = {} if format is None else {"format": format}
    return user.get(lists_path(moc, parts_list["id"], "export"), params=query)


def exported(user: User, moc: Json, parts_list: Json, format: str) -> httpx.Response:
    answer = export(user, moc, parts_list, format)
    assert answer.status_code == 200, answer.text
    return answer


def without_numbers(parts: list[Json]) -> list[Json]:
    return [{name: value for name, value in part.items() if name != "number"} for part in parts]


@pytest.mark.parametrize(
    ("format", "media_type", "extension"),
    [
        ("bricklink-xml", "application/xml; charset=utf-8", ".xml"),
        ("rebrickable-csv", "text/csv; charset=utf-8", ".csv"),
        ("pick-a-brick-csv", "text/csv; charset=utf-8", ".csv"),
        ("csv", "text/csv; charset=utf-8", ".csv"),
    ],
)
def test_headers(api: Api, format: str, media_type: str, extension: str) -> None:
    user = api.user()
    name = OWN.get(format, "house.csv")
    moc, parts_list = moc_with_list(user, name, sample(name))
    user.put(lists_path(moc, parts_list["id"]), json={"title": "Burg Löwenstein 🏰"})
    answer = exported(user, moc, parts_list, format)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="Burg L?wenstein ?{extension}";'
        f" filename*=UTF-8''Burg%20L%C3%B6wenstein%20%F0%9F%8F%B0{extension}"
    )
    spares = parts_list["sparePartsCount"] if format == "bricklink-xml" else 0
    assert answer.headers["x-pieces-left-out"] == str(spares)


def test_bricklink_xml(api: Api) -> None:
    user = api.user()
    moc, parts_list = moc_with_list(user, "wanted.xml", sample("bricklink-wanted.xml"))
    items = ElementTree.fromstring(exported(user, moc, parts_list, "bricklink-xml").content)
    found = [{child.tag: child.text for child in item} for item in items]
    parts = parts_of(user, moc, parts_list)
    assert [(item["ITEMID"], item["ITEMTYPE"], item.get("COLOR"), item["MINQTY"]) for item in found] == [
        (part["partId"], part["itemType"], part["colorId"], str(part["quantity"])) for part in parts
    ]


def test_pick_a_brick_takes_999_at_most(api: Api) -> None:
    user = api.user()
    moc, parts_list = moc_with_list(user, "elements.csv", b"elementId,quantity\n6016172,2500\n300121,999\n")
    assert exported(user, moc, parts_list, "pick-a-brick-csv").text.split() == [
        "elementId,quantity",
        "6016172,999",
        "6016172,999",
        "6016172,502",
        "300121,999",
    ]


@pytest.mark.parametrize("format", [*OWN, "csv"])
def test_what_is_exported_reads_back_as_the_same_parts(api: Api, format: str) -> None:
    user = api.user()
    moc = new_moc(user)
    name = OWN.get(format, "studio.csv")
    first = uploaded(user, moc, name, sample(name))["partsList"]
    answer = exported(user, moc, first, format)
    again = uploaded(user, moc, f"again{answer.headers['content-disposition'][-4:]}", answer.content)["partsList"]
    parts = [part for part in parts_of(user, moc, first) if format == "rebrickable-csv" or not part["isSpare"]]
    counted: dict[Any, int] = {}
    for number, each in ((1, parts), (-1, parts_of(user, moc, again))):
        for part in each:
            identity = tuple(
                part[key] for key in ("partId", "partSystem", "colorId", "colorSystem", "isSpare", "itemType")
            )
            counted[identity] = counted.get(identity, 0) + number * part["quantity"]
    assert set(counted.values()) == {0}


@pytest.mark.parametrize("name", ACCEPTED)
def test_plain_csv_loses_nothing_of_any_sample(over_http: Api, name: str) -> None:
    user = over_http.user()
    moc = new_moc(user)
    first = uploaded(user, moc, name, sample(name))["partsList"]
    answer = exported(user, moc, first, "csv")
    assert answer.headers["x-pieces-left-out"] == "0"
    again = uploaded(user, moc, "again.csv", answer.content)["partsList"]
    assert without_numbers(parts_of(user, moc, again)) == without_numbers(parts_of(user, moc, first))


def test_csv_is_the_default_and_others_are_refused(api: Api) -> None:
    user = api.user()
    moc, parts_list = moc_with_list(user)
    assert export(user, moc, parts_list).content == exported(user, moc, parts_list, "csv").content
    for format in ("xml", "CSV", "", "../csv"):
        answer = export(user, moc, parts_list, format)
        assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")
        assert answer.json()["details"]["fieldErrors"].keys() == {"format"}


def test_no_cell_is_a_formula(api: Api) -> None:
    user = api.user()
    rows = [["Part ID", "Part Name", "Quantity", "Color"]]
    dangerous = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0", '="', "\uff1d1")
    rows += [[f"30{number}", f"{start} brick", "1", start] for number, start in enumerate(dangerous)]
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    moc, parts_list = moc_with_list(user, content=file.getvalue().encode())
    answer = exported(user, moc, parts_list, "csv")
    for row in csv.reader(io.StringIO(answer.text)):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")), cell
    again = uploaded(user, moc, "again.csv", answer.content)["partsList"]
    assert without_numbers(parts_of(user, moc, again)) == without_numbers(parts_of(user, moc, parts_list))


def test_what_a_format_cannot_say_is_counted(api: Api) -> None:
    user = api.user()
    moc, parts_list = moc_with_list(user, "wanted.xml", sample("bricklink-wanted.xml"))
    kinds = {part["itemType"] for part in parts_of(user, moc, parts_list)}
    assert len(kinds) > 1
    assert refusal(export(user, moc, parts_list, "rebrickable-csv"))[:2] == (409, "CONFLICT")
    moc, spares = moc_with_list(user, "s.csv", b"Part,Color,Quantity,Is Spare\n3001,4,5,False\n3001,4,7,True\n")
    assert exported(user, moc, spares, "rebrickable-csv").headers["x-pieces-left-out"] == "0"


def test_a_format_that_can_say_nothing_of_a_list(api: Api) -> None:
    """An empty file would look like a list of nothing."""
    user = api.user()
    moc, parts_list = moc_with_list(user)
    assert refusal(export(user, moc, parts_list, "pick-a-brick-csv")) == (
        409,
        "CONFLICT",
        "This list cannot be written as pick-a-brick-csv: LEGO's element id is not known (32 pieces)",
    )


def test_a_list_without_parts_is_no_order(api: Api) -> None:
    user = api.user()
    moc = new_moc(user)
    made = new_list(user, moc)
    for format in FORMATS:
        status, code, message = refusal(export(user, moc, made, format))
        assert (status, code, message) == (409, "CONFLICT", "This list has no parts")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("AT-AT / walker", "AT-AT walker"),
        ('a"b\\c', "a b c"),
        ("line\r\nbreak", "line break"),
        ("../../etc/passwd", "etc passwd"),
        ("...", "parts-list"),
        ("\u202ecsv.exe", "csv exe"),
        ("x" * 250, "x" * 196),
        ("\x7f\x1b", "parts-list"),
    ],
)
def test_titles_that_no_file_may_have(api: Api, title: str, name: str) -> None:
    user = api.user()
    moc, parts_list = moc_with_list(user)
    changed = user.put(lists_path(moc, parts_list["id"]), json={"title": title})
    assert changed.status_code == 200, changed.text
    disposition = exported(user, moc, parts_list, "csv").headers["content-disposition"]
    assert disposition.startswith(f'attachment; filename="{name}.csv"; ')


def test_titles_of_the_old_server(over_http: Api, database: Database) -> None:
    user = over_http.user()
    moc, parts_list = moc_with_list(user)
    for title in ("", "🏰" * 5000, "\n"):
        database.fetch("UPDATE moc_parts_lists SET title = $2 WHERE id = $1::text::uuid", parts_list["id"], title)
        assert len(exported(user, moc, parts_list, "csv").headers["content-disposition"]) < 2000


def test_exports_of_others(api: Api) -> None:
    owner = api.user()
    moc, parts_list = moc_with_list(owner)
    other, _ = moc_with_list(owner)
    for caller in (api.user(), api.admin()):
        assert refusal(export(caller, moc, parts_list, "csv")) == (
            403,
            "FORBIDDEN",
            "Forbidden: You do not have permission to view the parts lists of this MOC",
        )
    assert refusal(export(owner, other, parts_list, "csv")) == (404, "PARTS_LIST_NOT_FOUND", "Parts list not found")
    assert refusal(export(owner, moc, {"id": "x"}, "csv"))[:2] == (404, "PARTS_LIST_NOT_FOUND")
    assert refusal(export(owner, {"id": "x"}, parts_list, "csv"))[:2] == (404, "MOC_NOT_FOUND")


def test_more_than_is_read_at_once_in_its_order(api: Api) -> None:
    user = api.user()
    quantities = [number % 700 + 1 for number in range(6000)]
    moc, parts_list = moc_with_list(user, content=csv_of(*quantities))
    rows = list(csv.DictReader(io.StringIO(exported(user, moc, parts_list, "csv").text)))
    assert [(row["Part ID"], int(row["Quantity"])) for row in rows] == [
        (str(3001 + number), quantity) for number, quantity in enumerate(quantities)
    ]
