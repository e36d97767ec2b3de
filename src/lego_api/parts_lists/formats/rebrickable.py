"""Lists of Rebrickable: `Part,Color,Quantity[,Is Spare]`, or the columns of its database, with numbers for colours.

The same header with words for colours is what people write themselves, and read as a plain table. Tools that mix
numberings mark them: a part "BL 3001", a colour "BL11" or "RB0".
"""

import re
from collections.abc import Iterator

from lego_api.parts_lists.formats import columns
from lego_api.parts_lists.formats.cells import Quantities, id_of, text_of, yes_or_no
from lego_api.parts_lists.formats.dialects import Row
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.refusals import BadLine, Reasons, shown
from lego_api.parts_lists.parts import Numbering, Part

FORMAT = "rebrickable-csv"

_PARTS = ("part", "partnum")
_COLORS = ("color", "colour", "colorid", "colourid")
_SYSTEMS: dict[str, Numbering] = {"": "rebrickable", "RB": "rebrickable", "BL": "bricklink"}
_ANY_COLOR = frozenset(("-1", "9999"))
_MARKED_PART = re.compile(r"(BL|RB)\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_COLOR = re.compile(r"(|BL|RB)\s?(-1|[0-9]{1,9})", re.IGNORECASE)


def recognizes(head: Head) -> bool:
    table, header = head.table, head.table.header
    if not header.has(_PARTS, _COLORS) or header.has(columns.NAMES) or header.has((columns.PART_SYSTEM,)):
        return False
    color = next(table.sample(_COLORS), None)
    return color is not None and _COLOR.fullmatch(text_of(color)) is not None


def parts(head: Head, reasons: Reasons) -> Iterator[Part]:
    header = head.table.header
    part, color, spare = header.index(_PARTS), header.index(_COLORS), header.index(columns.SPARES)
    quantity = header.index(columns.QUANTITIES)
    quantities, colors = Quantities(head.table.thousands), _Colors()

    def part_of(row: Row) -> Part:
        part_id, part_system = id_of(row[part], "Part"), _SYSTEMS[""]
        if part_id is None:
            raise BadLine("Part is missing")
        if marked := _MARKED_PART.fullmatch(part_id):
            part_system, part_id = _SYSTEMS[marked[1].upper()], marked[2]
        color_id, color_system = colors[row[color]]
        return Part(
            part_id=part_id,
            quantity=quantities[row[quantity]],
            part_system=part_system,
            color_id=color_id,
            color_system=color_system,
            is_spare=row[spare] != "" and yes_or_no(row[spare], "Is Spare"),
        )

    return head.table.parts(part_of, reasons)


class _Colors(dict[str, tuple[str | None, Numbering | None]]):
    """From a cell to the id and its numbering; remembers, because a list has few colours."""

    _MOST_REMEMBERED = 4096

    def __missing__(self, cell: str) -> tuple[str | None, Numbering | None]:
        text = text_of(cell)
        match = _COLOR.fullmatch(text)
        if text and not match:
            raise BadLine(f"Color must be a number of Rebrickable's, not {shown(cell)}")
        color: tuple[str | None, Numbering | None] = (None, None)
        if match and match[2] not in _ANY_COLOR:
            color = str(int(match[2])), _SYSTEMS[match[1].upper()]
        if len(self) < self._MOST_REMEMBERED:
            self[cell] = color
        return color
