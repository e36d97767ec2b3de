"""Wanted lists and inventories of BrickLink: XML with a root INVENTORY.

    <INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>11</COLOR><MINQTY>4</MINQTY></ITEM></INVENTORY>

A wanted list says MINQTY, and nothing for one; an inventory says QTY. Minifigures, sets and all else that BrickLink
sells are kept as such, each counted as a piece: leaving them out would lose what the builder listed.
"""

from collections.abc import Iterator

from lego_api.parts_lists.formats import xml_items
from lego_api.parts_lists.formats.cells import COMMA, quantities, yes_or_no
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.refusals import BadLine, Reasons, shown
from lego_api.parts_lists.formats.xml_items import Fields
from lego_api.parts_lists.parts import ITEM_TYPES, PART, Part

FORMAT = "bricklink-xml"


def recognizes(head: Head) -> bool:
    return head.root == "INVENTORY"


def parts(head: Head, reasons: Reasons) -> Iterator[list[Part]]:
    quantity = quantities(COMMA)

    def part_of(fields: Fields) -> Part:
        color_id = color_of(fields.text("COLOR"), "COLOR")
        return Part(
            part_id=fields.id("ITEMID"),
            quantity=quantity[fields.text("MINQTY") or fields.text("QTY") or "1"],
            part_system="bricklink",
            color_id=color_id,
            color_system="bricklink" if color_id else None,
            is_spare=yes_or_no(fields.text("EXTRA"), "EXTRA"),
            item_type=item_type_of(fields.text("ITEMTYPE"), "ITEMTYPE"),
        )

    return xml_items.parts(head.text, part_of, reasons)


def color_of(text: str, what: str) -> str | None:
    """An id of BrickLink's, without leading zeros. Without one any colour will do."""
    digits = text.strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise BadLine(f"{what} must be a number of BrickLink's, not {shown(text)}")
    return str(int(digits))


def item_type_of(text: str, what: str) -> str:
    letter = text.strip().upper() or PART
    if letter not in ITEM_TYPES:
        raise BadLine(f"{what} must be one of {', '.join(sorted(ITEM_TYPES))}, not {shown(text)}")
    return letter
