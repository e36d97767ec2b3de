"""Lists of parts as Rebrickable imports them."""

from collections.abc import Iterable, Iterator

from lego_api.parts_lists.exports.writing import Export, Obstacle, is_number, table
from lego_api.parts_lists.parts import MARKED_PART, PART, Part

_HEADER = ("Part", "Color", "Quantity", "Is Spare")
_ANY_COLOR = "9999"


def _obstacle(part: Part) -> Obstacle | None:
    if part.item_type != PART:
        return Obstacle.ITEM_TYPE
    if part.part_system != "rebrickable":
        return Obstacle.PART_NUMBERING
    has_number = part.color_system == "rebrickable" and is_number(part.color_id)
    if (part.color_id or part.color_name) and not has_number:
        return Obstacle.COLOR_NUMBERING
    if MARKED_PART.fullmatch(part.part_id):
        return Obstacle.CHARACTERS  # it would be read as another numbering's
    return None


def _chunks(parts: Iterable[Part]) -> Iterator[str]:
    rows = ((part.part_id, part.color_id or _ANY_COLOR, str(part.quantity), str(part.is_spare)) for part in parts)
    return table(_HEADER, rows)


EXPORT = Export("rebrickable-csv", "text/csv", ".csv", _obstacle, _chunks)
