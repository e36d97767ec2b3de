"""Pictures people send, turned into the WebP files that are shown.

What comes out is newly encoded: upright, sRGB, without metadata, and without whatever else the sent file carried.
Pillow and pillow-simd do the same here. Both are imported in the worker threads only: a cold start does not wait.
"""

import asyncio
import os
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from lego_api.adapters.content_types import GIF, HEAD_BYTES, HEIC, JPEG, PNG, WEBP, detect
from lego_api.adapters.image_colours import in_srgb, in_working_mode
from lego_api.adapters.memory_budget import MemoryBudget
from lego_api.errors import Invalid

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_EDGE = 65_535  # of JPEG and GIF; resizing fails on some of what PNG calls an edge
WEBP_MAX_EDGE = 16_383
WEBP_QUALITY = 80
WEBP_METHOD = 2  # half the time of the default 4, for files 5 % larger

# The content types that can be accepted, and what Pillow calls them.
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF", GIF: "GIF"}
# The most memory that decoding and shrinking have been measured to take, in bytes, by Pillow's names; all that does not
# grow with the pixels, as the renditions and their encoding, comes on top.
BYTES_PER_PIXEL = {"JPEG": 10, "PNG": 10, "GIF": 10, "HEIF": 10, "WEBP": 18}
BYTES_PER_PICTURE = 64 * 1024 * 1024

JPEG_START_OF_SCAN = b"\xff\xda"
MAX_JPEG_SCANS = 100  # cameras and programs write up to about ten
PHOTOS = frozenset((JPEG, PNG, WEBP, HEIC))


@dataclass(frozen=True, slots=True)
class Rendition:
    """A size to make: the longer edge is at most `max_edge` pixels; for a square both are, and the centre is shown."""

    name: str
    max_edge: int
    square: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.max_edge <= WEBP_MAX_EDGE:
            raise ValueError(f"WebP has edges of 1 to {WEBP_MAX_EDGE} pixels, not {self.max_edge}")

    def scale(self, size: tuple[int, int]) -> float:
        """How much a picture of this size has to shrink, before a square is cut out of it. Never above 1."""
        return min(1.0, self.max_edge / (min(size) if self.square else max(size)))


@dataclass(frozen=True, slots=True)
class Rendered:
    data: bytes
    width: int
    height: int

    content_type: ClassVar[str] = WEBP


class Images:
    """As many pictures are worked on at once as fit into `memory`, in bytes: small ones side by side, a huge one alone.

    The threads belong to this object, so the limit holds on every event loop, and for work whose caller was cancelled.
    """

    def __init__(self, *, max_pixels: int, memory: int) -> None:
        self._max_pixels = {
            image_format: min(max_pixels, (memory - BYTES_PER_PICTURE) // bytes_per_pixel)
            for image_format, bytes_per_pixel in BYTES_PER_PIXEL.items()
        }
        if min(self._max_pixels.values()) <= 0:
            raise ValueError(f"Pictures need more than {BYTES_PER_PICTURE} bytes of memory, and not {memory}")
        self._memory = MemoryBudget(memory)
        self._threads = ThreadPoolExecutor(
            os.cpu_count(), thread_name_prefix="images", initializer=_prepare_pillow, initargs=(max_pixels,)
        )

    async def render(
        self, source: BinaryIO | bytes, renditions: Sequence[Rendition], *, accept: frozenset[str] = PHOTOS
    ) -> dict[str, Rendered]:
        """The renditions by name, from one decoding. Of an animation, the first frame; nothing is enlarged.

        `source` is read from its start, and stays open. Raises `Invalid` for what is not one of the content types
        in `accept`, is damaged, or has more than `max_pixels` pixels, or more than there is memory for.
        """
        file = BytesIO(source) if isinstance(source, bytes) else source
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._render, file, renditions, accept)

    def _render(self, file: BinaryIO, renditions: Sequence[Rendition], accept: frozenset[str]) -> dict[str, Rendered]:
        image_format = _accepted_format(file, accept)
        max_pixels = self._max_pixels[image_format]
        with _refusing_bad_pictures(max_pixels):
            image = _opened(file, image_format, max_pixels)
        with self._memory.taken(BYTES_PER_PICTURE + BYTES_PER_PIXEL[image_format] * image.width * image.height):
            largest_first = sorted(renditions, key=lambda rendition: rendition.scale(image.size), reverse=True)
            with _refusing_bad_pictures(max_pixels):
                image = _decoded(image, largest_first[0], max_pixels)
            rendered = {}
            for rendition in largest_first:
                image = _shrink(image, rendition)
                rendered[rendition.name] = _encode(_centre_square(image) if rendition.square else image)
            return rendered


def _prepare_pillow(max_pixels: int) -> None:
    from PIL import Image, WebPImagePlugin  # noqa: F401  (else the first WebP makes Pillow import all its 40 formats)

    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _opened(file: BinaryIO, image_format: str, max_pixels: int) -> "Image":
    """Only the header is read."""
    from PIL import Image

    image = Image.open(file, formats=[image_format])
    _check_size(image.size, max_pixels)
    if image_format == "JPEG":
        _check_scans(file)
    return image


def _decoded(image: "Image", largest: Rendition, max_pixels: int) -> "Image":
    """Upright and in sRGB, and no larger than the largest rendition needs."""
    # Of a JPEG a half, a quarter or an eighth is decoded in less time and memory; other formats ignore this.
    image.draft(None, _scaled(image.size, largest.scale(image.size)))
    image.load()
    _check_size(image.size, max_pixels)  # the header of HEIC can lie
    # Turning and colours come after the first shrinking, when few pixels are left.
    image = _shrink(in_working_mode(image), largest)
    return in_srgb(_upright(image))


def _check_scans(file: BinaryIO) -> None:
    """A scan of a few bytes costs as much time as one of the whole picture, and nothing else limits their number."""
    position = file.tell()
    file.seek(0)
    # In the compressed data the first byte of a marker never stands before the second, so only markers are counted.
    scans = file.read().count(JPEG_START_OF_SCAN)
    file.seek(position)
    if scans > MAX_JPEG_SCANS:
        raise Invalid("The picture is stored in too many steps to be used")


def _accepted_format(file: BinaryIO, accept: frozenset[str]) -> str:
    file.seek(0)
    content_type = detect(file.read(HEAD_BYTES))
    file.seek(0)
    if content_type not in accept:
        names = [known.removeprefix("image/").upper() for known in FORMATS if known in accept]
        raise Invalid(f"Not a picture that can be used: it must be one of {', '.join(names)}")
    if content_type == HEIC:
        from pillow_heif import register_heif_opener

        register_heif_opener()
    return FORMATS[content_type]


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    if size[0] * size[1] > max_pixels:
        raise _too_many_pixels(max_pixels)
    if max(size) > MAX_EDGE:
        raise Invalid(f"The picture is too large: at most {MAX_EDGE} pixels are allowed on an edge")


def _too_many_pixels(max_pixels: int) -> Invalid:
    return Invalid(f"The picture is too large: at most {max_pixels / 1_000_000:g} megapixels are allowed")


@contextmanager
def _refusing_bad_pictures(max_pixels: int) -> Iterator[None]:
    """Decoders answer hostile bytes with nearly any exception, so inside nothing but a decoder may run."""
    from PIL import Image

    try:
        yield
    except (Invalid, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(max_pixels) from error
    except Exception as error:
        raise Invalid("The picture is damaged or incomplete") from error


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrink(image: "Image", rendition: Rendition) -> "Image":
    from PIL.Image import Resampling

    size = _scaled(image.size, rendition.scale(image.size))
    return image if size == image.size else image.resize(size, Resampling.LANCZOS)


def _centre_square(image: "Image") -> "Image":
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    return image.crop((left, top, left + edge, top + edge))


def _upright(image: "Image") -> "Image":
    """Turned and mirrored as EXIF or XMP says. HEIC is upright already, and pillow-heif has removed the note."""
    from PIL.ExifTags import Base
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        turn = turns.get(image.getexif().get(Base.Orientation, 1))
    except Exception:  # a good picture with a damaged note; which exception is up to the damage
        turn = None
    return image if turn is None else image.transpose(turn)


def _encode(image: "Image") -> Rendered:
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
    return Rendered(buffer.getvalue(), *image.size)
