"""Items of an XML document, one by one as they are read: no tree, no entities, nothing from outside."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from lego_api.parts_lists.formats.cells import bounded, required
from lego_api.parts_lists.formats.refusals import XML_PARSE_ERROR, BadLine, Reasons, refused
from lego_api.parts_lists.formats.text import Text
from lego_api.parts_lists.parts import MAX_ID_LENGTH, MAX_NAME_LENGTH, Part

MAX_DEPTH = 10
_MAX_FIELDS = 100  # of an item; programs write some thirty

# What is longer is refused anyway; no more of it is kept.
_KEPT_CHARACTERS = MAX_NAME_LENGTH + 1000
_DECLARED_ENCODING = re.compile(r"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]+)["']""")
_READ_ENCODINGS = frozenset(("utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "cp1252"))


class Fields(dict[str, str]):
    """The texts of an item's elements, stripped, by the names of the elements in capitals."""

    def text(self, name: str) -> str:
        return self.get(name.upper(), "")

    def id(self, name: str) -> str:
        """Raises `BadLine` when it is missing or longer than any id."""
        return required(bounded(self.text(name), name, MAX_ID_LENGTH), name)

    def name(self, name: str) -> str | None:
        """Raises `BadLine` when it is longer than any name."""
        return bounded(self.text(name), name, MAX_NAME_LENGTH)


class _Item(NamedTuple):
    fields: Fields
    line: int


class _RootFound(Exception):
    pass


class _Root(ContentHandler):
    name = ""

    def startElement(self, name: str, _attributes: Any) -> None:
        self.name = name.upper()
        raise _RootFound


class _Items(ContentHandler):
    """Gathers elements named ITEM, at any depth; their children are the fields, by name in capitals."""

    _locator: Locator  # of SAX

    def __init__(self) -> None:
        super().__init__()
        self.complete: list[_Item] = []
        self._depth = 0
        self._item_depth = 0  # 0 outside of an item
        self._line = 0
        self._fields = Fields()
        self._text: list[str] = []
        self._length = 0

    def startElement(self, name: str, _attributes: Any) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            line = self._locator.getLineNumber()
            raise refused(XML_PARSE_ERROR, f"Elements stand more than {MAX_DEPTH} deep in each other", line)
        if not self._item_depth and name.upper() == "ITEM":
            self._item_depth, self._fields = self._depth, Fields()
            self._line = self._locator.getLineNumber() or 0
        self._text.clear()
        self._length = 0

    def characters(self, content: str) -> None:
        if self._item_depth and self._length < _KEPT_CHARACTERS:
            self._text.append(content[:_KEPT_CHARACTERS])
            self._length += len(content)

    def endElement(self, name: str) -> None:
        if self._depth == self._item_depth:
            self.complete.append(_Item(self._fields, self._line))
            self._item_depth = 0
        elif self._item_depth and self._depth == self._item_depth + 1 and len(self._fields) < _MAX_FIELDS:
            self._fields[name.upper()] = "".join(self._text).strip()
        self._text.clear()
        self._depth -= 1


def root_of(text: Text) -> str:
    """The name of the first element, in capitals. Raises `PartsListError`."""
    handler = _Root()
    try:
        for _ in _parsed(text, handler, Reasons()):
            pass
    except _RootFound:
        return handler.name
    raise refused(XML_PARSE_ERROR, "The XML has no element")


def parts(text: Text, part_of: Callable[[Fields], Part | None], reasons: Reasons) -> Iterator[list[Part]]:
    """`part_of` raises `BadLine` for an item that cannot be a part, and answers None for one that is not meant."""
    handler = _Items()
    for _ in _parsed(text, handler, reasons):
        parts_of_block = []
        for item in handler.complete:
            try:
                if part := part_of(item.fields):
                    parts_of_block.append(part)
            except BadLine as bad:
                reasons.add(bad.message, item.line)
        handler.complete.clear()
        yield parts_of_block


def _parsed(text: Text, handler: ContentHandler, reasons: Reasons) -> Iterator[None]:
    """Feeds the handler, and stops after each block."""
    parser = make_parser()  # forbids entities and whatever is outside of the document, allows a plain DOCTYPE
    parser.setContentHandler(handler)
    handler.setDocumentLocator(parser)
    encoding = None
    try:
        for block in replace(text, error_code=XML_PARSE_ERROR).blocks():
            if encoding is None:
                encoding = _check_encoding(block)
            # Text, not bytes: then the parser does not look for an encoding of its own.
            parser.feed(block)
            yield
        parser.close()
        yield
    except SAXParseException as error:
        yield  # for what stands before it
        raise reasons.stop(XML_PARSE_ERROR, "The XML is not well-formed", error.getLineNumber()) from None
    except DefusedXmlException:
        message = "The XML defines entities or refers to other documents, which no parts list needs"
        raise reasons.stop(XML_PARSE_ERROR, message) from None


def _check_encoding(start: str) -> str:
    declared = _DECLARED_ENCODING.match(start)
    if declared is None:
        return "utf-8"
    try:
        name = codecs.lookup(declared[1]).name
    except LookupError:
        name = declared[1]
    if name not in _READ_ENCODINGS:
        raise refused(XML_PARSE_ERROR, "The XML is written in an encoding that is not read: save it as UTF-8", 1)
    return name
