"""Parts lists that BrickLink Studio exports as CSV.

They end in an empty row, a row `Total qty,Total Weight` and one with the numbers: a checksum and no part, although the
number stands where the ids of parts do. A file whose rows add up to something else is not whole.
"""

from collections.abc import Iterator, Sequence

from lego_api.parts_lists.formats import columns
from lego_api.parts_lists.formats.bricklink import color_of
from lego_api.parts_lists.formats.cells import id_of, name_of, quantities, whole_number
from lego_api.parts_lists.formats.dialects import Row
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.ldraw_names import part_id_of
from lego_api.parts_lists.formats.refusals import BadLine, Reasons
from lego_api.parts_lists.formats.tables import SkippedLine, Table
from lego_api.parts_lists.parts import Numbering, Part

FORMAT = "studio-csv"

_ITEM = ("blitemno",)


def recognizes(head: Head) -> bool:
    return head.table.header.has(_ITEM)


def parts(head: Head, reasons: Reasons) -> Iterator[list[Part]]:
    rows = _Rows(head.table, reasons)
    yield from head.table.parts(rows.parts_of, reasons, in_order=True)
    if rows.awaits_total:
        reasons.add("The file ends before the number that belongs to Total qty", None)


class _Rows:
    """The sum of the rows so far, and whether the totals have begun."""

    def __init__(self, table: Table, reasons: Reasons) -> None:
        index = table.header.index
        self._item, self._ldraw = index(_ITEM), index(("ldrawid",))
        self._color, self._ldraw_color = index(("blcolorid",)), index(("ldrawcolorid",))
        self._name, self._color_name = index(columns.NAMES), index(columns.COLORS)
        self._element, self._quantity = index(columns.ELEMENTS), index(columns.QUANTITIES)
        self._thousands = table.thousands
        self._quantities = quantities(table.thousands, "Qty")
        self._reasons = reasons
        self._sum = 0
        self._total_column: int | None = None
        self.awaits_total = False

    def parts_of(self, rows: Sequence[Row]) -> list[Part]:
        return [self._part_of(row) for row in rows]

    def _part_of(self, row: Row) -> Part:
        if self._total_column is not None:
            self._check_total(row[self._total_column])
        if not row[self._quantity].isdecimal():
            self._look_for_totals(row)
        part_id, system = self._numbered_part(row)
        color_id, color_system = self._numbered_color(row)
        quantity = self._quantities[row[self._quantity]]
        self._sum += quantity
        return Part(
            part_id=part_id,
            quantity=quantity,
            part_system=system,
            color_id=color_id,
            color_system=color_system,
            color_name=name_of(row[self._color_name], "ColorName"),
            name=name_of(row[self._name], "PartName"),
            element_id=id_of(row[self._element], "ElementId"),
        )

    def _numbered_part(self, row: Row) -> tuple[str, Numbering]:
        if item := id_of(row[self._item], "BLItemNo"):
            return item, "bricklink"
        if ldraw := id_of(row[self._ldraw], "LdrawId"):
            return part_id_of(ldraw), "ldraw"
        raise BadLine("BLItemNo is missing")

    def _numbered_color(self, row: Row) -> tuple[str | None, Numbering | None]:
        if color := color_of(row[self._color], "BLColorId"):
            return color, "bricklink"
        color = id_of(row[self._ldraw_color], "LDrawColorId")
        return color, "ldraw" if color else None

    def _look_for_totals(self, row: Row) -> None:
        for column, cell in enumerate(row):
            if "".join(cell.split()).lower() == "totalqty":
                self._total_column, self.awaits_total = column, True
                raise SkippedLine

    def _check_total(self, cell: str) -> None:
        """Every row behind the label is skipped or refused: no part comes after the totals."""
        if not self.awaits_total:
            raise BadLine("There are lines behind the total")
        self.awaits_total = False
        total = whole_number(cell, self._thousands, "Total qty")
        # When rows were refused, the sum is wrong because of them.
        if total != self._sum and not self._reasons.found:
            raise BadLine(f"Total qty says {total} pieces, but the lines above add up to {self._sum}")
        raise SkippedLine
