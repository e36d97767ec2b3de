"""Tables as programs and people write them: encodings, separators, line ends, quotes, headers; and where lines are."""

import codecs
import io

import pytest

from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.formats.refusals import PartsListError
from lego_api.parts_lists.parts import Part
from tests.parts_lists.formats.reading import format_of, parts_of, reasons_of, refusal_of

ROWS = [
    ["Part ID", "Part Name", "Quantity", "Color"],
    ["3001", "Grüner Stein", "2", "Grün"],
    ["3002b", "x", "3", "Rot"],
]
PARTS = [
    Part("3001", 2, "Grüner Stein", color_name="Grün"),
    Part("3002b", 3, "x", color_name="Rot"),
]
ENCODINGS = {
    "UTF-8": (b"", "utf-8"),
    "UTF-8 with mark": (codecs.BOM_UTF8, "utf-8"),
    "UTF-16 little, with mark": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "UTF-16 big, with mark": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "UTF-16 little": (b"", "utf-16-le"),
    "UTF-16 big": (b"", "utf-16-be"),
    "Windows-1252": (b"", "cp1252"),
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_dialect(encoding: str, separator: str, line_end: str) -> None:
    mark, codec = ENCODINGS[encoding]
    text = "".join(separator.join(row) + line_end for row in ROWS)
    assert parts_of(mark + text.encode(codec)) == PARTS
    assert parts_of(mark + text.removesuffix(line_end).encode(codec)) == PARTS


def test_one_old_letter_in_the_last_line_decides() -> None:
    rows = "".join(f"{number},1,Red\n" for number in range(1, 8000))
    *_, last = parts_of(f"part,quantity,color\n{rows}9999,1,".encode() + b"Vert fonc\xe9\n")
    assert last.color_name == "Vert foncé"


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + b"part,quantity\n3001\xe9,1\n",
        codecs.BOM_UTF16_LE + "part,quantity\n".encode("utf-16-le") + b"\x00\xd8\n\x00",
        codecs.BOM_UTF16_LE + "part,quantity\n3001,1".encode("utf-16-le") + b"\x00",
        b"part,quantity\n3001\x81,1\n",
    ],
    ids=["not what the mark says", "half a surrogate pair", "half a character", "in no encoding"],
)
def test_undecodable(content: bytes) -> None:
    refusal = refusal_of(content)
    assert refusal.code == "CSV_PARSE_ERROR"
    assert "not text in UTF-8, UTF-16 or Windows-1252" in refusal.reasons[0].message


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_of_a_nul_far_behind(line_end: str) -> None:
    """Beyond the first blocks, where a line end of two characters may be cut."""
    for header in ("part,quantity", "part_no,quantity"):
        rows = f"3001,1{line_end}" * 30_000
        (reason,) = reasons_of(f"{header}{line_end}{rows}30\0,1{line_end}", limits=Limits(max_rows=100_000))
        assert (reason.code, reason.line) == ("CSV_PARSE_ERROR", 30_002)


def test_excels_first_line_names_the_separator() -> None:
    assert parts_of("sep=;\r\nPart;Quantity\r\n3001;2\r\n") == [Part("3001", 2)]
    (reason,) = reasons_of("sep=;\r\nPart;Quantity\r\n3001;x\r\n")
    assert reason.line == 3


def test_names_of_columns_in_any_writing_and_order() -> None:
    for header in ("QUANTITY,part_name,PART-ID", "qty,Part  Name,Part Id", "Amount,DESCRIPTION,Part No."):
        assert parts_of(f"ignored,{header},also ignored\n?,4,Brick,3001,!\n") == [Part("3001", 4, "Brick")]


@pytest.mark.parametrize("part", ["part", "part_number", "partno", "part_no", "partNumber"])
@pytest.mark.parametrize("quantity", ["quantity", "qty", "count", "amount"])
@pytest.mark.parametrize("color", ["color", "colour", "part_color"])
def test_columns_the_existing_parser_knows(part: str, quantity: str, color: str) -> None:
    for name in ("description", "desc", "part_description", "name"):
        content = f"{part},{quantity},{color},{name},category\nBrick 2x4,10,Red,A brick,Bricks\n"
        assert parts_of(content) == [Part("Brick 2x4", 10, "A brick", color_name="Red")]


def test_elements_beside_colours_are_lego_parts() -> None:
    (part,) = parts_of("element_id,qty,color\n300126,4,Black\n")
    assert part == Part("300126", 4, None, "lego", color_name="Black")


def test_a_column_that_stands_there_twice() -> None:
    (reason,) = reasons_of("Part,Quantity,quantity\n3001,1,2\n")
    assert (reason.line, reason.message) == (1, "The header names the column quantity twice")


@pytest.mark.parametrize("content", ["Part,Color\n3001,Red\n", "Dear Bob,\nhere are my parts.\n", "3001\n3002\n"])
def test_no_columns(content: str) -> None:
    (reason,) = reasons_of("\n" + content)
    assert (reason.code, reason.line) == ("VALIDATION_ERROR", 2)
    assert reason.message.startswith("The first line must name the columns")


def test_without_a_header() -> None:
    assert parts_of("3001;1.000;Red;Brick, 2 x 4\n3002;2\n") == [
        Part("3001", 1000, "Brick, 2 x 4", color_name="Red"),
        Part("3002", 2),
    ]
    (reason,) = reasons_of("3001,4\n3002,x\n")
    assert reason.line == 2


def test_rows_may_be_short_and_lines_blank() -> None:
    content = "\n\nPart ID,Quantity,Color,Part Name\n\n3001,1\n , ,\n,,,,,,\n3002,2,Red\n\n"
    assert parts_of(content) == [Part("3001", 1), Part("3002", 2, color_name="Red")]


def test_a_comma_without_quotes() -> None:
    """The cells behind it would be read as those of other columns."""
    (reason,) = reasons_of("Part ID,Quantity,Color,Part Name\n3001,1,Red,Brick 2 x 4, printed\n")
    assert reason.line == 2
    assert reason.message == "The line has 5 cells and the header 4: text with commas needs quotes"


def test_lines_are_those_of_the_file() -> None:
    content = (
        "\r\n"
        'Part ID,"Part\r\nName",Quantity\r\n'  # lines 2 and 3
        '3001,"two\r\nlines, and\rthree",x\r\n'  # 4 to 6
        "\r\n"
        '3002,"one ""quoted""",x\r\n'  # 8
        '"30\n03",y,0\r\n'  # 9 and 10
        "3004,z,\r\n"
    )
    assert [reason.line for reason in reasons_of(content)] == [4, 8, 9, 11]


def test_lines_far_behind() -> None:
    rows = '"30\n01",1\n' * 3000 + "3002,1\n" * 3000
    assert [reason.line for reason in reasons_of(f"part,quantity\n3001,x\n{rows}3001,x\n")] == [2, 9003]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('part,quantity\n3001,1\n3002,1\n"3003,1\n3004,1\n', 4),
        ('part,quantity\n3001,1\n"3002"b,1\n3003,1\n', 3),
        ('"part,quantity\n3001,1\n', 1),
        ('part,quantity\n3001,1\n"3002' + ",1\n" * 100_000, 3),
    ],
    ids=["never closed", "text behind it", "in the header", "never closed in a long file"],
)
def test_misplaced_quotes(content: str, line: int) -> None:
    (reason,) = reasons_of(content)
    assert (reason.code, reason.line) == ("CSV_PARSE_ERROR", line)


def test_mistakes_before_a_misplaced_quote_are_told_too() -> None:
    refusal = refusal_of('part,quantity\n3001,x\n3002,1\n"3003,1\n')
    assert refusal.code == "VALIDATION_ERROR"
    assert [(reason.code, reason.line) for reason in refusal.reasons] == [
        ("VALIDATION_ERROR", 2),
        ("CSV_PARSE_ERROR", 4),
    ]


def test_inches_are_no_quotes() -> None:
    assert parts_of('part,quantity,name\n3001,1,Rod 2" long\n') == [Part("3001", 1, 'Rod 2" long')]


def test_endless_line() -> None:
    (reason,) = reasons_of("part,quantity\n3001," + "1" * 300_000)
    assert (reason.code, reason.line) == ("CSV_PARSE_ERROR", 2)


def test_at_most_a_hundred_reasons() -> None:
    reasons = reasons_of("part,quantity\n" + "3001,0\n" * 5000)
    assert [reason.line for reason in reasons] == list(range(2, 102))


def test_no_part_comes_after_a_mistake() -> None:
    content = "part,quantity\n" + "3001,1\n" * 3000 + "3002,\n" + "3003,1\n" * 3000
    given: list[str] = []
    reading = read(io.BytesIO(content.encode()), "list.csv", Limits())
    with pytest.raises(PartsListError, match="Quantity is missing"):
        given.extend(part.part_id for part in reading)
    assert set(given) == {"3001"}


def test_limits() -> None:
    content = "part,quantity\n" + "3001,1\n" * 10
    assert len(parts_of(content, limits=Limits(max_rows=10, max_bytes=len(content)))) == 10
    assert refusal_of(content, limits=Limits(max_rows=9)).code == "TOO_MANY_ROWS"
    refusal = refusal_of(content, limits=Limits(max_bytes=len(content) - 1))
    assert (refusal.code, refusal.reasons[0].message) == (
        "FILE_TOO_LARGE",
        f"The file is too large: at most {len(content) - 1} bytes can be read",
    )


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"part,quantity\n,\n\n"])
def test_nothing_in_it(content: bytes) -> None:
    assert refusal_of(content).code == "EMPTY_FILE"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
        b"\x1f\x8b\x08\x00\x00",
        b'{"elements": []}',
        b"<!DOCTYPE html><html><body><table></table></body></html>",
    ],
    ids=["PDF", "PNG", "old Excel", "gzip", "JSON", "HTML"],
)
def test_other_kinds_of_files(content: bytes) -> None:
    assert refusal_of(content, "parts.csv").code == "INVALID_FILE_TYPE"


def test_formats_by_their_headers() -> None:
    assert format_of("elementId,quantity\n1,1\n") == "pick-a-brick-csv"
    assert format_of("elementId,quantity,color\n1,1,Red\n") == "csv"
    assert format_of("Part,Color,Quantity\n3001,4,1\n") == "rebrickable-csv"
    assert format_of("Part,Color,Quantity\n3001,4,1") == "rebrickable-csv"
    assert format_of("Part,Color,Num\n3001,4,1\n") == "rebrickable-csv"
    assert format_of("Part,Color,Quantity\n3001,Red,1\n") == "csv"
    assert format_of("inventory_id,part_num,color_id,quantity,is_spare,img_url\n1,3001,4,1,f,\n") == "rebrickable-csv"
    assert format_of("Qty,BLItemNo\n1,3001\n") == "studio-csv"
