"""What a parts list is made of, whatever program wrote it."""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

# Who numbered a part or a colour. Light bluish gray is 86 at BrickLink, 71 at LDraw and Rebrickable, 194 at LEGO:
# an id means nothing without it.
Numbering = Literal["bricklink", "rebrickable", "ldraw", "lego"]

NUMBERINGS: tuple[Numbering, ...] = ("bricklink", "rebrickable", "ldraw", "lego")

# BrickLink's letters: part, minifigure, set, gear, book, catalogue, instructions, original box.
PART, ITEM_TYPES = "P", frozenset("PMSGBCIO")

# How tools that mix numberings write a part in lists of Rebrickable: "BL 3001".
MARKED_PART = re.compile(r"(BL|RB)\s+(\S.*)", re.IGNORECASE | re.DOTALL)

MAX_QUANTITY = 2**31 - 1
MAX_ID_LENGTH = 100
MAX_NAME_LENGTH = 1000


class Part(NamedTuple):
    """One line of a list. A tuple, because that is made four times faster than a frozen dataclass.

    Texts are stripped and never empty, they hold no NUL. `part_system` and `color_system` are None when nobody said
    whose numbers they are. A line of LEGO Pick a Brick has its element id as `part_id` in the system "lego", and no
    colour: the element is part and colour in one. `element_id` is the same of a part that has other ids, too.
    """

    part_id: str
    quantity: int  # 1..MAX_QUANTITY
    name: str | None = None
    part_system: Numbering | None = None
    color_id: str | None = None
    color_system: Numbering | None = None
    color_name: str | None = None
    is_spare: bool = False
    item_type: str = PART
    element_id: str | None = None


class Identity(NamedTuple):
    """What makes two lines the same part in the same colour. The name of a colour counts where it has no id."""

    item_type: str
    part_system: Numbering | None
    part_id: str
    color_system: Numbering | None
    color: str | None


class Totals(NamedTuple):
    pieces: int  # without spares
    unique: int  # distinct identities, without spares
    spares: int


def identity(part: Part) -> Identity:
    color = part.color_name if part.color_id is None else part.color_id
    return Identity(part.item_type, part.part_system, part.part_id, part.color_system, color)


def totals(parts: Iterable[Part]) -> Totals:
    """Holds every distinct identity in memory; of a list too long for that, let the database count them."""
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
