"""The sample files of parts lists, and what each must give."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.database import Database
from tests.support.waiting_lists import Waiting, list_row, part_rows, pieces_of_moc

DIRECTORY = Path(__file__).parents[1] / "parts_lists" / "samples"
EXPECTED: dict[str, Any] = json.loads((DIRECTORY / "expected.json").read_text())
REFUSED: dict[str, Any] = EXPECTED["errors"]
READ: dict[str, Any] = {name: told for name, told in EXPECTED.items() if (DIRECTORY / name).is_file()}
NAMES = [*READ, *REFUSED]


def content(name: str) -> bytes:
    return (DIRECTORY / name).read_bytes()


def assert_as_expected(database: Database, name: str, waiting: Waiting) -> None:
    """The list of a sample, its parts and its MOC are what `expected.json` says."""
    row = list_row(database, waiting)
    parts = part_rows(database, waiting)
    if name in REFUSED:
        _assert_refused(row, REFUSED[name])
        assert parts == []
        assert pieces_of_moc(database, waiting.moc_id) is None
        return
    told = READ[name]
    assert (row["status"], row["format"], row["problems"]) == ("ready", told["format"], None)
    assert row["total_parts_count"] == str(told["pieces"])
    assert (row["unique_parts_count"], row["spare_parts_count"]) == (told["unique"], told["spares"])
    assert sum(part["quantity"] for part in parts if not part["is_spare"]) == told["pieces"]
    assert sum(part["quantity"] for part in parts if part["is_spare"]) == told["spares"]
    assert [part["number"] for part in parts] == list(range(1, len(parts) + 1))
    assert pieces_of_moc(database, waiting.moc_id) == told["pieces"]


def _assert_refused(row: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    assert row["status"] == "failed"
    assert row["problems"][0]["code"] == told["code"]
    if "lines" in told:
        assert [problem["line"] for problem in row["problems"]] == told["lines"]
    assert all(problem["message"] for problem in row["problems"])
    assert (row["total_parts_count"], row["unique_parts_count"], row["spare_parts_count"]) == (None, None, None)
