"""What a picture is said to need of the budget is at least what it takes, in a process that does nothing else."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from lego_api.adapters.images import BYTES_PER_PICTURE, BYTES_PER_PIXEL
from tests.support.picture_samples import encode

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is told by Linux")

SIZE = (4000, 4000)  # with a JPEG of this size nothing is saved by decoding a half
PROGRAM = """
import asyncio, pathlib, sys
import PIL.ImageCms, pillow_heif
from lego_api.adapters.content_types import GIF
from lego_api.adapters.images import PHOTOS, Images, Rendition

def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024

images = Images(max_pixels=50_000_000, memory=1024 * 1024 * 1024)
renditions = [Rendition("large", 2048), Rendition("small", 400)]
before = peak()
with open(sys.argv[1], "rb") as file:
    asyncio.run(images.render(file, renditions, accept=PHOTOS | {GIF}))
print(peak() - before)
"""


def blurred(mode: str) -> Image.Image:
    return Image.radial_gradient("L").resize(SIZE).convert(mode)


def translucent() -> Image.Image:
    image = blurred("RGB")
    image.putalpha(image.getchannel(0))
    return image


def taken(file: Path, content: bytes) -> int:
    """Bytes, above what the process has before."""
    file.write_bytes(content)
    done = subprocess.run([sys.executable, "-c", PROGRAM, file], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.parametrize(
    ("picture_format", "make"),
    [
        pytest.param("JPEG", lambda: encode(blurred("CMYK"), "JPEG", progressive=True), id="JPEG"),
        pytest.param("PNG", lambda: encode(translucent(), "PNG", compress_level=1), id="PNG"),
        pytest.param(
            "PNG", lambda: encode(blurred("P"), "PNG", transparency=bytes(range(256)), compress_level=1), id="palette"
        ),
        pytest.param("GIF", lambda: encode(blurred("P"), "GIF", transparency=0), id="GIF"),
        pytest.param(
            "HEIF", lambda: encode(translucent(), "HEIF", quality=30, enc_params={"preset": "ultrafast"}), id="HEIC"
        ),
        pytest.param("WEBP", lambda: encode(translucent(), "WEBP", method=0), id="WebP"),
        pytest.param("WEBP", lambda: encode(translucent(), "WEBP", method=0, lossless=True, quality=0), id="lossless"),
    ],
)
def test_no_picture_takes_more_memory_than_is_counted(
    tmp_path: Path, picture_format: str, make: Callable[[], bytes]
) -> None:
    counted = BYTES_PER_PICTURE + BYTES_PER_PIXEL[picture_format] * SIZE[0] * SIZE[1]
    assert counted / 4 < taken(tmp_path / "picture", make()) < counted


def test_a_large_photo_takes_less_than_its_pixels_in_colour(tmp_path: Path) -> None:
    assert taken(tmp_path / "picture", encode(blurred("RGB"), "JPEG")) < 4 * SIZE[0] * SIZE[1]
