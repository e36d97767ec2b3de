"""Colours stay what they were, whatever profile, depth or transparency they come in."""

import pytest
from PIL import Image

from lego_api.adapters.content_types import GIF, PNG
from lego_api.adapters.images import Rendition
from tests.adapters.rendering import assert_four_corners, assert_near, pixel, rendered
from tests.support import picture_samples as samples
from tests.support.icc_profiles import display_p3_profile, grey_profile
from tests.support.picture_samples import RED, Colour
from tests.support.png_files import grey_16_bit_png, rgb_16_bit_png, white_is_clear_png


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_colours_of_another_profile_are_converted_to_srgb(picture_format: str) -> None:
    sent = samples.encode(samples.plain((100, 200, 100)), picture_format, quality=95, icc_profile=display_p3_profile())
    image = rendered(sent)
    assert "icc_profile" not in image.info
    assert_near(image.getpixel((30, 30)), (43, 204, 85), tolerance=6)


def test_a_profile_is_applied_to_the_colours_of_a_transparent_picture_only() -> None:
    sent = Image.new("RGBA", (64, 64), (100, 200, 100, 128))
    image = rendered(samples.encode(sent, "PNG", icc_profile=display_p3_profile()))
    assert_near(image.getpixel((30, 30)), (43, 204, 85, 128), tolerance=6)


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
@pytest.mark.parametrize("profile", ["damaged", "of another kind of picture"])
def test_an_unusable_profile_is_ignored(mode: str, profile: str) -> None:
    if profile == "damaged":
        icc_profile = b"not a profile"
    else:
        icc_profile = display_p3_profile() if mode != "RGB" else grey_profile()
    sent = samples.encode(samples.plain((120, 120, 120)).convert(mode), "JPEG", quality=95, icc_profile=icc_profile)
    assert_near(rendered(sent).getpixel((30, 30)), (120, 120, 120), tolerance=6)


def test_a_cmyk_jpeg_has_the_right_colours() -> None:
    assert_four_corners(rendered(samples.cmyk_jpeg()))


def test_a_grey_picture_of_16_bits_is_scaled_and_not_clipped() -> None:
    image = rendered(grey_16_bit_png())
    for x in (4, 64, 128, 192, 251):
        assert_near(image.getpixel((x, 4)), (x, x, x), tolerance=6)


def test_a_grey_of_16_bits_that_counts_as_transparent_is() -> None:
    image = rendered(white_is_clear_png())
    assert image.mode == "RGBA"
    alpha = image.getchannel("A")
    assert (alpha.getpixel((255, 4)), alpha.getpixel((128, 4))) == (0, 255)


def test_a_colour_picture_of_16_bits_keeps_its_colours() -> None:
    assert_near(rendered(rgb_16_bit_png(RED)).getpixel((4, 4)), RED)


def test_a_black_and_white_picture_gets_greys_when_it_shrinks() -> None:
    stripes = Image.new("1", (400, 400))
    stripes.paste(1, (0, 0, 400, 200))
    for x in range(0, 400, 2):
        stripes.paste(1, (x, 200, x + 1, 400))
    image = rendered(samples.encode(stripes, "PNG"), Rendition("small", max_edge=40))
    assert_near(image.getpixel((20, 5)), (255, 255, 255))
    assert_near(image.getpixel((20, 35)), (128, 128, 128))


def test_alpha_is_kept_also_when_a_picture_shrinks() -> None:
    for edge in (64, 32):
        image = rendered(samples.half_transparent_png(), Rendition("it", edge))
        assert_near(image.getpixel((edge // 4, edge // 4)), (*RED, 255))
        assert pixel(image, (edge * 3 // 4, edge // 4))[3] == 0
        assert_near(image.getpixel((edge // 2, edge - 4)), (*RED, 128))


def test_transparent_pixels_do_not_darken_the_edge_of_a_picture_that_shrinks() -> None:
    image = rendered(samples.half_transparent_png(), Rendition("it", 16))
    for x in range(16):
        *colour, alpha = pixel(image, (x, 4))
        if alpha > 128:
            assert_near(colour, RED, tolerance=30)


@pytest.mark.parametrize(
    ("sent", "colour"),
    [
        pytest.param(samples.transparent_palette("PNG"), RED, id="palette"),
        pytest.param(samples.transparent_palette("GIF"), RED, id="gif"),
        pytest.param(samples.transparent_grey_png(), (200, 200, 200), id="grey"),
        pytest.param(samples.colour_keyed_png(), RED, id="colour-keyed"),
    ],
)
def test_every_kind_of_transparency_is_kept(sent: bytes, colour: Colour) -> None:
    image = rendered(sent, accept=frozenset((PNG, GIF)))
    assert_near(image.getpixel((15, 30)), (*colour, 255))
    assert pixel(image, (48, 30))[3] == 0
