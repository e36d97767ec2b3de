"""Wanted lists of BrickLink, to be uploaded or pasted there. A colour that is not named is any colour."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from xml.sax.saxutils import escape

from lego_api.parts_lists.exports.writing import Export, Obstacle, is_number
from lego_api.parts_lists.parts import Part

_ITEMS_AT_ONCE = 500
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"\r": "&#13;"}


def _obstacle(part: Part) -> Obstacle | None:
    if part.is_spare:
        return Obstacle.SPARE
    if part.part_system != "bricklink":
        return Obstacle.PART_NUMBERING
    has_number = part.color_system == "bricklink" and is_number(part.color_id)
    if (part.color_id or part.color_name) and not has_number:
        return Obstacle.COLOR_NUMBERING
    if _NOT_IN_XML.search(part.part_id):
        return Obstacle.CHARACTERS
    return None


def _chunks(parts: Iterable[Part]) -> Iterator[str]:
    yield "<INVENTORY>\n"
    parts = iter(parts)
    while items := "".join(map(_item, islice(parts, _ITEMS_AT_ONCE))):
        yield items
    yield "</INVENTORY>\n"


def _item(part: Part) -> str:
    color = f"<COLOR>{part.color_id}</COLOR>" if part.color_id else ""
    item = f"<ITEMTYPE>{part.item_type}</ITEMTYPE><ITEMID>{escape(part.part_id, _ENTITIES)}</ITEMID>"
    return f"<ITEM>{item}{color}<MINQTY>{part.quantity}</MINQTY></ITEM>\n"


EXPORT = Export("bricklink-xml", "application/xml", ".xml", _obstacle, _chunks)
