"""Rendering a picture and looking at what came out."""

import asyncio
from io import BytesIO
from typing import Any

from PIL import Image

from lego_api.adapters.images import Images, Rendered, Rendition
from tests.support.picture_samples import BLUE, GREEN, RED, WHITE, Colour

MEMORY = 1024 * 1024 * 1024
LARGE = Rendition("large", max_edge=2048)


def render(source: bytes, *renditions: Rendition, max_pixels: int = 50_000_000, **options: Any) -> dict[str, Rendered]:
    images = Images(max_pixels=max_pixels, memory=MEMORY)
    return asyncio.run(images.render(source, renditions or (LARGE,), **options))


def rendered(source: bytes, rendition: Rendition = LARGE, **options: Any) -> Image.Image:
    """The one rendition, decoded again, after a look at what is told about it."""
    result = render(source, rendition, **options)[rendition.name]
    image = Image.open(BytesIO(result.data))
    assert (image.format, image.get_format_mimetype()) == ("WEBP", result.content_type)
    assert image.size == (result.width, result.height)
    return image


def pixel(image: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    value = image.getpixel(place)
    assert isinstance(value, tuple)
    return value


def assert_near(actual: Any, expected: Colour, tolerance: int = 14) -> None:
    """WebP is lossy; 14 of 255 is less than any mistake makes."""
    assert len(actual) == len(expected)
    assert all(abs(a - b) <= tolerance for a, b in zip(actual, expected, strict=True)), f"{actual} is not {expected}"


def assert_four_corners(image: Image.Image) -> None:
    right, bottom = image.width - 8, image.height - 8
    for place, colour in {(7, 7): RED, (right, 7): GREEN, (7, bottom): BLUE, (right, bottom): WHITE}.items():
        assert_near(image.convert("RGB").getpixel(place), colour)
