"""What Rebrickable, BrickLink Studio and LEGO's Pick a Brick write, down to the numberings of their ids."""

import pytest

from lego_api.parts_lists.parts import Part
from tests.parts_lists.formats.reading import format_of, parts_of, reasons_of

STUDIO = "BLItemNo,ElementId,LdrawId,PartName,BLColorId,LDrawColorId,ColorName,ColorCategory,Qty,Weight\r\n"
STUDIO_ROWS = (
    '11211,6019155,11211,"Brick, Modified",5,4,Red,Solid Colors,40,0.86\r\n'
    "3001,,3001.dat,Brick 2 x 4,86,71,Light Bluish Gray,Solid Colors,12,2.32\r\n"
)


def studio_totals(number: str) -> str:
    return f",,,,,,,,,\r\nTotal qty,Total Weight,,,,,,,,\r\n{number},72.24,,,,,,,,\r\n"


def rebrickable(part: str, color: str | None, *, is_spare: bool = False) -> Part:
    return Part(part, 3, None, "rebrickable", color, "rebrickable" if color else None, is_spare=is_spare)


def test_rebrickable() -> None:
    content = (
        "Quantity,Part,Is Spare,Color\n3,970c27pr0039,False,72\n3,6141,True,0011\n3,3001,,-1\n3,3001,,9999\n3,30-1,,\n"
    )
    assert parts_of(content) == [
        rebrickable("970c27pr0039", "72"),
        rebrickable("6141", "11", is_spare=True),
        rebrickable("3001", None),
        rebrickable("3001", None),
        rebrickable("30-1", None),
    ]


def test_rebrickable_with_marks_of_other_numberings() -> None:
    content = "Part,Color,Num\nBL 3001,BL11,3\nrb 3002,RB0,3\nBL 3003,4,3\n3004,BL 85,3\n"
    assert [part[:6] for part in parts_of(content)] == [
        ("3001", 3, None, "bricklink", "11", "bricklink"),
        ("3002", 3, None, "rebrickable", "0", "rebrickable"),
        ("3003", 3, None, "bricklink", "4", "rebrickable"),
        ("3004", 3, None, "rebrickable", "85", "bricklink"),
    ]


def test_a_word_among_rebrickables_numbers() -> None:
    (reason,) = reasons_of("Part,Color,Quantity\n3001,4,3\n3002,Red,3\n")
    assert (reason.line, reason.message) == (3, 'Color must be a number of Rebrickable\'s, not "Red"')


def test_numbers_of_colors_nobody_numbered() -> None:
    assert parts_of("Part ID,Part Name,Quantity,Color\n3001,Brick,3,4\n") == [Part("3001", 3, "Brick", color_id="4")]


def test_studio() -> None:
    assert parts_of(STUDIO + STUDIO_ROWS + studio_totals("52")) == [
        Part("11211", 40, "Brick, Modified", "bricklink", "5", "bricklink", "Red", element_id="6019155"),
        Part("3001", 12, "Brick 2 x 4", "bricklink", "86", "bricklink", "Light Bluish Gray"),
    ]


def test_studio_parts_that_bricklink_does_not_know() -> None:
    (part,) = parts_of(f"{STUDIO},,u9001.dat,Own part,,71,Light Bluish Gray,Solid,1,0\r\n")
    assert part == Part("u9001", 1, "Own part", "ldraw", "71", "ldraw", "Light Bluish Gray")


@pytest.mark.parametrize(
    ("totals", "line", "message"),
    [
        (studio_totals("53"), 6, "Total qty says 53 pieces, but the lines above add up to 52"),
        (studio_totals("52") + STUDIO_ROWS, 7, "There are lines behind the total"),
        (studio_totals("52").rpartition("52")[0], None, "The file ends before the number that belongs to Total qty"),
        (studio_totals("many"), 6, 'Total qty must be a whole number, not "many"'),
    ],
    ids=["another sum", "lines behind", "cut", "no number"],
)
def test_studios_checksum(totals: str, line: int | None, message: str) -> None:
    reason = reasons_of(STUDIO + STUDIO_ROWS + totals)[0]
    assert (reason.code, reason.line, reason.message) == ("VALIDATION_ERROR", line, message)


def test_studios_checksum_is_not_blamed_for_a_refused_line() -> None:
    content = STUDIO + STUDIO_ROWS.replace(",40,", ",x,") + studio_totals("52")
    assert [reason.line for reason in reasons_of(content)] == [2]


def test_studios_columns_in_another_order() -> None:
    content = "Qty,BLItemNo\n2,3001\n,\nTotal qty,Total Weight\n2,0.1\n"
    assert parts_of(content) == [Part("3001", 2, None, "bricklink")]


def test_studio_without_totals() -> None:
    assert format_of(STUDIO + STUDIO_ROWS) == "studio-csv"
    assert len(parts_of(STUDIO + STUDIO_ROWS)) == 2


def test_pick_a_brick() -> None:
    assert parts_of("quantity;Element ID\n4;'6371584\n") == [Part("6371584", 4, None, "lego")]


@pytest.mark.parametrize("element", ["6.37E+06", "3001b", "-1", ""])
def test_no_element(element: str) -> None:
    (reason,) = reasons_of(f"elementId,quantity\n{element},4\n")
    assert reason.message.startswith("Element ")
