"""What can be told of a file from its first bytes. Each format looks at this and says whether it is its own."""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import PurePath
from typing import BinaryIO

from lego_api.adapters import content_types
from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.formats.refusals import (
    CSV_PARSE_ERROR,
    EMPTY_FILE,
    FILE_TOO_LARGE,
    INVALID_FILE_TYPE,
    XML_PARSE_ERROR,
    refused,
)
from lego_api.parts_lists.formats.tables import Table
from lego_api.parts_lists.formats.text import Text, encoding_of
from lego_api.parts_lists.formats.xml_items import root_of

_NEVER_TEXT = frozenset(
    (
        *(content_types.JPEG, content_types.PNG, content_types.WEBP, content_types.GIF, content_types.HEIC),
        *(content_types.AVIF, content_types.SVG, content_types.PDF, content_types.OLD_OFFICE, content_types.GZIP),
        *(content_types.EXECUTABLE, content_types.HTML, content_types.JSON),
    )
)

# Marks of encodings, white space, and the zeros of UTF-16.
_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"

_HEAD_LINES = 1000


@dataclass(frozen=True)
class Head:
    """Looks no further than a format asks, and once. All of it raises `PartsListError`."""

    file: BinaryIO  # seekable
    filename: str
    limits: Limits

    def __post_init__(self) -> None:
        size = self.file.seek(0, 2)
        if size > self.limits.max_bytes:
            raise refused(FILE_TOO_LARGE, f"The file is too large: at most {self.limits.max_bytes:,} bytes can be read")
        if not size:
            raise refused(EMPTY_FILE, "The file is empty")

    @property
    def suffix(self) -> str:
        return PurePath(self.filename).suffix.lower()

    @cached_property
    def start(self) -> bytes:
        self.file.seek(0)
        return self.file.read(content_types.HEAD_BYTES)

    @property
    def is_markup(self) -> bool:
        return self.start.lstrip(_BEFORE_MARKUP).startswith(b"<")

    @cached_property
    def media_type(self) -> str | None:
        return content_types.detect(self.start)

    @cached_property
    def text(self) -> Text:
        if self.media_type in _NEVER_TEXT:
            message = "This is not a parts list: it must be CSV, BrickLink or BrickStore XML, LDraw, or a Studio file"
            raise refused(INVALID_FILE_TYPE, message)
        return Text(self.file, encoding_of(self.file), XML_PARSE_ERROR if self.is_markup else CSV_PARSE_ERROR)

    @cached_property
    def lines(self) -> list[str]:
        """The first of them."""
        return list(islice(chain.from_iterable(self.text.lines()), _HEAD_LINES))

    @cached_property
    def root(self) -> str | None:
        """The name of an XML document's first element in capitals. None when this is no XML."""
        return root_of(self.text) if self.is_markup else None

    @cached_property
    def table(self) -> Table:
        if self.root is not None:
            message = "This XML is no parts list: it must be a wanted list of BrickLink or a file of BrickStore"
            raise refused(INVALID_FILE_TYPE, message)
        return Table(self.text, self.lines)
