"""File names of LDraw: any case, either slash, and what they say about a part."""

import re

from lego_api.parts_lists.formats.refusals import BadLine, shown

_DIRECTORY_OF_PARTS = "parts/"
# Subparts, and primitives of finer and coarser curves: geometry that parts are made of.
_GEOMETRY = re.compile(r"(?:parts/)?s/|(?:p/)?(?:48|8)/|p/")


NAMELESS = frozenset((".dat", f"{_DIRECTORY_OF_PARTS}.dat"))  # what would leave no id


def normalized(name: str) -> str:
    return " ".join(name.split()).casefold().replace("\\", "/")


def is_part_file(name: str) -> bool:
    return name.endswith(".dat")


def is_model_file(name: str) -> bool:
    return name.endswith((".ldr", ".mpd", ".io"))


def is_geometry(name: str) -> bool:
    return _GEOMETRY.match(name) is not None


def part_id_of(name: str) -> str:
    """Of "parts\\3001.DAT" it is 3001. Raises `BadLine` when nothing is left."""
    id = normalized(name).removeprefix(_DIRECTORY_OF_PARTS).removesuffix(".dat")
    if not id:
        raise BadLine(f"{shown(name)} names no part")
    return id
