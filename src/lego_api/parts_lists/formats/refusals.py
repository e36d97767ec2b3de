"""Why a parts list is refused, in words for its author."""

import json
from collections.abc import Iterable
from typing import NamedTuple

EMPTY_FILE = "EMPTY_FILE"
INVALID_FILE_TYPE = "INVALID_FILE_TYPE"  # not a parts list of any kind that is read
CSV_PARSE_ERROR = "CSV_PARSE_ERROR"
XML_PARSE_ERROR = "XML_PARSE_ERROR"
PARSING_ERROR = "PARSING_ERROR"  # a damaged LDraw or Studio file
VALIDATION_ERROR = "VALIDATION_ERROR"  # readable, and what a line says cannot be
FILE_TOO_LARGE = "FILE_TOO_LARGE"
ARCHIVE_TOO_LARGE = "ARCHIVE_TOO_LARGE"  # once it is unpacked: with a higher limit it could be read
TOO_MANY_ROWS = "TOO_MANY_ROWS"

MAX_REASONS = 100
_SHOWN_CHARACTERS = 40


class Reason(NamedTuple):
    code: str
    message: str
    line: int | None = None  # from 1, as an editor shows the file; None for the file as a whole


class PartsListError(Exception):
    """The whole file is refused. `code` is the first reason's; there are 1 to `MAX_REASONS`."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        self.code = self.reasons[0].code
        super().__init__(self.reasons[0].message)


class BadLine(Exception):
    """What one line says cannot be. Whoever reads the lines knows its number and goes on."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Reasons:
    """Collects what is wrong with single lines. `found` is read for every line of a file, so it is a plain field."""

    def __init__(self) -> None:
        self.found: list[Reason] = []

    def add(self, message: str, line: int | None) -> None:
        """Raises `PartsListError` when there are enough."""
        self.found.append(Reason(VALIDATION_ERROR, message, line))
        if len(self.found) == MAX_REASONS:
            raise PartsListError(self.found)

    def stop(self, code: str, message: str, line: int | None = None) -> PartsListError:
        """To be raised: nothing after this line can be read. Reasons that were found before come first."""
        return PartsListError([*self.found, Reason(code, message, line)])


def refused(code: str, message: str, line: int | None = None) -> PartsListError:
    return PartsListError([Reason(code, message, line)])


def shown(text: str) -> str:
    """Text of a file for a message: in quotes, control characters escaped, not too long."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
    return json.dumps(cut, ensure_ascii=False)
