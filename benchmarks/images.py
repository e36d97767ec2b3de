"""The gallery's two pictures of one photo of 12 megapixels: this pipeline under each PIL there is, against sharp.

sharp does the same to the same file: turn, 2048 and 400 pixels, sRGB, WebP of quality 80. People use it with its
default effort, 4; with ours, 2, it is shown too. Each works in one thread, in a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from PIL import Image, ImageChops, ImageStat

from benchmarks.photo import photo
from benchmarks.timing import interleaved, print_ratios

HERE = Path(__file__).parent
CACHE = HERE.parent / ".dev"
SHARP = "sharp@0.35"
ROUNDS = 15
ONE_SHOTS = 3  # processes in which peak memory is measured
REFERENCE = "sharp, effort 4 (its default)"


@dataclass
class Contender:
    """A program that makes the pictures of the photo into `out`, whenever it is sent a line."""

    command: list[str]
    out: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> "Contender":
        self.out.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            self.command,
            cwd=HERE.parent,
            env=os.environ | self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started = self._answer()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.communicate()

    def render(self) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def main() -> None:
    with TemporaryDirectory() as folder:
        source = Path(folder, "photo.jpg")
        source.write_bytes(photo())
        contenders = _contenders(source, Path(folder))
        reference = REFERENCE if REFERENCE in contenders else next(iter(contenders))
        print_ratios("Pictures: one photo of 12 megapixels", _times(contenders), reference)
        _print_memory(contenders, reference)
        _print_quality(contenders, source)


def _contenders(source: Path, folder: Path) -> dict[str, Contender]:
    ours = [sys.executable, "-m", "benchmarks.image_worker", str(source)]
    contenders = {"Pillow": Contender([*ours, str(folder / "pillow")], folder / "pillow")}
    if simd := _pillow_simd():
        out = folder / "simd"
        contenders["pillow-simd"] = Contender([*ours, str(out)], out, {"PYTHONPATH": str(simd)})
    if modules := _sharp():
        script = [shutil.which("node") or "node", str(HERE / "sharp_worker.js"), str(source)]
        for effort, name in (("4", REFERENCE), ("2", "sharp, effort 2 (ours)")):
            out = folder / f"sharp{effort}"
            contenders[name] = Contender([*script, str(out), effort], out, {"NODE_PATH": str(modules)})
    return contenders


def _pillow_simd() -> Path | None:
    """The folder named by PILLOW_SIMD, or the newest that `make test-simd` has built."""
    if given := os.environ.get("PILLOW_SIMD"):
        return Path(given)
    built = sorted((CACHE / "pillow-simd").glob("*/PIL"), key=lambda package: package.stat().st_mtime)
    if not built:
        print("\npillow-simd is not measured: `make test-simd` builds it, where it can be built")
    return built[-1].parent if built else None


def _sharp() -> Path | None:
    """The folder of the installed modules."""
    if not (shutil.which("node") and shutil.which("npm")):
        print("\nNODE OR NPM IS MISSING: nothing is compared with sharp")
        return None
    folder = CACHE / SHARP
    if not (folder / "node_modules" / "sharp").exists():
        folder.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), SHARP]
        if subprocess.run(install, check=False).returncode:
            print("\nSHARP COULD NOT BE INSTALLED by npm: nothing is compared with it")
            return None
    return folder / "node_modules"


def _times(contenders: dict[str, Contender]) -> dict[str, list[float]]:
    for contender in contenders.values():
        contender.__enter__()
    try:
        return interleaved({name: contender.render for name, contender in contenders.items()}, ROUNDS)
    finally:
        for contender in contenders.values():
            contender.__exit__()


def _print_memory(contenders: dict[str, Contender], reference: str) -> None:
    """Of processes that make the pictures once; what they hold when they have only started is a part of it."""
    empty: dict[str, float] = {}
    peaks: dict[str, float] = {}
    for name, contender in contenders.items():
        starts, ends = [], []
        for _ in range(ONE_SHOTS):
            with contender:
                starts.append(contender.started["peak"])
                ends.append(contender.render()["peak"])
        empty[name], peaks[name] = median(starts), median(ends)
    width = max(map(len, contenders))
    print(f"\nPeak memory of one such process\n  {'':{width}}  started MB  peak MB  ratio to {reference}")
    for name, peak in peaks.items():
        print(f"  {name:{width}}  {empty[name]:10.0f} {peak:8.0f}  {peak / peaks[reference]:6.2f}")


def _print_quality(contenders: dict[str, Contender], source: Path) -> None:
    """How near the pictures are to the photo, resized exactly and never encoded: 1 dB is hardly seen."""
    with Image.open(source) as image:
        exact = {edge: image.resize((edge, edge * 3 // 4), Image.Resampling.LANCZOS) for edge in (2048, 400)}
    width = max(map(len, contenders))
    print(f"\nWhat came out\n  {'':{width}}  {'2048 px: kB':>11}  PSNR dB  {'400 px: kB':>11}  PSNR dB")
    for name, contender in contenders.items():
        cells = []
        for file, edge in (("large.webp", 2048), ("small.webp", 400)):
            kilobytes = (contender.out / file).stat().st_size / 1000
            cells.append(f"{kilobytes:11.0f}  {_psnr(contender.out / file, exact[edge]):7.1f}")
        print(f"  {name:{width}}  {'  '.join(cells)}")


def _psnr(file: Path, exact: Image.Image) -> float:
    from math import log10

    with Image.open(file) as image:
        difference = ImageChops.difference(image.convert("RGB"), exact)
    mean_square = sum(value**2 for value in ImageStat.Stat(difference).rms) / 3
    return 10 * log10(255**2 / mean_square)
