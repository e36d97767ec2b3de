"""Tables of text: what separates the cells, what the columns are, and the rows with their lines."""

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

from lego_api.parts_lists.formats.columns import HEADERLESS, Header
from lego_api.parts_lists.formats.dialects import THOUSANDS, Row, dialect_of
from lego_api.parts_lists.formats.refusals import CSV_PARSE_ERROR, BadLine, Reasons, refused
from lego_api.parts_lists.formats.text import Text
from lego_api.parts_lists.parts import Part


class SkippedLine(Exception):
    """A row that is no part, and no mistake."""


class Table:
    """A text whose dialect and columns are known."""

    def __init__(self, text: Text, head: Sequence[str]) -> None:
        """`head` is the first block of lines. Raises `PartsListError` when no table of parts can be seen in it."""
        self._text = text
        self._dialect = dialect_of(head)
        self.header = Header(self._dialect.header) if self._dialect.header else HEADERLESS
        self.thousands = THOUSANDS[self._dialect.delimiter]
        self._line = 0  # in which the last row ended

    def sample(self, names: Sequence[str]) -> Iterator[str]:
        """What the first rows have in the column of one of these names, where they have anything."""
        index = self.header.index(names)
        return (row[index].strip() for row in self._dialect.sample if index < len(row) and row[index].strip())

    def parts(self, part_of: Callable[[Row], Part], reasons: Reasons) -> Iterator[Part]:
        """The parts of all rows. `part_of` gets rows of the header's width and one empty cell behind it.

        It raises `BadLine` for a row that cannot be a part, and `SkippedLine`.
        """
        width = self.header.width
        rows = csv.reader(self._lines(), delimiter=self._dialect.delimiter, strict=True)
        try:
            if self._dialect.header:
                next(row for row in rows if not _is_blank(row))
                self._line = rows.line_num
            for row in rows:
                try:
                    if len(row) == width and row[0]:
                        row.append("")
                    else:
                        self._fit(row)
                    yield part_of(row)
                except BadLine as bad:
                    if not _is_blank(row):
                        reasons.add(bad.message, self._line + 1)
                except SkippedLine:
                    pass
                self._line = rows.line_num
        except csv.Error:
            message = "A quotation mark is out of place: there is text behind it, or no second one"
            raise reasons.stop(CSV_PARSE_ERROR, message, self._line + 1) from None

    def _fit(self, row: Row) -> None:
        """To the header's width and one empty cell. Blank lines may stand anywhere; cells beyond the header may not."""
        if _is_blank(row):
            raise SkippedLine
        width = self.header.width
        if self._dialect.header and not _is_blank(row[width:]):
            raise BadLine(f"The line has {len(row)} cells and the header {width}: text with commas needs quotes")
        row[width:] = [""] * (width + 1 - min(width, len(row)))

    def _lines(self) -> Iterator[str]:
        line = -1
        for number, lines in enumerate(self._text.lines()):
            if line == self._line:
                self._endless_row()
            line = self._line
            if number == 0 and self._dialect.marked:
                lines[0] = "\n"
            yield from lines

    def _endless_row(self) -> NoReturn:
        """A quote that is never closed would gather the whole file into one cell."""
        message = "The line goes on and on: there is a quotation mark without a second one"
        raise refused(CSV_PARSE_ERROR, message, self._line + 1)


def _is_blank(row: Row) -> bool:
    return not any(cell.strip() for cell in row)
