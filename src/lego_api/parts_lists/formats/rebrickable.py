"""Lists of Rebrickable: `Part,Color,Quantity[,Is Spare]`, or the columns of its database, with numbers for colours.

The same header with words for colours is what people write themselves, and read as a plain table. Tools that mix
numberings mark them: a part "BL 3001", a colour "BL11" or "RB0".
"""

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter

from lego_api.parts_lists.formats import columns
from lego_api.parts_lists.formats.cells import Remembered, quantities, required_id_of, text_of, yes_or_no
from lego_api.parts_lists.formats.dialects import Row
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.refusals import BadLine, Reasons, shown
from lego_api.parts_lists.parts import MARKED_PART, MAX_ID_LENGTH, PART, Numbering, Part

FORMAT = "rebrickable-csv"

_PARTS = ("part", "partnum")
_COLORS = ("color", "colour", "colorid", "colourid")
_SYSTEMS: dict[str, Numbering] = {"": "rebrickable", "RB": "rebrickable", "BL": "bricklink"}
_ANY_COLOR = frozenset(("-1", "9999"))
_Rest = tuple[Numbering | None, str | None, Numbering | None, str | None, bool, str, str | None]
_COLOR = re.compile(r"(|BL|RB)\s?(-1|[0-9]{1,9})", re.IGNORECASE)


def recognizes(head: Head) -> bool:
    table, header = head.table, head.table.header
    if not header.has(_PARTS, _COLORS) or header.has(columns.NAMES) or header.has((columns.PART_SYSTEM,)):
        return False
    color = next(table.sample(_COLORS), None)
    return color is not None and _COLOR.fullmatch(text_of(color)) is not None


def parts(head: Head, reasons: Reasons) -> Iterator[list[Part]]:
    index = head.table.header.index
    cells = itemgetter(*map(index, (_PARTS, columns.QUANTITIES, _COLORS, columns.SPARES)))
    quantity = quantities(head.table.thousands)
    rest = Remembered(_Colors)
    new = tuple.__new__  # Part(...) would go through a function that sets defaults

    def parts_of(rows: Sequence[Row]) -> list[Part]:
        return [
            new(Part, (part, quantity[pieces], None) + rest[spare][color])
            if part.isalnum() and len(part) <= MAX_ID_LENGTH
            else _unusual(part, quantity[pieces], rest[spare][color])
            for part, pieces, color, spare in map(cells, rows)
        ]

    return head.table.parts(parts_of, reasons)


class _Colors(Remembered[str, _Rest]):
    """The fields of a part behind its name, by its colour. Spares have their own."""

    def __init__(self, spare: str) -> None:
        is_spare = yes_or_no(spare, "Is Spare")
        super().__init__(lambda color: _rest(color, is_spare))


def _rest(color: str, is_spare: bool) -> _Rest:
    text = text_of(color)
    match = _COLOR.fullmatch(text)
    if text and not match:
        raise BadLine(f"Color must be a number of Rebrickable's, not {shown(color)}")
    color_id, color_system = None, None
    if match and match[2] not in _ANY_COLOR:
        color_id, color_system = str(int(match[2])), _SYSTEMS[match[1].upper()]
    return "rebrickable", color_id, color_system, None, is_spare, PART, None


def _unusual(cell: str, pieces: int, rest: _Rest) -> Part:
    part = Part(required_id_of(cell, "Part"), pieces, None, *rest)
    if marked := MARKED_PART.fullmatch(part.part_id):
        return part._replace(part_id=marked[2], part_system=_SYSTEMS[marked[1].upper()])
    return part
