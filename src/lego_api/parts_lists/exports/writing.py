"""What every export is: a name, a kind of file, and text from parts. What it cannot say it leaves out, and counts."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from lego_api.parts_lists.parts import TEXT_MARK, Part

_ROWS_AT_ONCE = 500

# What spreadsheets take for the beginning of a formula (OWASP, CSV injection).
_FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


class Obstacle(StrEnum):
    """Why a part cannot be said in a format, so that a wrong one would stand in its place."""

    PART_NUMBERING = "The part has no number in this format's numbering"
    COLOR_NUMBERING = "The colour has no number in this format's numbering"
    NO_ELEMENT = "LEGO's element id is not known"
    ITEM_TYPE = "It is no part, but a minifigure, a set or the like"
    SPARE = "Spare pieces are not bought"
    CHARACTERS = "The id holds characters that the format cannot hold"


LeftOut = Counter[Obstacle]  # in pieces


@dataclass(frozen=True, slots=True)
class Export:
    """`obstacle` says of one part why the format cannot hold it; `chunks` writes parts that all have none."""

    name: str
    media_type: str
    extension: str
    obstacle: Callable[[Part], Obstacle | None]
    chunks: Callable[[Iterable[Part]], Iterator[str]]

    def write(self, parts: Iterable[Part], left_out: LeftOut) -> Iterator[str]:
        """The file, a piece at a time. `left_out` is complete when the last one was taken."""
        return self.chunks(self._sayable(parts, left_out))

    def _sayable(self, parts: Iterable[Part], left_out: LeftOut) -> Iterator[Part]:
        for part in parts:
            obstacle = self.obstacle(part)
            if obstacle is None:
                yield part
            else:
                left_out[obstacle] += part.quantity


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """CSV as RFC 4180 has it. No cell can be taken for a formula; reading takes the mark off again."""
    rows = iter(rows)
    batch: list[Sequence[str]] = [header]
    while batch:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([_safe(cell) for cell in row] for row in batch)
        yield text.getvalue()
        batch = list(islice(rows, _ROWS_AT_ONCE))


def is_number(text: str | None) -> bool:
    return text is not None and text.isascii() and text.isdigit()


def _safe(cell: str) -> str:
    return TEXT_MARK + cell if (cell and cell[0] in _FORMULA_STARTS) or cell.startswith(TEXT_MARK) else cell
