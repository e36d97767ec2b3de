"""Lists of LEGO's Pick a Brick: `elementId,quantity`. An element is a part in its colour."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from lego_api.parts_lists.formats import columns
from lego_api.parts_lists.formats.cells import quantities, required_id_of
from lego_api.parts_lists.formats.dialects import Row
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.refusals import BadLine, Reasons, shown
from lego_api.parts_lists.parts import Part

FORMAT = "pick-a-brick-csv"


def recognizes(head: Head) -> bool:
    header = head.table.header
    of_another = (columns.COLORS, columns.COLOR_IDS, columns.NAMES, columns.SPARES, (columns.PART_SYSTEM,))
    return header.first(columns.PARTS) in columns.ELEMENTS and not any(header.has(names) for names in of_another)


def parts(head: Head, reasons: Reasons) -> Iterator[list[Part]]:
    header = head.table.header
    cells = itemgetter(header.index(columns.ELEMENTS), header.index(columns.QUANTITIES))
    quantity = quantities(head.table.thousands)

    def parts_of(rows: Sequence[Row]) -> list[Part]:
        return [Part(_element_of(element), quantity[pieces], None, "lego") for element, pieces in map(cells, rows)]

    return head.table.parts(parts_of, reasons)


def _element_of(cell: str) -> str:
    element = required_id_of(cell, "Element")
    if not (element.isascii() and element.isdigit()):
        raise BadLine(f"Element must be a number such as 300126, not {shown(element)}")
    return element
