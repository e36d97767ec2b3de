"""What cells say: numbers of pieces in every country's writing, never a fraction; texts as spreadsheets mark them."""

import pytest

from tests.parts_lists.formats.reading import parts_of, reasons_of

QUANTITIES = [
    ("7", 7),
    (" 7 ", 7),
    ("007", 7),
    ("'7", 7),
    ("2.0", 2),
    ("2,0", 2),
    ("25.00", 25),
    ("2.0000", 2),
    ("1 200", 1200),
    ("1\u00a0200", 1200),
    ("1\u202f200", 1200),
    ("1\u2009200", 1200),
    ("1'200", 1200),
    ("1\u2019200", 1200),
    ("1.200.000", 1_200_000),
    ("1,200,000", 1_200_000),
    ("2147483647", 2**31 - 1),
]
NO_QUANTITIES = [
    ("", "is missing"),
    ("  ", "is missing"),
    ("0", "must be at least 1"),
    ("-1", "must be at least 1"),
    ("-0", "must be at least 1"),
    ("2147483648", "must be at most 2147483647"),
    ("9" * 5000, "must be at most 2147483647"),
    ("2.5", "must be a whole number"),
    ("2,5", "must be a whole number"),
    ("1.2000", "must be a whole number"),
    ("0.500", "must be a whole number"),
    ("1,20,000", "must be a whole number"),
    ("1.200,000", "must be a whole number"),
    ("1 200,5", "must be a whole number"),
    ("1E+03", "must be a whole number"),
    ("1_000", "must be a whole number"),
    ("0x10", "must be a whole number"),
    ("+5", "must be a whole number"),
    ("5x", "must be a whole number"),
    ("½", "must be a whole number"),
    ("\u0663", "must be a whole number"),
    ("=1+1", "must be a whole number"),
]

# What separates cells, the mark of thousands it speaks for, and the other.
SEPARATORS = [(",", ",", "."), (";", ".", ",")]


@pytest.mark.parametrize(("cell", "quantity"), QUANTITIES)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_quantity(cell: str, quantity: int, separator: str) -> None:
    (part,) = parts_of(f'part{separator}quantity\n3001{separator}"{cell}"\n')
    assert part.quantity == quantity


@pytest.mark.parametrize(("cell", "problem"), NO_QUANTITIES)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_quantity(cell: str, problem: str, separator: str) -> None:
    (reason,) = reasons_of(f'part{separator}quantity\n3001{separator}"{cell}"\n')
    assert (reason.code, reason.line) == ("VALIDATION_ERROR", 2)
    assert reason.message.startswith(f"Quantity {problem}")
    assert len(reason.message) < 120


@pytest.mark.parametrize(("separator", "thousands", "fraction"), SEPARATORS)
def test_what_separates_cells_tells_what_marks_thousands(separator: str, thousands: str, fraction: str) -> None:
    def table(quantity: str) -> str:
        return f'part{separator}quantity\n3001{separator}"{quantity}"\n'

    (part,) = parts_of(table(f"1{thousands}000"))
    assert part.quantity == 1000
    (reason,) = reasons_of(table(f"1{fraction}000"))
    assert reason.message == f'Quantity "1{fraction}000" can be read in two ways: write it without the "{fraction}"'


@pytest.mark.parametrize("mark", [",", "."])
def test_tabs_say_nothing_about_thousands(mark: str) -> None:
    (part,) = parts_of(f"part\tquantity\n3001\t1{mark}200\n")
    assert part.quantity == 1200


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.com")'])
def test_formulas_are_text(formula: str) -> None:
    escaped = formula.replace('"', '""')
    (part,) = parts_of(f'Part ID,Part Name,Quantity,Color\n"{escaped}","{escaped}",1,"{escaped}"\n')
    assert (part.part_id, part.name, part.color_name) == (formula, formula, formula)


def test_the_apostrophe_of_spreadsheets_is_no_part_of_the_text() -> None:
    (part,) = parts_of("Part,Color,Quantity,Is Spare\n'3001,'71,'4,'True\n")
    assert (part.part_id, part.color_id, part.quantity, part.is_spare) == ("3001", "71", 4, True)


@pytest.mark.parametrize("cell", ["True", "TRUE", "t", "yes", "Y", "1"])
def test_spare(cell: str) -> None:
    (part,) = parts_of(f"Part,Color,Quantity,Is Spare\n3001,4,1,{cell}\n")
    assert part.is_spare


@pytest.mark.parametrize("cell", ["False", "FALSE", "f", "no", "N", "0", ""])
def test_no_spare(cell: str) -> None:
    (part,) = parts_of(f"Part,Color,Quantity,Is Spare\n3001,4,1,{cell}\n")
    assert not part.is_spare


def test_neither_spare_nor_not() -> None:
    (reason,) = reasons_of("Part,Color,Quantity,Is Spare\n3001,4,1,maybe\n")
    assert reason.message == 'Is Spare must be True or False, not "maybe"'


@pytest.mark.parametrize(("column", "longest"), [(0, 100), (1, 1000), (3, 1000)])
def test_texts_are_bounded(column: int, longest: int) -> None:
    cells = ["3001", "Brick", "1", "Red"]
    cells[column] = "x" * longest
    (part,) = parts_of(f"Part ID,Part Name,Quantity,Color\n{','.join(cells)}\n")
    assert (part.part_id, part.name, "1", part.color_name) == tuple(cells)
    cells[column] += "x"
    (reason,) = reasons_of(f"Part ID,Part Name,Quantity,Color\n{','.join(cells)}\n")
    assert f"is longer than {longest:,} characters" in reason.message
    assert len(reason.message) < 120


def test_reasons_show_no_control_characters() -> None:
    (reason,) = reasons_of('part,quantity\n3001,"4\x1b[31m\n"\n')
    assert reason.message == 'Quantity must be a whole number, not "4\\u001b[31m\\n"'
