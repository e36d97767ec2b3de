"""Bytes in, parts or a refusal out."""

import io
from collections.abc import Sequence

import pytest

from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.formats.refusals import PartsListError, Reason
from lego_api.parts_lists.parts import Part

LIMITS = Limits()


def parts_of(content: bytes | str, filename: str = "list.csv", *, limits: Limits = LIMITS) -> list[Part]:
    """Text is read as UTF-8."""
    return list(read(_file(content), filename, limits))


def format_of(content: bytes | str, filename: str = "list.csv") -> str:
    return read(_file(content), filename, LIMITS).format


def refusal_of(content: bytes | str, filename: str = "list.csv", *, limits: Limits = LIMITS) -> PartsListError:
    with pytest.raises(PartsListError) as refused:
        list(read(_file(content), filename, limits))
    return refused.value


def reasons_of(content: bytes | str, filename: str = "list.csv", *, limits: Limits = LIMITS) -> Sequence[Reason]:
    return refusal_of(content, filename, limits=limits).reasons


def _file(content: bytes | str) -> io.BytesIO:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)
