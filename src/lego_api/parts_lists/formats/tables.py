"""Tables of text: what separates the cells, what the columns are, and the rows with their lines."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from lego_api.parts_lists.formats.columns import HEADERLESS, Header
from lego_api.parts_lists.formats.dialects import THOUSANDS, Row, dialect_of
from lego_api.parts_lists.formats.refusals import CSV_PARSE_ERROR, BadLine, Reasons, refused
from lego_api.parts_lists.formats.text import Text, line_ends
from lego_api.parts_lists.parts import Part

ROWS_AT_ONCE = 500

PartsOf = Callable[[Sequence[Row]], list[Part]]


class SkippedLine(Exception):
    """A row that is no part, and no mistake."""


class Table:
    """A text whose dialect and columns are known."""

    def __init__(self, text: Text, head: Sequence[str]) -> None:
        """`head` has the first lines. Raises `PartsListError` when no table of parts can be seen in it."""
        self._text = text
        self._dialect = dialect_of(head)
        self.header = Header(self._dialect.header) if self._dialect.header else HEADERLESS
        self.thousands = THOUSANDS[self._dialect.delimiter]
        self._line = 0  # before the rows at hand
        self._rows: list[Row] = []

    def sample(self, names: Sequence[str]) -> Iterator[str]:
        """What the first rows have in the column of one of these names, where they have anything."""
        index = self.header.index(names)
        return (row[index].strip() for row in self._dialect.sample if index < len(row) and row[index].strip())

    def parts(self, parts_of: PartsOf, reasons: Reasons, *, in_order: bool = False) -> Iterator[list[Part]]:
        """The parts of all rows, some hundred at a time.

        `parts_of` gets rows of the header's width, with an empty cell behind it for what is missing. It raises
        `BadLine` when one of them cannot be a part, and `SkippedLine`; then it gets them one by one. With `in_order`
        it gets each row once, by itself.
        """
        lines = csv.reader(chain.from_iterable(self._blocks()), delimiter=self._dialect.delimiter, strict=True)
        if self._dialect.header:
            next(row for row in lines if not _is_blank(row))
        complete = True
        while complete:
            self._line, self._rows = lines.line_num, []
            try:
                self._rows.extend(islice(lines, ROWS_AT_ONCE))
            except csv.Error:
                complete = False  # the rows before are there
            if complete and not self._rows:
                return
            parts = None if in_order else self._parts_at_once(parts_of)
            yield self._parts_one_by_one(parts_of, reasons) if parts is None else parts
        message = "A quotation mark is out of place: there is text behind it, or no second one"
        raise reasons.stop(CSV_PARSE_ERROR, message, self._line_of(len(self._rows)))

    def _parts_at_once(self, parts_of: PartsOf) -> list[Part] | None:
        """How nearly all rows are read, twice as fast. None when something is odd with one of them."""
        if set(map(len, self._rows)) != {self.header.width}:
            return None
        if self.header.has_gaps:
            for row in self._rows:
                row.append("")
        try:
            return parts_of(self._rows)
        except (BadLine, SkippedLine):
            return None

    def _parts_one_by_one(self, parts_of: PartsOf, reasons: Reasons) -> list[Part]:
        parts: list[Part] = []
        for number, row in enumerate(self._rows):
            if not any(row):
                continue
            try:
                self._fit(row)
                parts += parts_of([row])
            except BadLine as bad:
                if not _is_blank(row):
                    reasons.add(bad.message, self._line_of(number))
            except SkippedLine:
                pass
        return parts

    def _line_of(self, number: int) -> int:
        """Where one of the rows at hand begins: cells may have line ends in them."""
        return self._line + 1 + sum(1 + sum(map(line_ends, row)) for row in self._rows[:number])

    def _fit(self, row: Row) -> None:
        """To the header's width and one empty cell. Blank lines may stand anywhere; cells beyond the header may not."""
        if _is_blank(row):
            raise SkippedLine
        width = self.header.width
        if self._dialect.header and not _is_blank(row[width:]):
            raise BadLine(f"The line has {len(row)} cells and the header {width}: text with commas needs quotes")
        row[width:] = [""] * (width + 1 - min(width, len(row)))

    def _blocks(self) -> Iterator[list[str]]:
        """Blocks of lines. A quote that is never closed would gather all of them in one cell."""
        rows_before = -1
        for number, lines in enumerate(self._text.lines()):
            if self._line + len(self._rows) == rows_before:
                message = "The line goes on and on: there is a quotation mark without a second one"
                raise refused(CSV_PARSE_ERROR, message, self._line_of(len(self._rows)))
            rows_before = self._line + len(self._rows)
            if number == 0 and self._dialect.marked:
                lines[0] = "\n"
            yield lines


def _is_blank(row: Row) -> bool:
    return not any(cell.strip() for cell in row)
