"""The names of columns: of every format that is read, and all that the existing parser knew."""

import re
from collections.abc import Iterable, Sequence

from lego_api.parts_lists.parts import Numbering

# Normalized. Of several in one header the first named here counts.
PARTS: dict[str, Numbering | None] = {
    "blitemno": "bricklink",
    "partnum": "rebrickable",
    "partid": None,
    "partnumber": None,
    "partno": None,
    "part": None,
    "itemid": None,
    "itemno": None,
    "itemnumber": None,
    "ldrawid": "ldraw",
    "elementid": "lego",
    "element": "lego",
}
QUANTITIES = ("quantity", "qty", "count", "amount", "num", "pieces")
COLORS = ("color", "colour", "partcolor", "partcolour", "colorname", "colourname")
COLOR_IDS: dict[str, Numbering | None] = {
    "blcolorid": "bricklink",
    "ldrawcolorid": "ldraw",
    "colorid": None,
    "colourid": None,
}
NAMES = ("partname", "description", "desc", "partdescription", "name", "itemname")
SPARES = ("isspare", "spare")
PART_SYSTEM, COLOR_SYSTEM, ITEM_TYPE = "partsystem", "colorsystem", "itemtype"
ELEMENTS = ("elementid", "element")

KNOWN = frozenset(
    (*PARTS, *QUANTITIES, *COLORS, *COLOR_IDS, *NAMES, *SPARES, PART_SYSTEM, COLOR_SYSTEM, ITEM_TYPE),
)

_NOT_OF_A_NAME = re.compile(r"[\W_]+")


class Header:
    """The columns of one table by normalized name: any case; spaces, underscores, hyphens and signs do not count."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.width = len(cells)
        self.has_gaps = False  # whether a column that is not there was asked for
        self.names = [_NOT_OF_A_NAME.sub("", cell.casefold()) for cell in cells]

    def first(self, names: Iterable[str]) -> str | None:
        """The first of `names` that this header has."""
        return next((name for name in names if name in self.names), None)

    def index(self, names: Iterable[str]) -> int:
        """Where the first of them is. When none is, `width`: from now on rows have an empty cell there."""
        name = self.first(names)
        if name is None:
            self.has_gaps = True
            return self.width
        return self.names.index(name)

    def has(self, *names: Iterable[str]) -> bool:
        """Whether there is one of each."""
        return all(self.first(alternatives) for alternatives in names)

    @property
    def known(self) -> int:
        """How many different names are known."""
        return len(KNOWN.intersection(self.names))

    @property
    def doubled(self) -> str | None:
        """A known name that stands there twice, so that nobody can say which column counts."""
        return next((name for name in self.names if name in KNOWN and self.names.count(name) > 1), None)


# How a list without a header is read.
HEADERLESS = Header(["part", "quantity", "color", "description"])
