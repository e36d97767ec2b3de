"""Files of BrickStore, and of BrickStock before it: XML with a DOCTYPE and items of BrickLink's numbers.

    <BrickStoreXML><Inventory><Item><ItemID>3020</ItemID><ItemTypeID>P</ItemTypeID><ColorID>5</ColorID>
    <ItemName>Plate 2 x 4</ItemName><ColorName>Red</ColorName><Qty>16</Qty></Item></Inventory></BrickStoreXML>

What its author excluded (Status X) BrickStore exports nowhere, and it is no part here. Status E is an extra.
"""

from collections.abc import Iterator

from lego_api.parts_lists.formats import xml_items
from lego_api.parts_lists.formats.bricklink import color_of, item_type_of
from lego_api.parts_lists.formats.cells import COMMA, quantities
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.refusals import Reasons
from lego_api.parts_lists.formats.xml_items import Fields
from lego_api.parts_lists.parts import Part

FORMAT = "brickstore-xml"

_ROOTS = frozenset(("BRICKSTOREXML", "BRICKSTOCKXML"))


def recognizes(head: Head) -> bool:
    return head.root in _ROOTS


def parts(head: Head, reasons: Reasons) -> Iterator[list[Part]]:
    quantity = quantities(COMMA, "Qty")

    def part_of(fields: Fields) -> Part | None:
        status = fields.text("Status").upper()
        if status == "X":
            return None
        color_id = color_of(fields.text("ColorID"), "ColorID")
        return Part(
            part_id=fields.id("ItemID"),
            quantity=quantity[fields.text("Qty")],
            part_system="bricklink",
            color_id=color_id,
            color_system="bricklink" if color_id else None,
            color_name=fields.name("ColorName"),
            name=fields.name("ItemName"),
            is_spare=status == "E",
            item_type=item_type_of(fields.text("ItemTypeID"), "ItemTypeID"),
        )

    return xml_items.parts(head.text, part_of, reasons)
