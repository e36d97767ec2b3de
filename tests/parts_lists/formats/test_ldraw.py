"""Models of LDraw: submodels are multiplied, colours inherited; what would never end is refused."""

import pytest

from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.parts import Part
from tests.parts_lists.formats.reading import format_of, parts_of, reasons_of, refusal_of


def place(color: object, file: str) -> str:
    return f"1 {color} 0 -24 0 1 0 0 0 1 0 0 0 1 {file}\n"


def file(name: str, *lines: str) -> str:
    return f"0 FILE {name}\n0 A title\n" + "".join(lines)


def ldraw(part: str, quantity: int, color: str | None) -> Part:
    return Part(part, quantity, None, "ldraw", color, "ldraw" if color else None)


def test_model() -> None:
    content = (
        "0 Untitled\n0 Name: car.ldr\n0 !LICENSE free\n\n"
        + place(4, "3001.dat")
        + "0 STEP\n2 24 0 0 0 1 1 1\n3 16 0 0 0 1 1 1 2 2 2\n"
        + "\t1   004 0 0 0 1 0 0 0 1 0 0 0 1   3001.DAT  \r\n"
        + place(15, "parts\\3070B.dat")
    )
    assert parts_of(content, "car.ldr") == [ldraw("3001", 2, "4"), ldraw("3070b", 1, "15")]


def test_submodels_are_multiplied_and_inherit_colours() -> None:
    content = (
        file("car.ldr", place(4, "Wheel Pair.ldr"), place(1, "wheel pair.LDR"), place(1, "WHEEL  PAIR.ldr"))
        + file("wheel pair.ldr", place(16, "sub\\wheel.ldr"), place(16, "sub/wheel.ldr"), place(0, "3005.dat"))
        + file("Sub/Wheel.ldr", place(16, "3641.dat"), place(14, "3642.dat"))
        + file("spare.ldr", place(4, "9999.dat"))
    )
    assert parts_of(content, "car.mpd") == [
        ldraw("3005", 3, "0"),
        ldraw("3641", 2, "4"),
        ldraw("3641", 4, "1"),
        ldraw("3642", 6, "14"),
    ]


@pytest.mark.parametrize(
    ("color", "known"),
    [("4", "4"), ("16", None), ("24", None), ("-1", None), ("0x2ff8040", "0x2FF8040"), ("0X2FF8040", "0x2FF8040")],
)
def test_colour(color: str, known: str | None) -> None:
    assert parts_of(place(color, "3001.dat")) == [ldraw("3001", 1, known)]


def test_the_colour_of_edges_is_not_inherited() -> None:
    content = file("a.ldr", place(4, "b.ldr")) + file("b.ldr", place(24, "3001.dat"))
    assert parts_of(content) == [ldraw("3001", 1, None)]


def test_embedded_parts_are_one_piece() -> None:
    content = (
        file("a.ldr", place(4, "own.dat"), place(1, "also own"))
        + file("own.dat", place(16, "s\\3001s01.dat"), place(16, "4-4cyli.dat"))
        + file("also own", "0 !LDRAW_ORG Unofficial_Part\n", place(16, "box.dat"))
        + file("own.dat", place(16, "box.dat"))
    )
    assert parts_of(content) == [ldraw("own", 1, "4"), ldraw("also own", 1, "1")]


def test_geometry_is_no_part() -> None:
    content = place(4, "3001.dat") + place(4, "s\\3001s01.dat") + place(4, "48/4-4cyli.dat") + place(4, "p\\box.dat")
    assert parts_of(content) == [ldraw("3001", 1, "4")]


def test_behind_the_end_of_an_embedded_file_is_nothing() -> None:
    content = file("a.ldr", place(4, "3001.dat"), "0 NOFILE\n", place(4, "3002.dat")) + file("b.ldr")
    assert parts_of(content) == [ldraw("3001", 1, "4")]


def test_lines_of_studio() -> None:
    content = "0 FILE model.ldr\n11 4 17 False 0 0 -24 0 1 0 0 0 1 0 0 0 1 3001.dat\n"
    assert parts_of(content) == [ldraw("3001", 1, "4")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1 4 0 0 0 1 0 0 0 1 0 0 0 3001.dat", "The line is not complete"),
        ("1", "The line is not complete"),
        (place("red", "3001.dat"), 'The colour must be a number of LDraw\'s, not "red"'),
        (place("4.0", "3001.dat"), "The colour must be a number"),
        (place(4, "x" * 101), "The name of the file is longer than 100 characters"),
        (place(4, "wing.ldr"), 'The submodel "wing.ldr" is not in the file: save the model as MPD'),
        ("0 FILE A.ldr", 'The submodel "a.ldr" is defined twice'),
    ],
)
def test_lines_that_cannot_be(line: str, message: str) -> None:
    (reason,) = reasons_of(file("a.ldr", place(4, "3001.dat")) + line.removesuffix("\n"))
    assert (reason.code, reason.line) == ("VALIDATION_ERROR", 4)
    assert reason.message.startswith(message)


def test_a_line_without_a_type_far_behind() -> None:
    content = place(4, "3001.dat") * 3000 + "7 what is this\n"
    (reason,) = reasons_of(content, "a.ldr")
    assert (reason.line, reason.message) == (3001, 'A line of LDraw begins with a number from 0 to 5, not "7"')


@pytest.mark.parametrize("back_to", ["a.ldr", "b.ldr", "c.ldr"])
def test_models_that_contain_themselves(back_to: str) -> None:
    content = (
        file("a.ldr", place(4, "b.ldr"))
        + file("b.ldr", place(4, "c.ldr"))
        + file("c.ldr", place(4, "3001.dat"), place(4, back_to))
    )
    (reason,) = reasons_of(content)
    assert (reason.code, reason.line) == ("PARSING_ERROR", 10)
    assert reason.message == f'The submodel "{back_to}" contains itself'


def test_what_is_reached_in_two_ways_is_no_circle() -> None:
    content = file("a", place(4, "b"), place(4, "c")) + file("b", place(16, "c")) + file("c", place(16, "3001.dat"))
    assert parts_of(content) == [ldraw("3001", 2, "4")]


def test_twice_as_many_on_each_of_thirty_levels() -> None:
    levels = "".join(file(f"{level}", place(16, f"{level + 1}") * 2) for level in range(30))
    assert parts_of(levels + file("30", place(4, "3001.dat"))) == [ldraw("3001", 2**30, "4")]


def test_more_pieces_than_can_be_counted() -> None:
    """On a thousand levels, so expanding them would not end."""
    levels = "".join(file(f"{level}", place(16, f"{level + 1}") * 2) for level in range(1000))
    refusal = refusal_of(levels + file("1000", place(4, "3001.dat")))
    assert refusal.code == "PARSING_ERROR"
    assert refusal.reasons[0].message == "The model places something more than 2,147,483,647 times"


def test_deep_models() -> None:
    levels = "".join(file(f"{level}", place(16, f"{level + 1}")) for level in range(5000))
    assert parts_of(levels + file("5000", place(4, "3001.dat"))) == [ldraw("3001", 1, "4")]


def test_many_colours_on_many_levels() -> None:
    colours = "".join(place(f"0x2{number:06X}", "0") for number in range(2000))
    levels = "".join(file(f"{level}", place(16, f"{level + 1}")) for level in range(2000))
    refusal = refusal_of(file("main", colours) + levels + file("2000", place(16, "3001.dat")))
    assert refusal.code == "PARSING_ERROR"
    assert "too intricate" in refusal.reasons[0].message


def test_too_many_different_parts() -> None:
    colours = "".join(place(number, "b") for number in range(100, 150))
    parts = "".join(place(16, f"{number}.dat") for number in range(50))
    content = file("a", colours) + file("b", parts)
    assert len(parts_of(content, limits=Limits(max_rows=2500))) == 2500
    assert refusal_of(content, limits=Limits(max_rows=2499)).code == "TOO_MANY_ROWS"


def test_which_files_are_models() -> None:
    assert format_of("0 FILE a.ldr\n", "list.csv") == "ldraw"
    assert format_of("0 Just a comment\n", "empty.ldr") == "ldraw"
    assert format_of("0\t4\n1\t5\n", "list.csv") == "csv"
    assert refusal_of("0 Just a comment\n", "empty.ldr").code == "EMPTY_FILE"


def test_a_file_that_draws_one_part() -> None:
    content = "0 Brick\n0 !LDRAW_ORG Part UPDATE 2004-03\n" + place(16, "box.dat")
    assert refusal_of(content, "3001.dat").code == "INVALID_FILE_TYPE"
