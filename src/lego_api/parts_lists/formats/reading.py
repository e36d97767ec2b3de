"""A file that is being read: its format is known at once, its parts come one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from lego_api.parts_lists.formats.refusals import EMPTY_FILE, TOO_MANY_ROWS, PartsListError, Reasons
from lego_api.parts_lists.parts import Part


@dataclass(frozen=True, slots=True)
class Limits:
    max_rows: int = 10_000
    max_bytes: int = 10_000_000
    # Of the model inside a Studio file. Real ones shrink to a tenth or a twentieth.
    max_unpacked_bytes: int = 50_000_000
    max_unpacked_ratio: int = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """Iterate it once. It takes memory that does not grow with the file, but with the different lines of a model.

    A line that cannot be a part does not stop the reading, but no part comes after it, and in the end it raises
    `PartsListError` with the reasons of all such lines: a transaction that stores parts as they come rolls back.
    """

    format: str
    limits: Limits
    read_parts: Callable[[Reasons], Iterator[list[Part]]]

    def __iter__(self) -> Iterator[Part]:
        return chain.from_iterable(self._checked())

    def _checked(self) -> Iterator[list[Part]]:
        reasons = Reasons()
        rows, max_rows = 0, self.limits.max_rows
        for parts in self.read_parts(reasons):
            rows += len(parts)
            if rows > max_rows:
                message = f"The parts list is too long: at most {max_rows:,} lines can be read"
                raise reasons.stop(TOO_MANY_ROWS, message)
            if not reasons.found:
                yield parts
        if reasons.found:
            raise PartsListError(reasons.found)
        if not rows:
            raise reasons.stop(EMPTY_FILE, "No valid parts found in the file")
