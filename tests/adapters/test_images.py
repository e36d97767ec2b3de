import asyncio
import re
import threading
import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from lego_api.adapters.content_types import GIF, JPEG, PNG, WEBP
from lego_api.adapters.images import Images, Rendered, Rendition
from lego_api.errors import Invalid
from tests.support import picture_samples as samples
from tests.support.picture_samples import BLUE, GREEN, RED, WHITE, Colour

LARGE = Rendition("large", max_edge=2048)
DAMAGED = "The picture is damaged or incomplete"
TOO_LARGE = "The picture is too large: at most 50 megapixels are allowed"
NOT_A_PICTURE = "Not a picture that can be used: it must be one of JPEG, PNG, WEBP, HEIC"


def render(source: bytes, *renditions: Rendition, max_pixels: int = 50_000_000, **options: Any) -> dict[str, Rendered]:
    images = Images(max_pixels=max_pixels, concurrency=1)
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


@pytest.mark.parametrize(("max_edge", "decoded_to"), [(801, (1600, 1200)), (800, (800, 600)), (100, (200, 150))])
def test_a_jpeg_is_decoded_no_larger_than_needed(
    monkeypatch: pytest.MonkeyPatch, max_edge: int, decoded_to: tuple[int, int]
) -> None:
    decoded: list[tuple[int, int]] = []
    load_end = JpegImageFile.load_end

    def noted(image: JpegImageFile) -> None:
        decoded.append(image.size)
        load_end(image)

    monkeypatch.setattr(JpegImageFile, "load_end", noted)
    render(samples.jpeg((1600, 1200)), Rendition("it", max_edge), Rendition("small", max_edge=50))
    assert decoded == [decoded_to]


def test_a_file_is_read_from_its_start_and_stays_open() -> None:
    file = BytesIO(samples.jpeg())
    file.seek(0, 2)
    images = Images(max_pixels=50_000_000, concurrency=1)
    results = asyncio.run(images.render(file, [LARGE]))
    assert results["large"].width == 160
    assert not file.closed


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
def test_every_exif_orientation_is_applied(orientation: int, stored_as: Image.Transpose | None) -> None:
    assert_four_corners(rendered(samples.oriented_jpeg(orientation, stored_as)))


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


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_colours_of_another_profile_are_converted_to_srgb(picture_format: str) -> None:
    sent = samples.encode(
        samples.plain((100, 200, 100)), picture_format, quality=95, icc_profile=samples.display_p3_profile()
    )
    image = rendered(sent)
    assert "icc_profile" not in image.info
    assert_near(image.getpixel((30, 30)), (43, 204, 85), tolerance=6)


def test_a_profile_is_applied_to_the_colours_of_a_transparent_picture_only() -> None:
    sent = Image.new("RGBA", (64, 64), (100, 200, 100, 128))
    image = rendered(samples.encode(sent, "PNG", icc_profile=samples.display_p3_profile()))
    assert_near(image.getpixel((30, 30)), (43, 204, 85, 128), tolerance=6)


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
@pytest.mark.parametrize("profile", ["damaged", "of another kind of picture"])
def test_an_unusable_profile_is_ignored(mode: str, profile: str) -> None:
    if profile == "damaged":
        icc_profile = b"not a profile"
    else:
        icc_profile = samples.display_p3_profile() if mode != "RGB" else samples.grey_profile()
    sent = samples.encode(samples.plain((120, 120, 120)).convert(mode), "JPEG", quality=95, icc_profile=icc_profile)
    assert_near(rendered(sent).getpixel((30, 30)), (120, 120, 120), tolerance=6)


def test_a_cmyk_jpeg_has_the_right_colours() -> None:
    assert_four_corners(rendered(samples.cmyk_jpeg()))


def test_a_grey_picture_of_16_bits_is_scaled_and_not_clipped() -> None:
    image = rendered(samples.grey_16_bit_png())
    for x in (4, 64, 128, 192, 251):
        assert_near(image.getpixel((x, 4)), (x, x, x), tolerance=6)


def test_a_colour_picture_of_16_bits_keeps_its_colours() -> None:
    assert_near(rendered(samples.rgb_16_bit_png(RED)).getpixel((4, 4)), RED)


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


@pytest.mark.parametrize("picture_format", ["WEBP", "GIF", "PNG"])
def test_of_an_animation_the_first_frame_is_shown(picture_format: str) -> None:
    image: Any = rendered(samples.animation(picture_format), accept=frozenset((WEBP, GIF, PNG)))
    assert image.n_frames == 1
    assert_near(image.convert("RGB").getpixel((30, 30)), RED)


def test_of_a_jpeg_with_two_pictures_the_first_is_shown() -> None:
    image = rendered(samples.two_pictures_jpeg())
    assert image.size == (160, 120)
    assert_four_corners(image)


def test_what_is_hidden_behind_a_jpeg_is_dropped() -> None:
    result = render(samples.jpeg_with_zip())["large"]
    assert_four_corners(Image.open(BytesIO(result.data)))
    assert b"PK\x03\x04" not in result.data
    assert b"payload" not in result.data


def test_a_thread_of_20001_pixels_stays_one_pixel_high() -> None:
    assert rendered(samples.thread_png()).size == (2048, 1)
    assert rendered(samples.thread_png(), Rendition("avatar", max_edge=256, square=True)).size == (1, 1)


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


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("it was decoded"))
    bomb = samples.bomb_png()
    assert len(bomb) < 12_000
    with pytest.raises(Invalid, match=f"^{TOO_LARGE}$"):
        render(bomb)


@pytest.mark.parametrize("warnings_are", ["ignore", "error"])
@pytest.mark.parametrize("size", [(100, 101), (100, 201)], ids=["Pillow warns", "Pillow refuses"])
def test_one_pixel_line_too_many_is_refused_whatever_pillow_does(size: tuple[int, int], warnings_are: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter(warnings_are)  # type: ignore[arg-type]
        with pytest.raises(Invalid, match=re.escape("at most 0.01 megapixels")):
            render(samples.jpeg(size), max_pixels=10_000)


def test_as_many_pixels_as_allowed_are_accepted() -> None:
    assert rendered(samples.jpeg((100, 100)), max_pixels=10_000).size == (100, 100)


def test_a_rendition_webp_cannot_hold_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="16383"):
        Rendition("poster", max_edge=16_384)


class Decoder:
    """Stands at Pillow's door: counts who is inside, and keeps them there until `gate` is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = threading.Event()
        self.entered = threading.Semaphore(0)
        self.most = self._inside = 0
        self._lock = threading.Lock()
        self._open = Image.open
        monkeypatch.setattr(Image, "open", self)

    def __call__(self, *args: Any, **options: Any) -> Image.Image:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self.entered.release()
        assert self.gate.wait(10)
        with self._lock:
            self._inside -= 1
        return self._open(*args, **options)


def test_at_most_so_many_pictures_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(monkeypatch)

    async def five_at_once() -> None:
        images = Images(max_pixels=50_000_000, concurrency=2)
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(images.render(samples.jpeg(), [LARGE]))
            await asyncio.sleep(0.2)  # that this runs at all shows that the loop is free
            decoder.gate.set()

    asyncio.run(five_at_once())
    assert decoder.most == 2


def test_a_picture_whose_caller_went_away_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(monkeypatch)

    async def cancel_one_and_start_another() -> None:
        images = Images(max_pixels=50_000_000, concurrency=1)
        abandoned = asyncio.create_task(images.render(samples.jpeg(), [LARGE]))
        await asyncio.to_thread(decoder.entered.acquire)
        abandoned.cancel()
        following = asyncio.create_task(images.render(samples.jpeg(), [LARGE]))
        await asyncio.wait((following,), timeout=0.2)
        decoder.gate.set()
        assert (await following)["large"].width == 160

    asyncio.run(cancel_one_and_start_another())
    assert decoder.most == 1


def test_pictures_are_rendered_on_one_event_loop_after_another() -> None:
    images = Images(max_pixels=50_000_000, concurrency=1)
    for _ in range(2):
        assert asyncio.run(images.render(samples.jpeg(), [LARGE]))["large"].width == 160
