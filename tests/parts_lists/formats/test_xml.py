"""XML of BrickLink and BrickStore, and XML that is made to do harm."""

import codecs
from typing import Any

import pytest

from lego_api.parts_lists.parts import Part
from tests.parts_lists.formats.reading import format_of, parts_of, reasons_of, refusal_of


def wanted(*items: str) -> str:
    return "<INVENTORY>" + "".join(f"<ITEM>{item}</ITEM>" for item in items) + "</INVENTORY>"


def store(*items: str) -> str:
    inventory = "".join(f"<Item>{item}</Item>" for item in items)
    document = f"<BrickStoreXML><Inventory>{inventory}</Inventory></BrickStoreXML>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE BrickStoreXML>\n{document}'


def bricklink(part: str, quantity: int, color: str | None = None, **rest: Any) -> Part:
    plain = Part(part, quantity, None, "bricklink", color, "bricklink" if color else None)
    return plain._replace(**rest)


def test_wanted_list() -> None:
    content = wanted(
        "<ITEMTYPE>P</ITEMTYPE><ITEMID> 3001 </ITEMID><COLOR>011</COLOR><MINQTY>1,200</MINQTY><QTYFILLED>3</QTYFILLED>",
        "<ITEMID>3002</ITEMID>",
        "<ITEMID>3003</ITEMID><COLOR></COLOR><MINQTY/><QTY>7</QTY><REMARKS>for <b>me</b></REMARKS>",
        "<itemid>3004</itemid><color>0</color><extra>Y</extra>",
    )
    assert parts_of(content) == [
        bricklink("3001", 1200, "11"),
        bricklink("3002", 1),
        bricklink("3003", 7),
        bricklink("3004", 1, "0", is_spare=True),
    ]


@pytest.mark.parametrize("letter", "PMSGBCIO")
def test_kinds_of_items_are_kept(letter: str) -> None:
    assert parts_of(wanted(f"<ITEMTYPE>{letter.lower()}</ITEMTYPE><ITEMID>x</ITEMID>")) == [
        bricklink("x", 1, item_type=letter)
    ]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("<ITEMID> </ITEMID>", "ITEMID is missing"),
        ("<COLOR>1</COLOR>", "ITEMID is missing"),
        ("<ITEMID>1</ITEMID><COLOR>Red</COLOR>", 'COLOR must be a number of BrickLink\'s, not "Red"'),
        ("<ITEMID>1</ITEMID><MINQTY>2.5</MINQTY>", 'Quantity must be a whole number, not "2.5"'),
        ("<ITEMID>1</ITEMID><MINQTY>1.200</MINQTY>", 'Quantity "1.200" can be read in two ways'),
        ("<ITEMID>1</ITEMID><MINQTY>0</MINQTY>", 'Quantity must be at least 1, not "0"'),
        ("<ITEMID>1</ITEMID><ITEMTYPE>X</ITEMTYPE>", "ITEMTYPE must be one of B, C, G, I, M, O, P, S"),
        (f"<ITEMID>{'1' * 5000}</ITEMID>", "ITEMID is longer than 100 characters"),
    ],
)
def test_items_that_cannot_be(item: str, message: str) -> None:
    (reason,) = reasons_of(f"<INVENTORY>\n<ITEM><ITEMID>1</ITEMID></ITEM>\n<ITEM>\n{item}</ITEM></INVENTORY>")
    assert (reason.code, reason.line) == ("VALIDATION_ERROR", 3)
    assert reason.message.startswith(message)


def test_brickstore() -> None:
    content = store(
        "<ItemID>3020</ItemID><ItemTypeID>P</ItemTypeID><ColorID>5</ColorID><ItemName>Plate &amp; more</ItemName>"
        "<ColorName>Red</ColorName><Qty>16</Qty><Status>I</Status>",
        "<ItemID>3021</ItemID><Qty>2</Qty><Status>E</Status>",
        "<ItemID>3022</ItemID><Qty>0</Qty><Status>X</Status>",
    )
    assert parts_of(content) == [
        bricklink("3020", 16, "5", name="Plate & more", color_name="Red"),
        bricklink("3021", 2, is_spare=True),
    ]
    assert format_of(content) == format_of(content.replace("BrickStoreXML", "BrickStockXML")) == "brickstore-xml"


def test_brickstore_needs_a_quantity() -> None:
    (reason,) = reasons_of(store("<ItemID>3020</ItemID>"))
    assert reason.message == "Qty is missing"


@pytest.mark.parametrize(
    "content",
    [
        wanted("<ITEMID>é</ITEMID>").encode(),
        codecs.BOM_UTF8 + wanted("<ITEMID>é</ITEMID>").encode(),
        wanted("<ITEMID>é</ITEMID>").encode("utf-16"),
        wanted("<ITEMID>é</ITEMID>").encode("utf-16-be"),
        wanted("<ITEMID>é</ITEMID>").encode("cp1252"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + wanted("<ITEMID>é</ITEMID>").encode("latin-1"),
        b'<?xml version="1.0" encoding="utf-16"?>' + wanted("<ITEMID>é</ITEMID>").encode(),
        b" \n" + wanted("<ITEMID>&#233;</ITEMID>").encode(),
    ],
    ids=["UTF-8", "with a mark", "UTF-16", "without a mark", "Windows", "Latin 1", "declared wrongly", "by number"],
)
def test_encodings(content: bytes) -> None:
    assert parts_of(content) == [bricklink("é", 1)]


def test_an_encoding_that_would_be_misread() -> None:
    content = b'<?xml version="1.0" encoding="windows-1251"?>' + wanted("<ITEMID>\u0434</ITEMID>").encode("cp1251")
    assert "save it as UTF-8" in refusal_of(content).reasons[0].message


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE x [<!ENTITY a "1">]><INVENTORY><ITEM><ITEMID>&a;</ITEMID></ITEM></INVENTORY>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><INVENTORY><ITEM><ITEMID>&a;</ITEMID></ITEM></INVENTORY>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://example.com/x">%a;]><INVENTORY/>',
        '<!DOCTYPE INVENTORY SYSTEM "http://example.com/x.dtd"><INVENTORY/>',
        "<INVENTORY>" + "<a>" * 10_000,
        "<INVENTORY><ITEM><ITEMID>1</ITEMID></INVENTORY>",
        "<INVENTORY><ITEM><ITEMID>1</ITEMID></ITEM>",
        "<INVENTORY></INVENTORY><INVENTORY/>",
        "<INVENTORY><ITEM><ITEMID>&nbsp;</ITEMID></ITEM></INVENTORY>",
        "<",
        "<!-- nothing -->",
        "<INVENTORY>\0</INVENTORY>",
        "<INVENTORY>\x1b</INVENTORY>",
    ],
)
def test_harmful_and_broken_xml(content: str) -> None:
    assert refusal_of(content).code == "XML_PARSE_ERROR"


def test_line_of_broken_xml() -> None:
    reasons = reasons_of("<INVENTORY>\n<ITEM><MINQTY>0</MINQTY></ITEM>\n<ITEM></ITEN>\n</INVENTORY>")
    assert [(reason.code, reason.line) for reason in reasons] == [("VALIDATION_ERROR", 2), ("XML_PARSE_ERROR", 3)]


def test_other_xml() -> None:
    assert refusal_of("<catalog><ITEM><ITEMID>1</ITEMID></ITEM></catalog>").code == "INVALID_FILE_TYPE"


def test_nothing_in_it() -> None:
    assert refusal_of("<INVENTORY/>").code == "EMPTY_FILE"


def test_many_items_across_blocks() -> None:
    items = [f"<ITEMID>{number}</ITEMID><COLOR>{number % 90}</COLOR>\n" for number in range(5000)]
    assert parts_of(wanted(*items)) == [bricklink(str(number), 1, str(number % 90)) for number in range(5000)]
