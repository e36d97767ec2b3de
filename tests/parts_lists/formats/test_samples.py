"""Real files of every kind, and what each must give; the same under a name that lies."""

import json
from pathlib import Path
from typing import Any

import pytest

from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits
from tests.parts_lists.counting import totals
from tests.parts_lists.formats.reading import refusal_of

SAMPLES = Path(__file__).parents[1] / "samples"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SAMPLES / "expected.json").read_text())
REFUSED = EXPECTED.pop("errors")
del EXPECTED["_about"]

MISLEADING = "model.io", "list.xml", "list.ldr", "list.csv", "no-suffix", ""


def test_each_file_is_expected_something_of() -> None:
    assert {*EXPECTED, *REFUSED, "expected.json"} == {path.name for path in SAMPLES.iterdir()}


@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name: str) -> None:
    for filename in (name, *MISLEADING):
        with (SAMPLES / name).open("rb") as file:
            reading = read(file, filename, Limits())
            answer = {"format": reading.format, **totals(reading)._asdict()}
        assert answer == EXPECTED[name]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_sample(name: str) -> None:
    for filename in (name, *MISLEADING):
        refusal = refusal_of((SAMPLES / name).read_bytes(), filename)
        assert refusal.code == REFUSED[name]["code"]
        if lines := REFUSED[name].get("lines"):
            assert [reason.line for reason in refusal.reasons] == lines
