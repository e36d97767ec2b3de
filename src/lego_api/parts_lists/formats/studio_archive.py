"""Models of BrickLink Studio: a ZIP file with the model in LDraw, encrypted in old versions with a password all know.

There are up to three forms of the model in it. `model.ldr` is plain LDraw with LDraw's colours. `model2.ldr` and
`modelv2.ldr` are for Studio itself, with numbers for colours that nobody documents: they are read when there is
nothing else, and their colours are nobody's.
"""

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from lego_api.adapters import content_types
from lego_api.parts_lists.formats import ldraw
from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.formats.refusals import (
    ARCHIVE_TOO_LARGE,
    INVALID_FILE_TYPE,
    PARSING_ERROR,
    Reasons,
    refused,
)
from lego_api.parts_lists.formats.text import BLOCK_BYTES, Text, encoding_of
from lego_api.parts_lists.parts import Part

FORMAT = "studio-io"

PASSWORD = b"soho0909"

_PLAIN_MODEL = "model.ldr"
_MODELS = (_PLAIN_MODEL, "model2.ldr", "modelv2.ldr")

# zipfile reads the list of entries at once. A real one is a few thousand bytes long.
_MOST_BYTES_AT_ONCE = 1_000_000
_ANY_RATIO_BYTES = 1_000_000
_BYTES_IN_MEMORY = 4_000_000

# The others unpack what they are given without a bound.
_BOUNDED_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_AES = 99
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, LookupError)


def recognizes(head: Head) -> bool:
    return head.media_type == content_types.ZIP


def parts(head: Head, reasons: Reasons) -> Iterator[list[Part]]:
    name, unpacked = _unpacked(head)
    with unpacked:
        text = Text(unpacked, encoding_of(unpacked), PARSING_ERROR)
        for found in ldraw.parts_of(text, head.limits.max_rows, reasons):
            yield found if name == _PLAIN_MODEL else [part._replace(color_system=None) for part in found]


def _unpacked(head: Head) -> tuple[str, BinaryIO]:
    """The name of the model that was found, and its bytes in a temporary file. Raises `PartsListError`."""
    try:
        with zipfile.ZipFile(cast(IO[bytes], _Bounded(head.file))) as archive:
            entry = _model_in(archive)
            _check(entry, head.limits)
            with archive.open(entry, pwd=PASSWORD) as packed:
                return entry.filename.lower(), _copied(packed, head.limits)
    except RuntimeError:  # a wrong password, and as NotImplementedError encryption of another kind
        raise refused(PARSING_ERROR, "The Studio file is encrypted, and not with Studio's own password") from None
    except _DAMAGED:
        raise refused(PARSING_ERROR, "The Studio file is damaged: its model cannot be unpacked") from None


def _model_in(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = {entry.filename.lower(): entry for entry in archive.infolist()}
    for name in _MODELS:
        if name in entries:
            return entries[name]
    message = "The ZIP file holds no model of Studio. A workbook of Excel must be saved as CSV"
    raise refused(INVALID_FILE_TYPE, message)


def _check(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if entry.compress_type == _AES:
        raise NotImplementedError
    if entry.compress_type not in _BOUNDED_METHODS:
        raise zipfile.BadZipFile
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > _ANY_RATIO_BYTES and ratio > limits.max_unpacked_ratio:
        message = f"The model in the Studio file is packed more than {limits.max_unpacked_ratio} times"
        raise refused(PARSING_ERROR, message)


def _copied(packed: IO[bytes], limits: Limits) -> BinaryIO:
    """What the archive says about sizes may be wrong: the bytes themselves are counted."""
    unpacked = cast(BinaryIO, tempfile.SpooledTemporaryFile(_BYTES_IN_MEMORY))  # noqa: SIM115 (the caller closes it)
    size = 0
    try:
        while data := packed.read(BLOCK_BYTES):
            size += len(data)
            if size > limits.max_unpacked_bytes:
                most = f"at most {limits.max_unpacked_bytes:,} bytes can be read"
                message = f"The model in the Studio file is too large: {most}"
                raise refused(ARCHIVE_TOO_LARGE, message)
            unpacked.write(data)
    except BaseException:
        unpacked.close()
        raise
    return unpacked


class _Bounded:
    """A file that gives no more at once than a real archive asks for, and is not closed with the archive."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell = file.tell

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and offset < 0:
            raise zipfile.BadZipFile
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(_MOST_BYTES_AT_ONCE + 1 if size < 0 else min(size, _MOST_BYTES_AT_ONCE + 1))
        if len(data) > _MOST_BYTES_AT_ONCE:
            raise refused(PARSING_ERROR, "The ZIP file has too many entries")
        return data
