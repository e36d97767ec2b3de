"""What a file is, told from its first bytes, and whether its name admits it.

Names and Content-Type headers are claims of the sender; what is stored and served follows from the bytes alone.
Signatures: WHATWG MIME Sniffing (pictures, HTML, gzip, the control characters that text never has), ISO 14496-12 and
23008-12 (the brands of HEIC), Adobe's PDF 1.7 reference, appendix H (the header within 1024 bytes), PKWARE's APPNOTE
(ZIP), MS-CFB (Excel until 2003).
"""

import codecs
import re
from pathlib import PurePosixPath

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
GIF = "image/gif"
HEIC = "image/heic"
AVIF = "image/avif"
SVG = "image/svg+xml"
PDF = "application/pdf"
ZIP = "application/zip"
OLD_OFFICE = "application/x-ole-storage"
GZIP = "application/gzip"
EXECUTABLE = "application/x-executable"
HTML = "text/html"
XML = "application/xml"
JSON = "application/json"
TEXT = "text/plain"

HEAD_BYTES = 4096  # what `detect` wants to see of a file; less is all there is of a small one

PDF_HEADER_BYTES = 1024

_SIGNATURES = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", ZIP),  # also .xlsx, and .io of BrickLink Studio
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"\x1f\x8b\x08", GZIP),
    (b"\x7fELF", EXECUTABLE),
)
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"))

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NEVER_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_PROLOG = r"(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype[^<>\[]*(?:\[.*?\]\s*)?>)*"
_ROOT = re.compile(_PROLOG + r"<(?:[\w.-]+:)?([\w.-]+)", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"\s*<[?!a-z_]", re.IGNORECASE)
_HTML_DOCTYPE = re.compile(r"\s*<!doctype\s+html\b", re.IGNORECASE)
_HTML_ROOTS = frozenset(
    ("html", "head", "body", "script", "iframe", "h1", "div", "font", "table", "a", "style", "title", "b", "br", "p")
)
_JSON = re.compile(r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[{"\[\]]|-?\d[\d.eE+-]*\s*[,\]]|(?:true|false|null)\b|$))')

_TABLE = frozenset((TEXT, JSON, XML))
# Excel opens tables of text, HTML and XML that are named .xls, so half the web's exports are one of these.
_NAMED: dict[str, frozenset[str]] = {
    ".jpg": frozenset((JPEG,)),
    ".jpeg": frozenset((JPEG,)),
    ".jfif": frozenset((JPEG,)),
    ".png": frozenset((PNG,)),
    ".webp": frozenset((WEBP,)),
    ".gif": frozenset((GIF,)),
    ".heic": frozenset((HEIC,)),
    ".heif": frozenset((HEIC,)),
    ".avif": frozenset((AVIF,)),
    ".svg": frozenset((SVG,)),
    ".pdf": frozenset((PDF,)),
    ".zip": frozenset((ZIP,)),
    ".io": frozenset((ZIP,)),
    ".xlsx": frozenset((ZIP,)),
    ".xls": frozenset((OLD_OFFICE, TEXT, HTML, XML)),
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".txt": _TABLE,
    ".ldr": frozenset((TEXT,)),
    ".mpd": frozenset((TEXT,)),
    ".xml": frozenset((XML, TEXT)),
    ".bsx": frozenset((XML, TEXT)),
    ".json": frozenset((JSON, TEXT)),
    ".html": frozenset((HTML,)),
    ".htm": frozenset((HTML,)),
    ".gz": frozenset((GZIP,)),
    ".exe": frozenset((EXECUTABLE,)),
}


def detect(head: bytes) -> str | None:
    """The media type, one of this module's constants, of a file that starts with `head` (up to `HEAD_BYTES`).

    The signature at the very start decides, so a JPEG with a ZIP behind it is a JPEG. None for what is not known.
    """
    return _by_signature(head) or _by_text(head)


def agrees_with_name(filename: str, media_type: str) -> bool:
    """False when the name's extension promises something else than the content is. No promise fits all."""
    promised = _NAMED.get(PurePosixPath(filename).suffix.lower())
    return promised is None or media_type in promised


def _by_signature(head: bytes) -> str | None:
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head[:2] == b"MZ" and b"\0" in head:
        return EXECUTABLE
    return None


def _by_brands(head: bytes) -> str | None:
    """AVIF files name the brands of HEIC's container too, and the reverse never happens."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[start : start + 4] for start in (8, *range(16, end, 4))}
    if brands & _AVIF_BRANDS:
        return AVIF
    return HEIC if brands & _HEIC_BRANDS else None


def _by_text(head: bytes) -> str | None:
    """Markup is looked for before a PDF's header, which may stand anywhere: HTML that mentions one is still HTML."""
    text = _as_text(head)
    if text is not None and _MARKUP.match(text):
        return _markup(text)
    if b"%PDF-" in head[:PDF_HEADER_BYTES]:
        return PDF
    if not text:
        return None
    return JSON if _JSON.match(text) else TEXT


def _as_text(head: bytes) -> str | None:
    """UTF-8, UTF-16 with its mark, else some Windows code page; the last character may be cut. None for binary data."""
    try:
        text = codecs.getincrementaldecoder("utf-16" if head.startswith(_UTF_16_MARKS) else "utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    return None if _NEVER_IN_TEXT.search(text) else text


def _markup(text: str) -> str:
    root = _ROOT.match(text)
    name = root.group(1).lower() if root else ""
    if name in _HTML_ROOTS or _HTML_DOCTYPE.match(text):
        return HTML
    return SVG if name == "svg" else XML
