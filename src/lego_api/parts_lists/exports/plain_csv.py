"""All that is known of each part, in columns that begin like the house's own format. Reading it back loses nothing."""

from collections.abc import Iterable, Iterator

from lego_api.parts_lists.exports.writing import Export, Obstacle, table
from lego_api.parts_lists.parts import Part

_HEADER = (
    *("Part ID", "Part Name", "Quantity", "Color", "Color ID", "Is Spare"),
    *("Part System", "Color System", "Item Type", "Element ID"),
)


def _obstacle(_part: Part) -> Obstacle | None:
    return None


def _row(part: Part) -> tuple[str, ...]:
    return (
        *(part.part_id, part.name or "", str(part.quantity), part.color_name or "", part.color_id or ""),
        *(str(part.is_spare), part.part_system or "", part.color_system or "", part.item_type, part.element_id or ""),
    )


def _chunks(parts: Iterable[Part]) -> Iterator[str]:
    return table(_HEADER, map(_row, parts))


EXPORT = Export("csv", "text/csv", ".csv", _obstacle, _chunks)
