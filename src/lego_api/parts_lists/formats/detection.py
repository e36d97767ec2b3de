"""The way in: which format a file is in, told from its content."""

from functools import partial
from types import ModuleType
from typing import BinaryIO

from lego_api.parts_lists.formats import (
    bricklink,
    brickstore,
    ldraw,
    pick_a_brick,
    plain,
    rebrickable,
    studio_archive,
    studio_csv,
)
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.reading import Limits, Reading

# Each has FORMAT, `recognizes(head)` and `parts(head, reasons)`. The narrower ones come first.
FORMATS: tuple[ModuleType, ...] = (
    *(studio_archive, bricklink, brickstore, ldraw),
    *(studio_csv, pick_a_brick, rebrickable, plain),
)


def read(file: BinaryIO, filename: str, limits: Limits) -> Reading:
    """`file` is seekable, is not closed, and must stay open while the answer is iterated.

    Raises `PartsListError`, here and while it is iterated. The name is a hint, only where content decides nothing.
    """
    head = Head(file, filename, limits)
    chosen = next(module for module in FORMATS if module.recognizes(head))
    return Reading(chosen.FORMAT, limits, partial(chosen.parts, head))
