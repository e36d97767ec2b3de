"""Models of LDraw: `.ldr`, and `.mpd` with its submodels in the same file.

    0 FILE car.ldr
    1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat
    1 15 0 24 0 1 0 0 0 1 0 0 0 1 wheel.ldr
    0 FILE wheel.ldr
    1 16 0 0 0 1 0 0 0 1 0 0 0 1 3641.dat

A line that begins with 1 places a part or a submodel: colour, position, matrix, file. All other lines draw, or are
comments. Studio also writes lines of type 11, which name a few more things before the position.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from lego_api.parts_lists.formats.head import Head
from lego_api.parts_lists.formats.ldraw_models import Model, Section, count_parts
from lego_api.parts_lists.formats.ldraw_names import NAMELESS, is_model_file, is_part_file, normalized
from lego_api.parts_lists.formats.refusals import PARSING_ERROR, BadLine, Reasons, shown
from lego_api.parts_lists.formats.text import Text
from lego_api.parts_lists.parts import MAX_ID_LENGTH, Part

FORMAT = "ldraw"

_TYPES = frozenset(("0", "1", "2", "3", "4", "5", "10", "11"))
_BARE_COMMENT = ["0"]
# Of FILE, NOFILE and !LDRAW_ORG: there are many lines of comments and few of these.
_FIRST_OF_A_META = frozenset("fFnN!")

_LINE = re.compile(r"\s*(?:(?:[0-5]|10|11)(?:\s|$)|$)")
_PLACEMENT = re.compile(r"\s*11?\s+\S+(?:\s+\S+){12,15}\s+\S")
_FILE = re.compile(r"\s*0\s+FILE\s+(\S.*)", re.IGNORECASE)
_NO_FILE = re.compile(r"\s*0\s+NOFILE\b", re.IGNORECASE)
_PART_HEADER = re.compile(r"\s*0\s+!LDRAW_ORG\s+(?:Unofficial_)?(?:Part|Shortcut|Subpart|Primitive)\b", re.IGNORECASE)
_COLOR = re.compile(r"[0-9]{1,9}|0x[0-9a-f]{7,8}|-1", re.IGNORECASE)

# Type of line: at which of its words the colour is, and at which the file.
_COLUMNS = {"1": (1, 14), "11": (1, 17)}

# The colour of edges, and what Studio writes for none.
_NO_COLORS = frozenset(("24", "-1"))


def recognizes(head: Head) -> bool:
    """It begins with the type of a line, and places something. A name may vouch for a model of nothing but comments."""
    lines = [line for line in head.lines if line.strip()]
    if not lines or not _LINE.match(lines[0]):
        return False
    if _FILE.match(lines[0]) or any(map(_PLACEMENT.match, lines)):
        return True
    named = is_model_file(head.filename.lower()) or is_part_file(head.filename.lower())
    return named and all(map(_LINE.match, lines))


def parts(head: Head, reasons: Reasons) -> Iterator[list[Part]]:
    return parts_of(head.text, head.limits.max_rows, reasons)


def parts_of(text: Text, max_rows: int, reasons: Reasons) -> Iterator[list[Part]]:
    """All parts of the main model, each once for every colour. None comes before the file is read to its end."""
    model = _read(replace(text, error_code=PARSING_ERROR), reasons)
    yield list(count_parts(model, max_rows, reasons))


def _read(text: Text, reasons: Reasons) -> Model:
    model = Model()
    section: Section | None = model.unnamed
    number = 0
    for lines in text.lines():
        for line in lines:
            number += 1
            words = line.split(None, 1)
            if not words or words == _BARE_COMMENT:
                continue
            try:
                if words[0] in _COLUMNS:
                    if section is not None:
                        model.place(section, *_placed(line, *_COLUMNS[words[0]]), number)
                elif words[0] == "0" and words[1][0] in _FIRST_OF_A_META:
                    section = _section_after(line, section, model)
                elif words[0] not in _TYPES:
                    raise BadLine(f"A line of LDraw begins with a number from 0 to 5, not {shown(words[0])}")
            except BadLine as bad:
                reasons.add(bad.message, number)
    return model


def _placed(line: str, color_column: int, file_column: int) -> tuple[str, str | None]:
    """The normalized name of the file, which may have spaces, and the colour."""
    words = line.split(None, file_column)
    if len(words) <= file_column:
        raise BadLine("The line is not complete: it needs a colour, 12 numbers and a file")
    name, color = normalized(words[file_column]), words[color_column]
    if len(name) > MAX_ID_LENGTH:
        raise BadLine(f"The name of the file is longer than {MAX_ID_LENGTH} characters: {shown(name)}")
    if name in NAMELESS:
        raise BadLine(f"{shown(words[file_column])} names no part")
    if not _COLOR.fullmatch(color):
        raise BadLine(f"The colour must be a number of LDraw's, not {shown(color)}")
    if color in _NO_COLORS:
        return name, None
    return name, str(int(color)) if color.isdigit() else f"0x{color[2:].upper()}"


def _section_after(line: str, section: Section | None, model: Model) -> Section | None:
    """Where the lines behind this one belong. None behind the end of an embedded file."""
    if named := _FILE.match(line):
        return model.begin(normalized(named[1]))
    if _NO_FILE.match(line):
        return None
    if section is not None and _PART_HEADER.match(line):
        section.is_part = True
    return section
