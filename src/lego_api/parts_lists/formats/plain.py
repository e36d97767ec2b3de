"""Tables with words for colours: the house's own, what other programs and people write, and no header at all."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from lego_api.parts_lists.formats import columns
from lego_api.parts_lists.formats.bricklink import item_type_of
from lego_api.parts_lists.formats.cells import (
    Remembered,
    id_of,
    name_of,
    quantities,
    required_id_of,
    text_of,
    yes_or_no,
)
from lego_api.parts_lists.formats.dialects import Row
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.refusals import BadLine, Reasons, shown
from lego_api.parts_lists.formats.tables import PartsOf, Table
from lego_api.parts_lists.parts import MAX_ID_LENGTH, MAX_NAME_LENGTH, NUMBERINGS, PART, TEXT_MARK, Numbering, Part

FORMAT = "csv"

_Rest = tuple[Numbering | None, str | None, Numbering | None, str | None, bool, str, str | None]


def recognizes(head: Head) -> bool:
    return head.table is not None


def parts(head: Head, reasons: Reasons) -> Iterator[list[Part]]:
    table = head.table
    detailed = (columns.COLOR_IDS, columns.SPARES, columns.ELEMENTS, (columns.PART_SYSTEM,), (columns.ITEM_TYPE,))
    parts_of = _Detailed(table).parts_of if any(map(table.header.has, detailed)) else _simple(table)
    return table.parts(parts_of, reasons)


def _simple(table: Table) -> PartsOf:
    """Rows of part, quantity, colour and name: what most files are."""
    header = table.header
    system = columns.PARTS[header.first(columns.PARTS) or ""]
    cells = itemgetter(*map(header.index, (columns.PARTS, columns.QUANTITIES, columns.COLORS, columns.NAMES)))
    quantity = quantities(table.thousands)
    # The fields of a part behind its name. The colour alone decides them.
    rest: Remembered[str, _Rest] = Remembered(lambda cell: (system, *_color_of(cell), False, PART, None))

    def parts_of(rows: Sequence[Row]) -> list[Part]:
        return [
            # Part(...) would go through a function that sets defaults.
            tuple.__new__(Part, (part, quantity[pieces], name) + rest[color])
            if part.isalnum()
            and len(part) <= MAX_ID_LENGTH
            and name
            and name[0] != TEXT_MARK
            and name.strip() is name
            and len(name) <= MAX_NAME_LENGTH
            else Part(required_id_of(part, "Part"), quantity[pieces], name_of(name, "Name"), *rest[color])
            for part, pieces, color, name in map(cells, rows)
        ]

    return parts_of


def _color_of(cell: str) -> tuple[str | None, Numbering | None, str | None]:
    """An id whose numbering nobody tells, or a name."""
    color = name_of(cell, "Color")
    is_id = color is not None and color.isascii() and color.isdigit() and len(color) <= MAX_ID_LENGTH
    return (color, None, None) if is_id else (None, None, color)


class _Detailed:
    """Rows that say more: ids of colours, spares, numberings, kinds of items, elements; as our export does."""

    def __init__(self, table: Table) -> None:
        header = table.header
        part, color_id = header.first(columns.PARTS), header.first(columns.COLOR_IDS)
        self._part_system = columns.PARTS[part or ""]
        self._color_id_system = None if color_id is None else columns.COLOR_IDS[color_id]
        self._has_color_id = color_id is not None
        self._part, self._pieces = header.index(columns.PARTS), header.index(columns.QUANTITIES)
        self._color, self._color_id = header.index(columns.COLORS), header.index(columns.COLOR_IDS)
        self._name, self._spare = header.index(columns.NAMES), header.index(columns.SPARES)
        self._systems = header.index((columns.PART_SYSTEM,)), header.index((columns.COLOR_SYSTEM,))
        self._item_type = header.index((columns.ITEM_TYPE,))
        self._element = header.width if part in columns.ELEMENTS else header.index(columns.ELEMENTS)
        self._quantity = quantities(table.thousands)

    def parts_of(self, rows: Sequence[Row]) -> list[Part]:
        return [self._part_of(row) for row in rows]

    def _part_of(self, row: Row) -> Part:
        part_id = required_id_of(row[self._part], "Part")
        if self._has_color_id:
            color_id, color_name = id_of(row[self._color_id], "Color ID"), name_of(row[self._color], "Color")
        else:
            color_id, _, color_name = _color_of(row[self._color])
        part_system, color_system = (row[index] for index in self._systems)
        return Part(
            part_id=part_id,
            quantity=self._quantity[row[self._pieces]],
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
