"""What parts add up to, counted line by line: what the application says of them is compared with it."""

from collections.abc import Iterable
from typing import NamedTuple

from lego_api.parts_lists.parts import Numbering, Part, Totals


class Identity(NamedTuple):
    """What makes two lines the same part in the same colour. The name of a colour counts where it has no id."""

    item_type: str
    part_system: Numbering | None
    part_id: str
    color_system: Numbering | None
    color: str | None


def identity(part: Part) -> Identity:
    color = part.color_name if part.color_id is None else part.color_id
    return Identity(part.item_type, part.part_system, part.part_id, part.color_system, color)


def totals(parts: Iterable[Part]) -> Totals:
    """Holds every distinct identity in memory."""
    pieces = spares = 0
    unique = set()
    for part in parts:
        if part.is_spare:
            spares += part.quantity
        else:
            pieces += part.quantity
            unique.add(identity(part))
    return Totals(pieces, len(unique), spares)


def merged(parts: Iterable[Part]) -> list[Part]:
    """One line for each identity, and one for its spares, in order of first appearance. What is first names it.

    A sum may exceed `MAX_QUANTITY`.
    """
    lines: dict[tuple[Identity, bool], Part] = {}
    for part in parts:
        key = identity(part), part.is_spare
        known = lines.get(key)
        lines[key] = part if known is None else known._replace(quantity=known.quantity + part.quantity)
    return list(lines.values())
