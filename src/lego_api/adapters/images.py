"""Pictures people send, turned into the WebP files that are shown.

What comes out is newly encoded: upright, sRGB, without metadata, and without whatever else the sent file carried.
Pillow and pillow-simd do the same here. Both are imported in the worker threads only: a cold start does not wait.
"""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

from lego_api.adapters.content_types import GIF, HEAD_BYTES, HEIC, JPEG, PNG, WEBP, detect
from lego_api.adapters.image_decoding import ReadLimit, decoded, opened, prepare_pillow, refusing_bad_pictures, shrunk
from lego_api.adapters.memory_budget import MemoryBudget
from lego_api.errors import Invalid
from lego_api.metrics import count

if TYPE_CHECKING:
    from PIL.Image import Image

WEBP_MAX_EDGE = 16_383
WEBP_QUALITY = 80
WEBP_METHOD = 2  # half the time of the default 4, for files 5 % larger

# The content types that can be accepted, and what Pillow calls them.
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF", GIF: "GIF"}
# The most memory that decoding and shrinking have been measured to take, in bytes, by Pillow's names; all that does not
# grow with the pixels, as the renditions and their encoding, comes on top.
BYTES_PER_PIXEL = {"JPEG": 10, "PNG": 10, "GIF": 10, "HEIF": 10, "WEBP": 18}
BYTES_PER_PICTURE = 64 * 1024 * 1024

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

    def size(self, size: tuple[int, int]) -> tuple[int, int]:
        """What a picture of this size has to shrink to, before a square is cut out of it. Never more than it is."""
        scale = min(1.0, self.max_edge / (min(size) if self.square else max(size)))
        return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


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
            os.cpu_count(), thread_name_prefix="images", initializer=prepare_pillow, initargs=(max_pixels,)
        )

    async def render(
        self, source: BinaryIO | bytes, renditions: Sequence[Rendition], *, accept: frozenset[str] = PHOTOS
    ) -> dict[str, Rendered]:
        """The renditions by name, from one decoding. Of an animation, the first frame; nothing is enlarged.

        `source` is read from its start, and stays open. Raises `Invalid` for what is not one of the content types
        in `accept`, is damaged, or has more than `max_pixels` pixels, or more than there is memory for.
        """
        file = cast(BinaryIO, ReadLimit(BytesIO(source) if isinstance(source, bytes) else source))
        loop = asyncio.get_running_loop()
        rendered = await loop.run_in_executor(self._threads, self._render, file, renditions, accept)
        count("ImagesProcessed")
        return rendered

    def _render(self, file: BinaryIO, renditions: Sequence[Rendition], accept: frozenset[str]) -> dict[str, Rendered]:
        image_format = _accepted_format(file, accept)
        max_pixels = self._max_pixels[image_format]
        with refusing_bad_pictures(max_pixels):
            image = opened(file, image_format, max_pixels)
        with self._memory.taken(BYTES_PER_PICTURE + BYTES_PER_PIXEL[image_format] * image.width * image.height):
            largest_first = sorted(renditions, key=lambda rendition: rendition.size(image.size), reverse=True)
            with refusing_bad_pictures(max_pixels):
                image = decoded(file, image, largest_first[0].size, max_pixels)
            rendered = {}
            for rendition in largest_first:
                image = shrunk(image, rendition.size(image.size))
                rendered[rendition.name] = _encode(_centre_square(image) if rendition.square else image)
            return rendered


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


def _centre_square(image: "Image") -> "Image":
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    return image.crop((left, top, left + edge, top + edge))


def _encode(image: "Image") -> Rendered:
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
    return Rendered(buffer.getvalue(), *image.size)
