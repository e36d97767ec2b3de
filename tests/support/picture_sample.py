"""A file that somebody sends as a picture, and what has to become of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from lego_api.adapters.content_types import GIF


class Expected(Enum):
    ACCEPTED = "accepted"
    NO_PICTURE = "refused: empty, or its content is of a type that is not accepted"
    DAMAGED = "refused: damaged, incomplete, or made to take long"
    TOO_LARGE = "refused: more pixels or a longer edge than allowed"


@dataclass(frozen=True, slots=True)
class Sample:
    """`size` is what a person sees of it, upright, before it is made smaller."""

    filename: str
    make: Callable[[], bytes]
    expected: Expected
    size: tuple[int, int] = (0, 0)

    @property
    def content(self) -> bytes:
        """The same bytes in every process."""
        return _made(self.make)

    def expected_where(self, accept: frozenset[str]) -> Expected:
        """By a route that accepts these content types: `PHOTOS`, or for an avatar also `GIF`."""
        is_gif = self.filename.endswith(".gif")
        return Expected.NO_PICTURE if is_gif and GIF not in accept else self.expected


@cache
def _made(make: Callable[[], bytes]) -> bytes:
    return make()
