"""Pictures of every kind that is accepted become WebP of the sizes asked for, showing what one would expect."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import Base
from PIL.JpegImagePlugin import JpegImageFile

from lego_api.adapters.content_types import GIF, PNG, WEBP
from lego_api.adapters.images import PHOTOS, Images, Rendition
from tests.adapters.rendering import LARGE, MEMORY, assert_four_corners, assert_near, render, rendered
from tests.support import picture_samples as samples
from tests.support.icc_profiles import display_p3_profile
from tests.support.picture_samples import BLUE, GREEN, RED, WHITE


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_accepted_format_becomes_webp_of_the_same_size_and_colours(picture_format: str) -> None:
    image = rendered(samples.encode(samples.four_corners(), picture_format, quality=95))
    assert image.size == (160, 120)
    assert_four_corners(image)


def test_one_picture_becomes_every_rendition_asked_for() -> None:
    results = render(
        samples.jpeg((1200, 900)),
        Rendition("thumbnail", max_edge=400),
        Rendition("gallery", max_edge=800),
        Rendition("avatar", max_edge=256, square=True),
    )
    assert {name: (it.width, it.height) for name, it in results.items()} == {
        "gallery": (800, 600),
        "thumbnail": (400, 300),
        "avatar": (256, 256),
    }
    for result in results.values():
        assert_four_corners(Image.open(BytesIO(result.data)))


@pytest.mark.parametrize(("size", "expected"), [((3000, 1000), (300, 100)), ((1000, 3000), (100, 300))])
def test_the_longer_edge_is_what_is_limited(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert rendered(samples.jpeg(size), Rendition("small", max_edge=300)).size == expected


def test_a_small_picture_is_not_enlarged() -> None:
    assert rendered(samples.jpeg((120, 80)), Rendition("large", max_edge=2048)).size == (120, 80)
    assert rendered(samples.jpeg((120, 80)), Rendition("avatar", max_edge=256, square=True)).size == (80, 80)


@pytest.mark.parametrize("size", [(900, 300), (300, 900)])
def test_a_square_shows_the_centre(size: tuple[int, int]) -> None:
    picture = samples.plain(BLUE, size)
    left, top = (size[0] - 300) // 2, (size[1] - 300) // 2
    picture.paste(RED, (left, top, left + 300, top + 300))
    image = rendered(samples.encode(picture, "PNG"), Rendition("avatar", max_edge=100, square=True))
    assert image.size == (100, 100)
    for place in ((3, 3), (96, 3), (3, 96), (96, 96)):
        assert_near(image.getpixel(place), RED)


@pytest.mark.parametrize(
    ("size", "options", "max_edge", "decoded_to"),
    [
        ((1600, 1200), {}, 801, [(1600, 1200)]),
        ((1600, 1200), {}, 800, [(800, 600)]),
        ((1600, 1200), {}, 100, [(200, 150)]),
        ((2400, 1800), {}, 1201, [(2400, 1800), (1200, 900)]),  # brightness, and then colours
        ((2400, 1800), {}, 1200, [(1200, 900)]),
        ((2400, 1800), {"progressive": True}, 1201, [(2400, 1800)]),
    ],
)
def test_a_jpeg_is_decoded_no_larger_than_needed(
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    options: dict[str, bool],
    max_edge: int,
    decoded_to: list[tuple[int, int]],
) -> None:
    decoded: list[tuple[int, int]] = []
    load_end = JpegImageFile.load_end

    def noted(image: JpegImageFile) -> None:
        decoded.append(image.size)
        load_end(image)

    monkeypatch.setattr(JpegImageFile, "load_end", noted)
    render(samples.jpeg(size, **options), Rendition("it", max_edge), Rendition("small", max_edge=50))
    assert decoded == decoded_to


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda size: samples.jpeg(size), id="every colour stored"),
        pytest.param(lambda size: samples.jpeg(size, subsampling=2), id="a quarter of the colours stored"),
        pytest.param(lambda size: samples.jpeg(size, keep_rgb=True), id="stored as RGB"),
        pytest.param(lambda size: samples.without_jfif(samples.jpeg(size)), id="without JFIF"),
    ],
)
@pytest.mark.parametrize("size", [(2401, 1801), (1801, 2401), (16_001, 301)])
def test_a_large_jpeg_has_the_right_colours_up_to_their_edges(
    make: Callable[[tuple[int, int]], bytes], size: tuple[int, int]
) -> None:
    """Large enough for its brightness and its colours to be decoded one after the other."""
    image = rendered(make(size), Rendition("large", max_edge=max(size) - 100))
    assert_four_corners(image)
    near, middle = 6, (image.width // 2, image.height // 2)
    for x, y, colour in ((-near, -near, RED), (near, -near, GREEN), (-near, near, BLUE), (near, near, WHITE)):
        assert_near(image.getpixel((middle[0] + x, middle[1] + y)), colour)


def test_a_large_jpeg_is_turned_and_its_profile_applied() -> None:
    sent = samples.plain((100, 200, 100), (2400, 1800))
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    image = rendered(samples.encode(sent, "JPEG", quality=95, icc_profile=display_p3_profile(), exif=exif))
    assert image.size == (1536, 2048)
    assert_near(image.getpixel((30, 30)), (43, 204, 85), tolerance=6)


def test_a_file_is_read_from_its_start_and_stays_open() -> None:
    file = BytesIO(samples.jpeg())
    file.seek(0, 2)
    images = Images(max_pixels=50_000_000, memory=MEMORY)
    results = asyncio.run(images.render(file, [LARGE]))
    assert results["large"].width == 160
    assert not file.closed


@pytest.mark.parametrize("picture_format", ["WEBP", "GIF", "PNG"])
def test_of_an_animation_the_first_frame_is_shown(picture_format: str) -> None:
    image: Any = rendered(samples.animation(picture_format), accept=frozenset((WEBP, GIF, PNG)))
    assert image.n_frames == 1
    assert_near(image.convert("RGB").getpixel((30, 30)), RED)


def test_of_an_animated_gif_the_first_frame_becomes_a_square_avatar_with_its_transparency() -> None:
    first, later = Image.new("P", (600, 400), 0), Image.new("P", (600, 400), 1)
    for frame in (first, later):
        frame.putpalette((*RED, *GREEN, *BLUE))
    first.paste(2, (300, 0, 600, 400))
    sent = samples.encode(first, "GIF", save_all=True, append_images=[later], transparency=2, duration=50)
    image: Any = rendered(sent, Rendition("avatar", max_edge=256, square=True), accept=PHOTOS | {GIF})
    assert (image.size, image.n_frames) == ((256, 256), 1)
    assert_near(image.getpixel((20, 128)), (*RED, 255))
    assert image.getpixel((236, 128))[3] == 0


def test_of_a_jpeg_with_two_pictures_the_first_is_shown() -> None:
    image = rendered(samples.two_pictures_jpeg())
    assert image.size == (160, 120)
    assert_four_corners(image)


def test_a_thread_of_20001_pixels_stays_one_pixel_high() -> None:
    assert rendered(samples.thread_png()).size == (2048, 1)
    assert rendered(samples.thread_png(), Rendition("avatar", max_edge=256, square=True)).size == (1, 1)


def test_a_rendition_webp_cannot_hold_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="16383"):
        Rendition("poster", max_edge=16_384)
