"""What is refused: damaged, too large, or no picture at all."""

import re
import warnings
from collections.abc import Callable

import pytest

from lego_api.adapters.content_types import GIF, JPEG, PNG
from lego_api.errors import Invalid
from tests.adapters.rendering import render, rendered
from tests.support import picture_samples as samples
from tests.support.png_files import png

DAMAGED = "The picture is damaged or incomplete"
TOO_LARGE = "The picture is too large: at most 50 megapixels are allowed"
NOT_A_PICTURE = "Not a picture that can be used: it must be one of JPEG, PNG, WEBP, HEIC"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(samples.jpeg, id="jpeg"),
        pytest.param(lambda: samples.jpeg(progressive=True), id="progressive-jpeg"),
        pytest.param(samples.half_transparent_png, id="png"),
        pytest.param(lambda: samples.encode(samples.four_corners(), "WEBP"), id="webp"),
        pytest.param(lambda: samples.heic(samples.four_corners()), id="heic"),
    ],
)
@pytest.mark.parametrize("kept", [0.2, 0.6, 0.9])
def test_an_incomplete_picture_is_refused(make: Callable[[], bytes], kept: float) -> None:
    whole = make()
    with pytest.raises(Invalid, match=f"^{DAMAGED}$"):
        render(whole[: int(len(whole) * kept)])


def test_a_picture_with_flipped_bits_is_refused() -> None:
    damaged = bytearray(samples.half_transparent_png())
    damaged[len(damaged) // 2] ^= 0xFF
    with pytest.raises(Invalid, match=f"^{DAMAGED}$"):
        render(bytes(damaged))


@pytest.mark.parametrize("accept", [frozenset((JPEG, PNG)), frozenset((GIF, JPEG))])
@pytest.mark.parametrize("head", [b"\xff\xd8\xff", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBPVP8 "])
def test_nothing_but_a_signature_is_refused(head: bytes, accept: frozenset[str]) -> None:
    with pytest.raises(Invalid):
        render(head + bytes(100), accept=accept)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="empty"),
        pytest.param(samples.SVG, id="svg"),
        pytest.param(samples.HTML, id="html"),
        pytest.param(b"%PDF-1.7\n", id="pdf"),
        pytest.param(samples.animation("GIF"), id="gif"),
        pytest.param(samples.encode(samples.four_corners(), "BMP"), id="bmp"),
        pytest.param(samples.encode(samples.four_corners(), "TIFF"), id="tiff"),
        pytest.param(bytes(range(256)), id="noise"),
    ],
)
def test_what_is_not_accepted_is_refused_by_its_content(sent: bytes) -> None:
    with pytest.raises(Invalid, match=f"^{NOT_A_PICTURE}$"):
        render(sent)


def test_a_gif_is_accepted_only_where_it_is_asked_for() -> None:
    with pytest.raises(Invalid, match=r"must be one of JPEG, GIF$"):
        render(samples.half_transparent_png(), accept=frozenset((GIF, JPEG)))


@pytest.mark.parametrize("make", [samples.bomb_png, samples.bomb_gif, samples.bomb_jpeg])
def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch, make: Callable[[], bytes]) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("it was decoded"))
    bomb = make()
    assert len(bomb) < 12_000
    with pytest.raises(Invalid, match=f"^{TOO_LARGE}$"):
        render(bomb, accept=frozenset((JPEG, PNG, GIF)))


@pytest.mark.parametrize("warnings_are", ["ignore", "error"])
@pytest.mark.parametrize("size", [(100, 101), (100, 201)], ids=["Pillow warns", "Pillow refuses"])
def test_one_pixel_line_too_many_is_refused_whatever_pillow_does(size: tuple[int, int], warnings_are: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter(warnings_are)  # type: ignore[arg-type]
        with pytest.raises(Invalid, match=re.escape("at most 0.01 megapixels")):
            render(samples.jpeg(size), max_pixels=10_000)


def test_as_many_pixels_as_allowed_are_accepted() -> None:
    assert rendered(samples.jpeg((100, 100)), max_pixels=10_000).size == (100, 100)


def test_a_jpeg_of_endless_scans_is_refused_before_it_is_decoded() -> None:
    """Each costs the time of a whole picture, and takes a few bytes of the file."""
    assert rendered(samples.jpeg_of_scans(50)).size == (64, 64)
    with pytest.raises(Invalid, match="too many steps"):
        render(samples.jpeg_of_scans(1000))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(samples.jpeg_of_comments, id="jpeg"),
        pytest.param(lambda count: png(8, 8, bytes(72), *[(b"tEXt", b"x\0a")] * count, depth=8), id="png"),
        pytest.param(samples.gif_of_comments, id="gif"),
    ],
)
def test_a_picture_in_endless_pieces_is_refused(make: Callable[[int], bytes]) -> None:
    accept = frozenset((JPEG, PNG, GIF))
    assert rendered(make(5_000), accept=accept)
    with pytest.raises(Invalid, match="too many steps"):
        render(make(100_000), accept=accept)


def test_a_palette_picture_without_its_palette_is_refused() -> None:
    with pytest.raises(Invalid, match=f"^{DAMAGED}$"):
        render(png(8, 8, (b"\0" + bytes(8)) * 8, depth=8, colour_type=3))
