"""The header that says under which name a browser saves a file."""

import re
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

# S3 keeps 2 KB of headers with an object, and the 200 characters of a name take up to 2,400 bytes in one.
NAME_BYTES = 1000
# Of the name for old browsers: it stands in quotes, and in the forms of S3 `$` begins the name of a variable.
SPECIAL = re.compile(r'["\\$]')
CUT_ESCAPE = re.compile(r"%[0-9A-F]?$")


def attachment(filename: str) -> str:
    """A `Content-Disposition` that every browser saves under the same name (RFC 6266), shortened if need be."""
    filename = _shortened(filename)
    plain = SPECIAL.sub("_", filename.encode("ascii", "replace").decode())
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _shortened(filename: str) -> str:
    """Without the end of its stem, if it takes more than `NAME_BYTES` when it is escaped."""
    if len(quote(filename, safe="")) <= NAME_BYTES:
        return filename
    suffix = PurePosixPath(filename).suffix[:20]
    room = NAME_BYTES - len(quote(suffix, safe=""))
    stem = CUT_ESCAPE.sub("", quote(filename.removesuffix(suffix), safe="")[:room])
    return unquote(stem, errors="ignore") + suffix
