"""What an export writes, reading gives back: the same parts, merged by part, colour and spare."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lego_api.parts_lists.exports.formats import EXPORTS
from lego_api.parts_lists.exports.writing import LeftOut
from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.parts import Numbering, Part
from tests.parts_lists.counting import merged
from tests.parts_lists.strategies import PROPERTY, numbers, parts, texts

LIMITS = Limits(max_rows=100_000)

FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

# What a format does not hold of a part it can hold.
FORGETS = {
    "csv": set[str](),
    "bricklink-xml": {"name", "color_name", "element_id"},
    "rebrickable-csv": {"name", "color_name", "element_id"},
    "pick-a-brick-csv": {"name", "element_id", "item_type"},
}


def written(name: str, of: list[Part]) -> tuple[str, LeftOut]:
    left_out = LeftOut()
    return "".join(EXPORTS[name].write(of, left_out)), left_out


def read_back(name: str, content: str) -> list[Part]:
    reading = read(io.BytesIO(content.encode()), "export", LIMITS)
    assert reading.format == name
    return merged(reading)


def remembered(name: str, of: list[Part]) -> list[Part]:
    """What the format holds of the parts that it can hold."""
    fields = {field: Part._field_defaults[field] for field in FORGETS[name]}
    return merged(part._replace(**fields) for part in of if EXPORTS[name].obstacle(part) is None)


def check(name: str, of: list[Part]) -> None:
    content, left_out = written(name, of)
    expected = remembered(name, of)
    if expected:
        assert read_back(name, content) == expected
    assert left_out.total() == sum(part.quantity for part in of if EXPORTS[name].obstacle(part) is not None)


@PROPERTY
@given(st.lists(parts(), min_size=1, max_size=8))
def test_plain_csv_loses_nothing(of: list[Part]) -> None:
    content, left_out = written("csv", of)
    assert not left_out
    assert list(read(io.BytesIO(content.encode()), "export", LIMITS)) == of


@PROPERTY
@given(st.lists(parts(systems=st.just("bricklink"), colors=numbers) | parts(), min_size=1, max_size=8))
def test_bricklink(of: list[Part]) -> None:
    check("bricklink-xml", of)


@PROPERTY
@given(st.lists(parts(systems=st.just("rebrickable"), colors=numbers) | parts(), min_size=1, max_size=8))
def test_rebrickable(of: list[Part]) -> None:
    check("rebrickable-csv", of)


def uncolored(part: Part) -> Part:
    return part._replace(color_id=None, color_system=None, color_name=None)


elements = parts(part_ids=numbers, systems=st.just("lego"), quantity=st.integers(1, 5000)).map(uncolored)


@PROPERTY
@given(st.lists(elements | parts().map(lambda part: part._replace(element_id=None)), min_size=1, max_size=8))
def test_pick_a_brick(of: list[Part]) -> None:
    check("pick-a-brick-csv", [uncolored(part) for part in of if part.quantity <= 5000])


@PROPERTY
@given(texts(100))
def test_no_cell_is_a_formula(text: str) -> None:
    part = Part(text, 1, text, "rebrickable", "4", "rebrickable", text)
    for name in ("csv", "rebrickable-csv"):
        content, _ = written(name, [part])
        cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
        assert not any(cell.startswith(FORMULA_STARTS) for cell in cells)


NUMBERED: dict[str, Numbering | None] = {
    "csv": None,
    "bricklink-xml": "bricklink",
    "rebrickable-csv": "rebrickable",
    "pick-a-brick-csv": "lego",
}


@pytest.mark.parametrize("name", EXPORTS)
def test_long_lists(name: str) -> None:
    of = [Part(str(number), number % 900 + 1, None, NUMBERED[name]) for number in range(1500)]
    if name == "rebrickable-csv":
        of = [part._replace(color_id="4", color_system="rebrickable") for part in of]
    content, left_out = written(name, of)
    assert not left_out
    assert read_back(name, content) == of
