"""Pictures: checked, turned upright, stripped of what they tell about their maker, made small, and stored as WebP.

Works alike under Pillow and pillow-simd. Both are imported only in the worker thread that needs them.
"""

import asyncio
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from lego_api.errors import Invalid

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITY = 80
METHOD = 2  # of WebP's 0 to 6: a third of the time of the default 4, for 5 % more bytes (measured)
MAX_WEBP_EDGE = 16_383

FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "HEIF": "HEIC", "GIF": "GIF"}
PICTURES = ("JPEG", "PNG", "WEBP", "HEIF")


@dataclass(frozen=True, slots=True)
class Rendition:
    """A size to make: the longer edge in pixels at most, or both edges of a square cut from the middle."""

    name: str
    max_edge: int
    square: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture as WebP; edges in pixels."""

    data: bytes
    width: int
    height: int
    content_type: str = "image/webp"


class Images:
    def __init__(self, *, max_pixels: int, concurrency: int) -> None:
        """`concurrency`: how many pictures are decoded at once; each may take 3 or 4 bytes a pixel."""
        self._max_pixels = max_pixels
        self._slots = asyncio.Semaphore(concurrency)

    async def render(
        self, source: BinaryIO | bytes, renditions: Sequence[Rendition], *, formats: Sequence[str] = PICTURES
    ) -> dict[str, Rendered]:
        """The renditions by name, none larger than the source. Raises `Invalid` for what is no good picture."""
        async with self._slots:
            return await asyncio.to_thread(_render, source, renditions, formats, self._max_pixels)


def _render(
    source: BinaryIO | bytes, renditions: Sequence[Rendition], formats: Sequence[str], max_pixels: int
) -> dict[str, Rendered]:
    from PIL import Image as pillow
    from PIL import ImageOps, UnidentifiedImageError
    from pillow_heif import register_heif_opener

    register_heif_opener()
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pillow.DecompressionBombWarning)
        try:
            with pillow.open(file, formats=tuple(formats)) as opened:
                _check_size(opened.size, max_pixels)
                largest = max(rendition.max_edge for rendition in renditions)
                opened.draft("RGB", (largest, largest))  # JPEG only: decodes at a fraction of the size
                picture = _for_the_web(ImageOps.exif_transpose(opened))
        except UnidentifiedImageError:
            supported = ", ".join(FORMATS[name] for name in formats)
            raise Invalid(f"This is not a picture of a supported format ({supported})") from None
        except (pillow.DecompressionBombError, pillow.DecompressionBombWarning):
            raise Invalid(_too_many_pixels(max_pixels)) from None
        except (OSError, SyntaxError, ValueError, EOFError, RuntimeError):
            # What Pillow's decoders raise for damaged files is not told apart any further.
            raise Invalid("The picture is damaged or incomplete") from None
    return _encode_all(picture, renditions)


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise Invalid(_too_many_pixels(max_pixels))
    if min(size) < 1 or max(size) > 1000 * min(size):
        raise Invalid("The picture is too narrow to be shown")


def _too_many_pixels(max_pixels: int) -> str:
    return f"The picture has too many pixels: at most {max_pixels // 1_000_000} megapixels are accepted"


def _for_the_web(picture: "Image") -> "Image":
    """8 bits a channel, sRGB, with transparency only if there was any."""
    has_alpha = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = _sixteen_to_eight_bits(picture)
    picture = _to_srgb(picture)
    wanted = "RGBA" if has_alpha else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _sixteen_to_eight_bits(picture: "Image") -> "Image":
    """Pillow's own conversion would clip every value above 255 to white."""
    return picture.convert("I").point(lambda value: value / 257).convert("L")


def _to_srgb(picture: "Image") -> "Image":
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    target = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=target)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a broken profile, or one for another mode: the colours as they are
    return converted or picture


def _encode_all(picture: "Image", renditions: Sequence[Rendition]) -> dict[str, Rendered]:
    """The smaller ones are made from the larger ones, which costs a fraction of starting anew."""
    rendered: dict[str, Rendered] = {}
    for rendition in sorted(renditions, key=lambda rendition: (rendition.square, -rendition.max_edge)):
        resized = _square(picture, rendition.max_edge) if rendition.square else _within(picture, rendition.max_edge)
        rendered[rendition.name] = _encode(resized)
        if not rendition.square:
            picture = resized
    return rendered


def _within(picture: "Image", max_edge: int) -> "Image":
    from PIL.Image import Resampling

    edge = min(max_edge, MAX_WEBP_EDGE)
    longest = max(picture.size)
    if longest <= edge:
        return picture
    width, height = (max(1, round(side * edge / longest)) for side in picture.size)
    return picture.resize((width, height), Resampling.LANCZOS)


def _square(picture: "Image", edge: int) -> "Image":
    from PIL import ImageOps
    from PIL.Image import Resampling

    edge = min(edge, *picture.size)
    return ImageOps.fit(picture, (edge, edge), Resampling.LANCZOS)


def _encode(picture: "Image") -> Rendered:
    encoded = io.BytesIO()
    # Without what `info` holds: no EXIF, no GPS, no XMP, no profile.
    picture.save(encoded, "WEBP", quality=QUALITY, method=METHOD, exif=b"", icc_profile=b"", xmp=b"")
    return Rendered(encoded.getvalue(), *picture.size)
