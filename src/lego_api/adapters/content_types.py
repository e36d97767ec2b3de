"""What a file is by its first bytes, whatever its name or its sender says.

Signatures are those of the formats' own specifications; texts are told apart only as far as a decision hangs on it.
"""

import codecs
import re
from pathlib import PurePosixPath

JPEG, PNG, GIF, WEBP, HEIC = "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic"
PDF, ZIP, OLD_OFFICE = "application/pdf", "application/zip", "application/x-ole-storage"
HTML, SVG, XML, JSON, TEXT = "text/html", "image/svg+xml", "application/xml", "application/json", "text/plain"

SIGNATURES = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"PK\x03\x04", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
)
# Brands of the ISO base media file format that hold HEVC pictures (ISO/IEC 23008-12); AVIF is another.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
PDF_WITHIN = 1024  # readers accept junk in front of a PDF's header, up to here

TEXTS = frozenset({TEXT, XML, JSON})
# What may stand behind an ending. An ending that is not listed promises nothing.
PROMISES = {
    ".jpg": {JPEG},
    ".jpeg": {JPEG},
    ".png": {PNG},
    ".gif": {GIF},
    ".webp": {WEBP},
    ".heic": {HEIC},
    ".heif": {HEIC},
    ".pdf": {PDF},
    ".io": {ZIP},
    ".zip": {ZIP},
    ".xlsx": {ZIP},
    ".xls": {OLD_OFFICE, *TEXTS},  # many programs write CSV or XML under this name
    ".csv": TEXTS,
    ".txt": TEXTS,
    ".xml": {XML},
    ".bsx": {XML},
    ".json": {JSON},
    ".svg": {SVG},
    ".html": {HTML},
}


def detect(head: bytes) -> str | None:
    """The MIME type that the first 4 KB of a file show; None for what is none of the known ones."""
    for signature, content_type in SIGNATURES:
        if head.startswith(signature):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return HEIC if head[8:12] in HEIC_BRANDS else None
    if b"%PDF-" in head[:PDF_WITHIN]:
        return PDF
    return _text_type(head)


def agrees_with_name(filename: str, content_type: str) -> bool:
    """False where the name's ending promises something else."""
    promised = PROMISES.get(PurePosixPath(filename).suffix.lower())
    return promised is None or content_type in promised


def _text_type(head: bytes) -> str | None:
    text = _decode(head)
    if text is None:
        return None
    start = text.lstrip("\ufeff \t\r\n").lower()
    if re.match(r"<!doctype html|<html|<script|<body|<iframe", start):
        return HTML
    if re.match(r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg", start, re.DOTALL):
        return SVG
    if start.startswith("<") and re.match(r"<[?!a-z]", start):
        return XML
    return JSON if start.startswith(("{", "[")) else TEXT


def _decode(head: bytes) -> str | None:
    """Text as UTF-16 (with its mark or without), UTF-8 or a single-byte code page; None for anything else."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[: len(head) & ~1].decode("utf-16", "replace")
    if b"\x00" in head:
        half = len(head) // 2
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
            if half > 1 and zeros.count(0) > 0.7 * half:
                return head[: len(head) & ~1].decode(encoding, "replace")
        return None
    if re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", head):
        return None
    return head.decode("utf-8", "ignore") if _is_utf8(head) else head.decode("cp1252", "replace")


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut off
    except UnicodeDecodeError:
        return False
    return True
