"""What a parts list is made of, whatever program wrote it."""

import re
from typing import Literal, NamedTuple

# Who numbered a part or a colour. Light bluish gray is 86 at BrickLink, 71 at LDraw and Rebrickable, 194 at LEGO:
# an id means nothing without it.
Numbering = Literal["bricklink", "rebrickable", "ldraw", "lego"]

NUMBERINGS: tuple[Numbering, ...] = ("bricklink", "rebrickable", "ldraw", "lego")

# BrickLink's letters: part, minifigure, set, gear, book, catalogue, instructions, original box.
PART, ITEM_TYPES = "P", frozenset("PMSGBCIO")

# How tools that mix numberings write a part in lists of Rebrickable: "BL 3001".
MARKED_PART = re.compile(r"(BL|RB)\s+(\S.*)", re.IGNORECASE | re.DOTALL)

# Spreadsheets write it before what is text although it looks like something else, and so do exports.
TEXT_MARK = "'"

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


class Totals(NamedTuple):
    pieces: int  # without spares
    unique: int  # distinct parts in distinct colours, without spares
    spares: int
