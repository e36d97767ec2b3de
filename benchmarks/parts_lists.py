"""Reading parts lists against csv-parser from npm, which the existing server uses; and the memory of a million rows.

csv-parser splits lines into objects of texts and checks nothing. The reading here also finds out encoding, separator
and format, checks every quantity and id, and knows the line of each mistake.
"""

import gc
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing import interleaved, print_ratios
from lego_api.entrypoints.process import OBJECTS_BETWEEN_COLLECTIONS
from lego_api.parts_lists.formats.detection import read
from lego_api.parts_lists.formats.reading import Limits

ROUNDS = 60
ROWS = 10_000
MILLION = 1_000_000
LIMITS = Limits(max_rows=MILLION, max_bytes=100_000_000)
CSV_PARSER = "csv-parser@3.2.0"
INSTALLATION = Path(__file__).parents[1] / ".dev" / "benchmarks" / "csv-parser"

HOUSE = "Part ID,Part Name,Quantity,Color", '{number},"Plate 1 x 2, with door rail",{quantity},Light Bluish Gray'
REBRICKABLE = "Part,Color,Quantity,Is Spare", "{number}b,71,{quantity},False"

# Parses the file named in each line of its input, and answers how many rows it has.
NODE_PROGRAM = """
const parser = require("csv-parser"), { createReadStream } = require("fs"), { createInterface } = require("readline")
createInterface({ input: process.stdin }).on("line", path => {
    const rows = []
    createReadStream(path).pipe(parser()).on("data", row => rows.push(row)).on("end", () => console.log(rows.length))
})
"""

# Parses a file, keeps no row, and answers how many there are and the peak of its memory in MB.
NODE_MEMORY = """
let rows = 0
require("fs").createReadStream(process.argv[1]).pipe(require("csv-parser")()).on("data", () => { rows += 1 })
    .on("end", () => console.log(rows, process.resourceUsage().maxRSS / 1024))
"""
PYTHON_MEMORY = """
import gc, sys
from resource import RUSAGE_SELF, getrusage
from benchmarks.parts_lists import LIMITS, OBJECTS_BETWEEN_COLLECTIONS, read
gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
with open(sys.argv[1], "rb") as file:
    rows = sum(1 for _ in read(file, sys.argv[1], LIMITS))
print(rows, getrusage(RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))
"""


def main() -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        print("\nParts lists are NOT measured: csv-parser, to compare with, needs node and npm, which are not here.")
        return
    _install_csv_parser()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)  # as the functions do
    with TemporaryDirectory() as directory:
        for name, lines in {"house format": HOUSE, "Rebrickable": REBRICKABLE}.items():
            _compare_time(f"{ROWS:,} rows, {name}", _file(Path(directory), ROWS, *lines))
        _compare_memory(_file(Path(directory), MILLION, *HOUSE))


def _install_csv_parser() -> None:
    if not (INSTALLATION / "node_modules" / "csv-parser").exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(INSTALLATION), CSV_PARSER]
        INSTALLATION.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _file(directory: Path, rows: int, header: str, row: str) -> Path:
    path = directory / f"{rows}.csv"
    with path.open("w") as file:
        file.write(f"{header}\n")
        file.writelines(f"{row.format(number=3000 + number, quantity=number % 90 + 1)}\n" for number in range(rows))
    return path


def _compare_time(title: str, path: Path) -> None:
    def ours() -> None:
        with path.open("rb") as file:
            assert len(list(read(file, path.name, LIMITS))) == ROWS

    with _csv_parser(path) as theirs:
        print_ratios(title, interleaved({"csv-parser": theirs, "ours": ours}, ROUNDS), "csv-parser")


@contextmanager
def _csv_parser(path: Path) -> Iterator[Callable[[], None]]:
    """One process of node for all rounds, so that its compiler is warm."""
    with subprocess.Popen(
        ["node", "-e", NODE_PROGRAM], cwd=INSTALLATION, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        commands, answers = process.stdin, process.stdout

        def parse() -> None:
            print(path, file=commands, flush=True)
            assert int(answers.readline()) == ROWS

        yield parse
        commands.close()


def _compare_memory(path: Path) -> None:
    print(f"\n{MILLION:,} rows, {path.stat().st_size / 1_000_000:.0f} MB: peak memory of the whole process")
    for name, command, directory in (
        ("csv-parser", ["node", "-e", NODE_MEMORY], INSTALLATION),
        ("ours", [sys.executable, "-c", PYTHON_MEMORY], Path.cwd()),
    ):
        answer = subprocess.run([*command, str(path)], cwd=directory, check=True, capture_output=True, text=True).stdout
        rows, megabytes = answer.split()
        assert int(rows) == MILLION
        print(f"  {name:10}  {float(megabytes):6.0f} MB")
