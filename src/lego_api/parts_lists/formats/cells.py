"""What a cell or an element says: texts, whole numbers, yes or no."""

import re
from collections.abc import Callable
from typing import TypeVar

from lego_api.parts_lists.formats.refusals import BadLine, shown
from lego_api.parts_lists.parts import MAX_ID_LENGTH, MAX_NAME_LENGTH, MAX_QUANTITY, TEXT_MARK

K = TypeVar("K")
V = TypeVar("V")

# Both mark thousands somewhere and a fraction elsewhere; spaces and apostrophes mark thousands or nothing.
COMMA, POINT = ",", "."

_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([ \u00a0\u2009\u202f'\u2019.,])[0-9]{3})(?:\1[0-9]{3})*")
_WITH_ZERO_FRACTION = re.compile(r"([0-9]+)[.,]0+")
_MOST_DIGITS = len(str(MAX_QUANTITY))
_YES = frozenset(("true", "t", "yes", "y", "1"))
_NO = frozenset(("", "false", "f", "no", "n", "0"))


def text_of(cell: str) -> str:
    """Without the spaces around it, and without one mark of text before it."""
    cell = cell.strip()
    return cell[1:].strip() if cell.startswith(TEXT_MARK) else cell


def id_of(cell: str, what: str) -> str | None:
    """Raises `BadLine` for what is longer than any id."""
    return bounded(text_of(cell), what, MAX_ID_LENGTH)


def required_id_of(cell: str, what: str) -> str:
    """Raises `BadLine` for an empty one, too."""
    return required(id_of(cell, what), what)


def name_of(cell: str, what: str) -> str | None:
    """Raises `BadLine` for what is longer than any name."""
    return bounded(text_of(cell), what, MAX_NAME_LENGTH)


def bounded(text: str, what: str, length: int) -> str | None:
    """A text, or None for an empty one. Raises `BadLine` when it is longer than `length`."""
    if len(text) > length:
        raise BadLine(f"{what} is longer than {length:,} characters: {shown(text)}")
    return text or None


def required(text: str | None, what: str) -> str:
    if text is None:
        raise BadLine(f"{what} is missing")
    return text


def yes_or_no(cell: str, what: str) -> bool:
    """Raises `BadLine` for what is neither."""
    word = text_of(cell).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadLine(f"{what} must be True or False, not {shown(cell)}")


class Remembered(dict[K, V]):
    """What `make` makes of a cell. A list has few colours and quantities, so most are made once and then found."""

    _MOST = 4096

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        value = self._make(key)
        if len(self) < self._MOST:
            self[key] = value
        return value


def quantities(thousands: str, what: str = "Quantity") -> Remembered[str, int]:
    """From cells to numbers of pieces; raises `BadLine`. `thousands` has the marks that can mean nothing else."""
    return Remembered(lambda cell: quantity_of(cell, thousands, what))


def quantity_of(cell: str, thousands: str, what: str) -> int:
    """Only whole numbers are quantities: 2.5 is refused, 2.0 is how some programs write 2.

    "1.200" is 1200 in one country and a bit more than one in the next. The file tells which (by what separates its
    cells), and one group of digits after the other mark is refused, because it could be read either way.
    """
    number = whole_number(cell, thousands, what)
    if number < 1:
        raise BadLine(f"{what} must be at least 1, not {shown(cell)}")
    if number > MAX_QUANTITY:
        raise BadLine(f"{what} must be at most {MAX_QUANTITY}, not {shown(cell)}")
    return number


def whole_number(cell: str, thousands: str, what: str) -> int:
    """Of any size above or below zero, but for a number of more digits than any quantity. Raises `BadLine`."""
    text = text_of(cell)
    if not text:
        raise BadLine(f"{what} is missing")
    digits = text[1:] if text[0] == "-" else text
    if not (digits.isascii() and digits.isdigit()):
        digits = _without_marks(digits, thousands, what, cell)
    if len(digits.lstrip("0")) > _MOST_DIGITS:
        raise BadLine(f"{what} must be at most {MAX_QUANTITY}, not {shown(cell)}")
    return -int(digits) if text[0] == "-" else int(digits)


def _without_marks(text: str, thousands: str, what: str, cell: str) -> str:
    if grouped := _GROUPED.fullmatch(text):
        mark = grouped[1]
        if mark in (COMMA, POINT) and mark not in thousands and text.count(mark) == 1:
            raise BadLine(f"{what} {shown(cell)} can be read in two ways: write it without the {shown(mark)}")
        return text.replace(mark, "")
    if with_fraction := _WITH_ZERO_FRACTION.fullmatch(text):
        return with_fraction[1]
    raise BadLine(f"{what} must be a whole number, not {shown(cell)}")
