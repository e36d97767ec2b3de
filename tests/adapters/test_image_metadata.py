"""What a file says beside its pixels: how it is turned is obeyed, and nothing else gets out."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from tests.adapters.rendering import assert_four_corners, render, rendered
from tests.support import picture_samples as samples


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "stored_as"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
def test_every_exif_orientation_is_applied(
    picture_format: str, orientation: int, stored_as: Image.Transpose | None
) -> None:
    assert_four_corners(rendered(samples.oriented(picture_format, orientation, stored_as)))


@pytest.mark.parametrize("make", [samples.phone_jpeg, samples.rotated_heic])
def test_a_phones_picture_comes_out_upright_and_tells_nothing(make: Callable[[], bytes]) -> None:
    sent = make()
    assert samples.CAMERA in sent
    result = render(sent)["large"]
    image = Image.open(BytesIO(result.data))
    assert image.size == (120, 160)
    assert_four_corners(image)
    for private in (samples.CAMERA, samples.COMMENT, b"EXIF", b"Exif", b"XMP", b"xmpmeta", b"ICCP"):
        assert private not in result.data
    assert not image.getexif()


def test_damaged_exif_does_not_spoil_a_good_picture() -> None:
    assert_four_corners(rendered(samples.jpeg(exif=b"Exif\0\0not a TIFF at all")))


def test_what_is_hidden_behind_a_jpeg_is_dropped() -> None:
    result = render(samples.jpeg_with_zip())["large"]
    assert_four_corners(Image.open(BytesIO(result.data)))
    assert b"PK\x03\x04" not in result.data
    assert b"payload" not in result.data
