"""Bytes into text and lines, a block at a time: UTF-8, UTF-16, and Windows-1252 for what is neither."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from lego_api.parts_lists.formats.refusals import refused

BLOCK_BYTES = 65_536
MAX_LINE_LENGTH = 65_536

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A seekable file and the encoding it is read in. `error_code` is the code of a refusal when it cannot be."""

    file: BinaryIO
    encoding: str
    error_code: str

    def blocks(self) -> Iterator[str]:
        """The whole file from its start, in pieces that follow no line. Raises `PartsListError` at a NUL, too."""
        decode = codecs.getincrementaldecoder(self.encoding)().decode
        self.file.seek(0)
        data = b"-"
        while data:
            data = self.file.read(BLOCK_BYTES)
            try:
                block = decode(data, final=not data)
            except UnicodeDecodeError:
                raise refused(self.error_code, "The file is not text in UTF-8, UTF-16 or Windows-1252") from None
            if "\0" in block:
                message = "The file holds a NUL character, so it is not text"
                raise refused(self.error_code, message, self._line_of_nul())
            if block:
                yield block

    def lines(self) -> Iterator[list[str]]:
        """Blocks of whole lines with their ends, which are LF, CR or CRLF."""
        rest, number = "", 1
        for block in self.blocks():
            lines = io.StringIO(rest + block, newline="").readlines()
            # The last may go on in the next block, and a CR may be half of a CRLF.
            rest = "" if lines[-1].endswith("\n") else lines.pop()
            number += len(lines)
            if len(rest) > MAX_LINE_LENGTH:
                message = f"The line is longer than {MAX_LINE_LENGTH:,} characters"
                raise refused(self.error_code, message, number)
            if lines:
                yield lines
        if rest:
            yield [rest]

    def _line_of_nul(self) -> int:
        self.file.seek(0)
        decoded = codecs.iterdecode(iter(partial(self.file.read, BLOCK_BYTES), b""), self.encoding)
        newlines = io.IncrementalNewlineDecoder(None, translate=True)
        line = 1
        for block in decoded:
            before, nul, _ = newlines.decode(block).partition("\0")
            line += before.count("\n")
            if nul:
                break
        return line


def encoding_of(file: BinaryIO) -> str:
    """The name of the codec. Reads the whole file: one old letter in the last line decides."""
    file.seek(0)
    start = file.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if unmarked := _unmarked_utf16(start):
        return unmarked
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        decode(start)
        while data := file.read(BLOCK_BYTES):
            decode(data)
        decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _unmarked_utf16(start: bytes) -> str | None:
    """Every format begins with two characters of ASCII. In UTF-16 each has a zero byte, in other text none."""
    zeros = [byte == 0 for byte in start]
    if zeros == [False, True, False, True]:
        return "utf-16-le"
    return "utf-16-be" if zeros == [True, False, True, False] else None


def line_ends(text: str) -> int:
    """How many lines end in it: at LF, CR or CRLF."""
    return text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)
