"""How a table is written, told from its first lines: what separates its cells, and whether there is a header."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lego_api.parts_lists.formats import columns
from lego_api.parts_lists.formats.cells import COMMA, POINT, whole_number
from lego_api.parts_lists.formats.columns import Header
from lego_api.parts_lists.formats.refusals import CSV_PARSE_ERROR, EMPTY_FILE, VALIDATION_ERROR, BadLine, refused

# In doubt the first: a comma stands in more texts than a tab does.
DELIMITERS = ("\t", ";", ",")

# What marks thousands: spreadsheets separate the cells by what does not stand in the numbers of their country.
THOUSANDS = {",": COMMA, ";": POINT, "\t": COMMA + POINT}

_SAMPLE_ROWS = 20
_EXCEL_MARK = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)

Row = list[str]


MAX_COLUMNS = 200  # every row is filled up to the header's width; programs write some twenty


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str
    header: Row | None
    sample: Sequence[Row]  # the first rows behind the header, blank ones left out
    marked: bool  # the first line names the delimiter, as Excel wants it


def dialect_of(head: Sequence[str]) -> Dialect:
    """`head` has the first lines. Raises `PartsListError` when there are no parts and quantities in it."""
    if not any(line.strip() for line in head):
        raise refused(EMPTY_FILE, "The file is empty")
    mark = _EXCEL_MARK.fullmatch(head[0])
    delimiters = (mark[1],) if mark else DELIMITERS
    first = next((n for n, line in enumerate(head) if line.strip() and not (mark and n == 0)), 0)
    samples = {delimiter: _rows(head[first:], delimiter) for delimiter in delimiters}
    if not any(samples.values()):
        raise refused(CSV_PARSE_ERROR, "A quotation mark in this line is out of place", first + 1)

    headers = {delimiter: Header(rows[0]) for delimiter, rows in samples.items() if rows}
    if complete := [d for d, header in headers.items() if header.has(columns.PARTS, columns.QUANTITIES)]:
        delimiter = max(complete, key=lambda d: headers[d].known)
        if headers[delimiter].width > MAX_COLUMNS:
            raise refused(VALIDATION_ERROR, f"The header has more than {MAX_COLUMNS} columns", first + 1)
        if doubled := headers[delimiter].doubled:
            raise refused(VALIDATION_ERROR, f"The header names the column {doubled} twice", first + 1)
        return Dialect(delimiter, samples[delimiter][0], samples[delimiter][1:], bool(mark))

    likeness = {d: (sum(_is_part_and_quantity(row, d) for row in samples[d]), len(samples[d][0])) for d in headers}
    delimiter = max(likeness, key=lambda d: likeness[d])
    if likeness[delimiter][0]:
        return Dialect(delimiter, None, samples[delimiter], bool(mark))
    message = 'The first line must name the columns, a part and a quantity at least, such as "Part ID,Quantity,Color"'
    raise refused(VALIDATION_ERROR, message, first + 1)


def _rows(lines: Sequence[str], delimiter: str) -> list[Row]:
    """The first rows that are not blank, up to one that cannot be read."""
    rows: list[Row] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter, strict=True):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _is_part_and_quantity(row: Row, delimiter: str) -> bool:
    try:
        return bool(len(row) > 1 and row[0].strip()) and whole_number(row[1], THOUSANDS[delimiter], "") is not None
    except BadLine:
        return False
