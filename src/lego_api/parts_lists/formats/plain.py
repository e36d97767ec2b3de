"""Tables with words for colours: the house's own, what other programs and people write, and no header at all."""

from collections.abc import Callable, Iterator
from operator import itemgetter

from lego_api.parts_lists.formats import columns
from lego_api.parts_lists.formats.bricklink import item_type_of
from lego_api.parts_lists.formats.cells import Quantities, id_of, name_of, text_of, yes_or_no
from lego_api.parts_lists.formats.dialects import Row
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.refusals import BadLine, Reasons, shown
from lego_api.parts_lists.formats.tables import Table
from lego_api.parts_lists.parts import MAX_ID_LENGTH, NUMBERINGS, Numbering, Part

FORMAT = "csv"


def recognizes(head: Head) -> bool:
    return head.table is not None


def parts(head: Head, reasons: Reasons) -> Iterator[Part]:
    table = head.table
    detailed = (columns.COLOR_IDS, columns.SPARES, columns.ELEMENTS, (columns.PART_SYSTEM,), (columns.ITEM_TYPE,))
    part_of = _Detailed(table).part_of if any(map(table.header.has, detailed)) else _simple(table)
    return table.parts(part_of, reasons)


def _simple(table: Table) -> Callable[[Row], Part]:
    """Rows of part, quantity, colour and name."""
    header = table.header
    system = columns.PARTS[header.first(columns.PARTS) or ""]
    cells = itemgetter(*map(header.index, (columns.PARTS, columns.QUANTITIES, columns.COLORS, columns.NAMES)))
    quantities, colors = Quantities(table.thousands), Colors()

    def part_of(row: Row) -> Part:
        part_id, quantity, color, name = cells(row)
        if not (part_id.isalnum() and len(part_id) <= MAX_ID_LENGTH):
            part_id = id_of(part_id, "Part")
            if part_id is None:
                raise BadLine("Part is missing")
        color_id, color_name = colors[color]
        return Part(part_id, quantities[quantity], system, color_id, None, color_name, name_of(name, "Name"))

    return part_of


class Colors(dict[str, tuple[str | None, str | None]]):
    """From a cell to an id and a name; remembers, because a list has few colours. Nobody says whose id it is."""

    _MOST_REMEMBERED = 4096

    def __missing__(self, cell: str) -> tuple[str | None, str | None]:
        name = name_of(cell, "Color")
        color = (name, None) if name and name.isascii() and name.isdigit() and len(name) < 10 else (None, name)
        if len(self) < self._MOST_REMEMBERED:
            self[cell] = color
        return color


class _Detailed:
    """Rows that say more: ids of colours, spares, numberings, kinds of items, elements; as our export does."""

    def __init__(self, table: Table) -> None:
        header = table.header
        part, color_id = header.first(columns.PARTS), header.first(columns.COLOR_IDS)
        self._part_system = columns.PARTS[part or ""]
        self._color_id_system = None if color_id is None else columns.COLOR_IDS[color_id]
        self._has_color_id = color_id is not None
        self._part, self._quantity = header.index(columns.PARTS), header.index(columns.QUANTITIES)
        self._color, self._color_id = header.index(columns.COLORS), header.index(columns.COLOR_IDS)
        self._name, self._spare = header.index(columns.NAMES), header.index(columns.SPARES)
        self._systems = header.index((columns.PART_SYSTEM,)), header.index((columns.COLOR_SYSTEM,))
        self._item_type = header.index((columns.ITEM_TYPE,))
        self._element = header.width if part in columns.ELEMENTS else header.index(columns.ELEMENTS)
        self._quantities, self._colors = Quantities(table.thousands), Colors()

    def part_of(self, row: Row) -> Part:
        part_id = id_of(row[self._part], "Part")
        if part_id is None:
            raise BadLine("Part is missing")
        if self._has_color_id:
            color_id, color_name = id_of(row[self._color_id], "Color ID"), name_of(row[self._color], "Color")
        else:
            color_id, color_name = self._colors[row[self._color]]
        part_system, color_system = (row[index] for index in self._systems)
        return Part(
            part_id=part_id,
            quantity=self._quantities[row[self._quantity]],
            part_system=_numbering(part_system, "Part System") or self._part_system,
            color_id=color_id,
            color_system=(_numbering(color_system, "Color System") or self._color_id_system) if color_id else None,
            color_name=color_name,
            name=name_of(row[self._name], "Name"),
            is_spare=yes_or_no(row[self._spare], "Is Spare"),
            item_type=item_type_of(row[self._item_type], "Item Type"),
            element_id=id_of(row[self._element], "Element ID"),
        )


def _numbering(cell: str, what: str) -> Numbering | None:
    word = text_of(cell).lower()
    if word and word not in NUMBERINGS:
        raise BadLine(f"{what} must be one of {', '.join(NUMBERINGS)}, not {shown(cell)}")
    return next((system for system in NUMBERINGS if system == word), None)
