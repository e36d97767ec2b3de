"""A file that somebody sent: what it is called, what it says it is, and what it really is."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from lego_api.adapters import content_types
from lego_api.errors import Invalid, PayloadTooLarge
from lego_api.models import MocFile

NAME_CHARACTERS = 200
MEGABYTE = 1024 * 1024

PARTS_LIST = "parts-list"  # the type of a MOC's file
# By the ending of its name, what one is answered as.
READABLE = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".ldr": "text/plain",  # LDraw
    ".mpd": "text/plain",
    ".xml": "application/xml",
    ".bsx": "application/xml",
    ".io": "application/octet-stream",  # BrickLink Studio
}
NEVER_READ = {  # and kept as it is
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """`filename` is safe to show and to put in a header, and is never part of a path or an object key."""

    filename: str
    size: int
    body: BinaryIO

    @property
    def extension(self) -> str:
        """Lower case with its dot, or nothing."""
        return PurePosixPath(self.filename).suffix.lower()

    def head(self) -> bytes:
        self.body.seek(0)
        head = self.body.read(content_types.HEAD_BYTES)
        self.body.seek(0)
        return head

    def check_size(self, limit: int) -> None:
        """Raises for empty files and for more than `limit` bytes."""
        if self.size == 0:
            raise Invalid(f"{self.filename} is empty")
        if self.size > limit:
            raise PayloadTooLarge(f"File too large. Maximum size is {limit // MEGABYTE}MB.")

    def content_type(self) -> str:
        """What the first bytes say. Raises where they contradict the name, or say nothing known."""
        detected = self._known_type()
        if detected is None:
            raise Invalid(f"{self.filename} is not of a type that can be used, or is damaged")
        return detected

    def check_parts_list_type(self) -> None:
        """Raises where the first bytes contradict the name. What is wrong with others is for the reader to say.

        They say nothing known of UTF-16 without its mark, for one. What nobody reads has to be of a known type.
        """
        if self.extension in NEVER_READ:
            self.content_type()
        else:
            self._known_type()

    def _known_type(self) -> str | None:
        detected = content_types.detect(self.head())
        if detected is not None and not content_types.agrees_with_name(self.filename, detected):
            raise Invalid(f"{self.filename} does not contain what its name says")
        return detected


def is_readable(file: MocFile) -> bool:
    """Whether it has parts that can be read."""
    return file.file_type == PARTS_LIST and file.mime_type not in NEVER_READ.values()


def clean_filename(sent: str) -> str:
    """The last part of a path, without control characters, in composed Unicode. Raises for a NUL or no name at all."""
    if "\x00" in sent:
        raise Invalid("File names must not contain NUL characters")
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    name = "".join(character for character in name if unicodedata.category(character) not in ("Cc", "Cf", "Cs")).strip()
    if name in ("", ".", ".."):
        raise Invalid("The file has no name")
    if len(name) > NAME_CHARACTERS:
        extension = PurePosixPath(name).suffix[:20]
        name = name[: NAME_CHARACTERS - len(extension)] + extension
    return name
