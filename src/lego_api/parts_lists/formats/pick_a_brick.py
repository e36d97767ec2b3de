"""Lists of LEGO's Pick a Brick: `elementId,quantity`. An element is a part in its colour."""

from collections.abc import Iterator

from lego_api.parts_lists.formats import columns
from lego_api.parts_lists.formats.cells import Quantities, text_of
from lego_api.parts_lists.formats.dialects import Row
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.refusals import BadLine, Reasons, shown
from lego_api.parts_lists.parts import MAX_ID_LENGTH, Part

FORMAT = "pick-a-brick-csv"


def recognizes(head: Head) -> bool:
    header = head.table.header
    of_another = (columns.COLORS, columns.COLOR_IDS, columns.NAMES, columns.SPARES, (columns.PART_SYSTEM,))
    return header.first(columns.PARTS) in columns.ELEMENTS and not any(header.has(names) for names in of_another)


def parts(head: Head, reasons: Reasons) -> Iterator[Part]:
    header = head.table.header
    element, quantity = header.index(columns.ELEMENTS), header.index(columns.QUANTITIES)
    quantities = Quantities(head.table.thousands)

    def part_of(row: Row) -> Part:
        element_id = text_of(row[element])
        if not element_id:
            raise BadLine("Element is missing")
        if not (element_id.isascii() and element_id.isdigit() and len(element_id) <= MAX_ID_LENGTH):
            raise BadLine(f"Element must be a number such as 300126, not {shown(element_id)}")
        return Part(element_id, quantities[row[quantity]], "lego")

    return head.table.parts(part_of, reasons)
