"""What each shop is given, letter by letter; and what it must not be given."""

import pytest

from lego_api.parts_lists.exports.formats import EXPORTS
from lego_api.parts_lists.exports.writing import LeftOut, Obstacle
from lego_api.parts_lists.parts import Part

BRICKLINK = Part("3001", 4, "Brick 2 x 4", "bricklink", "11", "bricklink", "Black")
REBRICKABLE = Part("970c27pr0039", 2, None, "rebrickable", "72", "rebrickable")
ELEMENT = Part("300526", 1050, None, "lego")


def written(name: str, *parts: Part) -> str:
    left_out = LeftOut()
    content = "".join(EXPORTS[name].write(parts, left_out))
    assert not left_out
    return content


def test_bricklink_wanted_list() -> None:
    parts = BRICKLINK, BRICKLINK._replace(part_id="a<b&\r", color_id=None, color_name=None, item_type="M")
    assert written("bricklink-xml", *parts) == (
        "<INVENTORY>\n"
        "<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>11</COLOR><MINQTY>4</MINQTY></ITEM>\n"
        "<ITEM><ITEMTYPE>M</ITEMTYPE><ITEMID>a&lt;b&amp;&#13;</ITEMID><MINQTY>4</MINQTY></ITEM>\n"
        "</INVENTORY>\n"
    )


def test_rebrickable() -> None:
    parts = REBRICKABLE, REBRICKABLE._replace(color_id=None, is_spare=True)
    content = "Part,Color,Quantity,Is Spare\r\n970c27pr0039,72,2,False\r\n970c27pr0039,9999,2,True\r\n"
    assert written("rebrickable-csv", *parts) == content


def test_pick_a_brick() -> None:
    parts = ELEMENT, ELEMENT._replace(quantity=999), BRICKLINK._replace(element_id="300126")
    content = "elementId,quantity\r\n300526,999\r\n300526,51\r\n300526,999\r\n300126,4\r\n"
    assert written("pick-a-brick-csv", *parts) == content


def test_plain_csv() -> None:
    parts = BRICKLINK, Part("x", 1, '=HYPERLINK("a,b")', color_name="'Red")
    assert written("csv", *parts) == (
        "Part ID,Part Name,Quantity,Color,Color ID,Is Spare,Part System,Color System,Item Type,Element ID\r\n"
        "3001,Brick 2 x 4,4,Black,11,False,bricklink,bricklink,P,\r\n"
        'x,"\'=HYPERLINK(""a,b"")",1,\'\'Red,,False,,,P,\r\n'
    )


@pytest.mark.parametrize(
    ("name", "part", "obstacle"),
    [
        ("bricklink-xml", REBRICKABLE, Obstacle.PART_NUMBERING),
        ("bricklink-xml", BRICKLINK._replace(part_system=None), Obstacle.PART_NUMBERING),
        ("bricklink-xml", BRICKLINK._replace(color_system="ldraw"), Obstacle.COLOR_NUMBERING),
        ("bricklink-xml", BRICKLINK._replace(color_id=None, color_system=None), Obstacle.COLOR_NUMBERING),
        ("bricklink-xml", BRICKLINK._replace(color_id="<"), Obstacle.COLOR_NUMBERING),
        ("bricklink-xml", BRICKLINK._replace(part_id="\x1b"), Obstacle.CHARACTERS),
        ("bricklink-xml", BRICKLINK._replace(is_spare=True), Obstacle.SPARE),
        ("rebrickable-csv", BRICKLINK, Obstacle.PART_NUMBERING),
        ("rebrickable-csv", REBRICKABLE._replace(color_system="bricklink"), Obstacle.COLOR_NUMBERING),
        ("rebrickable-csv", REBRICKABLE._replace(color_system=None), Obstacle.COLOR_NUMBERING),
        ("rebrickable-csv", REBRICKABLE._replace(part_id="BL 3001"), Obstacle.CHARACTERS),
        ("rebrickable-csv", REBRICKABLE._replace(item_type="M"), Obstacle.ITEM_TYPE),
        ("pick-a-brick-csv", BRICKLINK, Obstacle.NO_ELEMENT),
        ("pick-a-brick-csv", ELEMENT._replace(part_id="x"), Obstacle.NO_ELEMENT),
        ("pick-a-brick-csv", ELEMENT._replace(is_spare=True), Obstacle.SPARE),
    ],
)
def test_what_cannot_be_said_is_left_out_and_counted(name: str, part: Part, obstacle: Obstacle) -> None:
    sayable = {"bricklink-xml": BRICKLINK, "rebrickable-csv": REBRICKABLE, "pick-a-brick-csv": ELEMENT}[name]
    left_out = LeftOut()
    content = "".join(EXPORTS[name].write([part, sayable, part], left_out))
    assert content == written(name, sayable)
    assert left_out == {obstacle: 2 * part.quantity}


@pytest.mark.parametrize("name", EXPORTS)
def test_nothing_to_write(name: str) -> None:
    assert written(name)
