"""Random tables in random dialects, and bytes of any kind."""

import csv
import io
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.formats.refusals import MAX_REASONS, PartsListError, Reason
from lego_api.parts_lists.parts import MAX_QUANTITY, Part
from tests.parts_lists.formats.reading import parts_of
from tests.parts_lists.strategies import PROPERTY, quantities, texts

MANY_ROWS = 200_000
FEW_BYTES = 4_000_000

rows = st.lists(st.tuples(texts(50), quantities, st.none() | texts(50), st.none() | texts(20)), min_size=1, max_size=8)
beginnings = st.sampled_from(
    [
        b"",
        b"part,quantity\n",
        b"BLItemNo,Qty\nTotal qty",
        b"<INVENTORY><ITEM>",
        b"<?xml version='1.0'?><!DOCTYPE x [",
        b"<BrickStoreXML><Item><ItemID>1</ItemID><Qty>",
        b"0 FILE a\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 ",
        b"1 ",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"sep=;\n",
        b'"',
    ]
)


@PROPERTY
@given(
    rows,
    st.permutations(["Part ID", "Quantity", "Part Name", "Color"]),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_dialects(
    of: list[tuple[str, int, str | None, str | None]],
    columns: list[str],
    separator: str,
    line_end: str,
    encoding: str,
    quoting: Literal[1, 2],
) -> None:
    """Columns in any order. Texts that look like ids of colours are those; an apostrophe before a text is a mark."""
    file = io.StringIO(newline="")
    table = csv.writer(file, delimiter=separator, lineterminator=line_end, quoting=quoting)
    table.writerow(columns)
    for part, quantity, name, color in of:
        cells = {
            "Part ID": f"'{part}",
            "Quantity": quantity,
            "Part Name": name and f"'{name}",
            "Color": color and f"'{color}",
        }
        table.writerow([cells[column] for column in columns])
    expected = []
    for part, quantity, name, color in of:
        is_id = color is not None and color.isascii() and color.isdigit()
        expected.append(Part(part, quantity, name, None, *((color, None, None) if is_id else (None, None, color))))
    assert parts_of(file.getvalue().encode(encoding)) == expected


@PROPERTY
@given(beginnings, st.binary(max_size=400), st.sampled_from(["a.csv", "a.xml", "a.io", "a.ldr", ""]))
def test_bytes_of_any_kind(beginning: bytes, rest: bytes, filename: str) -> None:
    check(beginning + rest, filename)


@PROPERTY
@given(beginnings, st.text(max_size=400), st.sampled_from(["utf-8", "utf-16-le"]))
def test_text_of_any_kind(beginning: bytes, rest: str, encoding: str) -> None:
    check(beginning + rest.encode(encoding, "surrogatepass"), "list.csv")


def check(content: bytes, filename: str) -> None:
    """Parts that can be stored, or reasons."""
    parts: list[Part] = []
    reasons: Sequence[Reason] = ()
    try:
        parts = parts_of(content, filename)
    except PartsListError as refused:
        reasons = refused.reasons
    assert bool(parts) != bool(reasons)
    assert len(reasons) <= MAX_REASONS
    for reason in reasons:
        assert reason.line is None or reason.line >= 1
        assert len(reason.message) < 300
    for part in parts:
        assert 1 <= part.quantity <= MAX_QUANTITY
        for text in (part.part_id, part.name, part.color_id, part.color_name, part.element_id):
            assert text is None or (text == text.strip() != "" and "\0" not in text)


@pytest.mark.parametrize(
    ("begin", "row", "end", "count"),
    [
        ("part,quantity,color\n", "{number},{number},Light Bluish Gray\n", "", MANY_ROWS),
        (
            "<INVENTORY>",
            f"<ITEM><ITEMID>{{number}}</ITEMID><NOTE>{'x' * 80}</NOTE></ITEM>",
            "</INVENTORY>",
            40_000,
        ),
    ],
    ids=["table", "XML"],
)
def test_memory_does_not_grow_with_the_file(begin: str, row: str, end: str, count: int) -> None:
    content = begin + "".join(row.format(number=number) for number in range(1, count + 1)) + end
    file = io.BytesIO(content.encode())
    assert len(content) > FEW_BYTES
    tracemalloc.start()
    try:
        assert sum(1 for _ in read(file, "list", Limits(max_rows=count, max_bytes=len(content)))) == count
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < FEW_BYTES


def test_a_row_that_never_ends_is_not_gathered() -> None:
    content = b"part,quantity\n" + b'"\n",' * 2_000_000
    tracemalloc.start()
    try:
        with suppress(PartsListError):
            list(read(io.BytesIO(content), "list", Limits(max_bytes=10**9)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < FEW_BYTES
