"""Lists of elements as LEGO's Pick a Brick takes them: at most 999 in a line, more in several."""

from collections.abc import Iterable, Iterator

from lego_api.parts_lists.exports.writing import Export, Obstacle, is_number, table
from lego_api.parts_lists.parts import Part

MOST_IN_A_LINE = 999

_HEADER = ("elementId", "quantity")


def _element_id(part: Part) -> str | None:
    element = part.part_id if part.part_system == "lego" else part.element_id
    return element if is_number(element) else None


def _obstacle(part: Part) -> Obstacle | None:
    if part.is_spare:
        return Obstacle.SPARE
    return None if _element_id(part) else Obstacle.NO_ELEMENT


def _rows(parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    for part in parts:
        element = _element_id(part) or ""
        full_lines, rest = divmod(part.quantity, MOST_IN_A_LINE)
        for _ in range(full_lines):
            yield element, str(MOST_IN_A_LINE)
        if rest:
            yield element, str(rest)


def _chunks(parts: Iterable[Part]) -> Iterator[str]:
    return table(_HEADER, _rows(parts))


EXPORT = Export("pick-a-brick-csv", "text/csv", ".csv", _obstacle, _chunks)
