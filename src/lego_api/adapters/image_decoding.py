"""Reading pictures that may be damaged, hostile or huge: no larger than needed, upright, and in sRGB."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from lego_api.adapters.image_colours import in_srgb, in_working_mode
from lego_api.errors import Invalid

if TYPE_CHECKING:
    from PIL.Image import Image

Size: TypeAlias = tuple[int, int]

MAX_EDGE = 65_535  # of JPEG and GIF; resizing fails on some of what PNG calls an edge
LARGE_JPEG = 4_000_000  # pixels
# Each piece of a file, of whatever kind, costs a few reads. 50 MB of PNG in pieces of 2 kB are about 75,000.
MAX_READS = 100_000
STRIP = 128  # lines
READ_BYTES = 256 * 1024
JPEG_START_OF_SCAN = b"\xff\xda"
MAX_JPEG_SCANS = 100  # cameras and programs write up to about ten


class ReadLimit:
    """A file that ends the work of a decoder that asks for too many pieces: a million empty ones take it seconds."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MAX_READS
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise _too_many_steps()
        return self._file.read(size)


def prepare_pillow(max_pixels: int) -> None:
    from PIL import Image, WebPImagePlugin  # noqa: F401  (else the first WebP makes Pillow import all its 40 formats)

    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def opened(file: BinaryIO, image_format: str, max_pixels: int) -> "Image":
    """Only the header is read."""
    from PIL import Image

    image = Image.open(file, formats=[image_format])
    _check_size(image.size, max_pixels)
    if image_format == "JPEG":
        _check_scans(file)
    return image


def decoded(file: BinaryIO, image: "Image", shown: Callable[[Size], Size], max_pixels: int) -> "Image":
    """The picture that was opened from `file`, shrunk to what `shown` makes of its size."""
    size = shown(image.size)
    if _is_worth_two_decodings(image, size):
        small = _decoded_twice(file, size)
    else:
        # Of a JPEG a half, a quarter or an eighth is decoded in less time and memory; other formats ignore this.
        image.draft(None, size)
        image.load()
        _check_size(image.size, max_pixels)  # the header of HEIC can lie
        # Turning and colours come after the shrinking, when few pixels are left.
        small = shrunk(in_working_mode(image), shown(image.size))
    return in_srgb(_upright(small))


def shrunk(image: "Image", size: Size) -> "Image":
    from PIL.Image import Resampling

    return image if size == image.size else image.resize(size, Resampling.LANCZOS)


def _is_worth_two_decodings(image: "Image", size: Size) -> bool:
    """Not where libjpeg can decode a half or less, nor for a progressive JPEG, which is in memory as a whole anyway."""
    is_baseline = image.format in ("JPEG", "MPO") and image.mode == "RGB" and "progressive" not in image.info
    at_full_size = size != image.size and min(image.width // size[0], image.height // size[1]) < 2
    return is_baseline and at_full_size and image.width * image.height > LARGE_JPEG


def _decoded_twice(file: BinaryIO, size: Size) -> "Image":
    """A JPEG in a third of the memory: its brightness first, and then its colours at half the resolution.

    Nothing is lost that would be seen: WebP, and nearly every JPEG, stores colours at half the resolution anyway.
    """
    from PIL import Image

    image = Image.open(file, formats=["JPEG"])
    image.draft("L", size)
    brightness = image.resize(size, Image.Resampling.LANCZOS)
    info = image.info
    image = Image.open(file, formats=["JPEG"])
    is_known = "jfif" in info or info.get("adobe_transform") == 1  # else it may be stored as RGB
    image.draft("YCbCr" if is_known else None, (-(-size[0] // 2), -(-size[1] // 2)))
    whole = _joined(brightness, image if is_known else image.convert("YCbCr"))
    whole.info = info
    return whole


def _joined(brightness: "Image", colours: "Image") -> "Image":
    """RGB, of the size of `brightness`. Strip by strip, so that nothing else is ever there as a whole."""
    from PIL import Image

    width, height = brightness.size
    whole = Image.new("RGB", (width, height))
    for top in range(0, height, STRIP):
        bottom = min(top + STRIP, height)
        part = (0, top * colours.height / height, colours.width, bottom * colours.height / height)
        _, blue, red = colours.resize((width, bottom - top), Image.Resampling.BICUBIC, part).split()
        strip = Image.merge("YCbCr", (brightness.crop((0, top, width, bottom)), blue, red))
        whole.paste(strip.convert("RGB"), (0, top))
    return whole


def _check_scans(file: BinaryIO) -> None:
    """A scan of a few bytes costs as much time as one of the whole picture, and nothing else limits their number."""
    position = file.tell()
    file.seek(0)
    # In the compressed data the first byte of a marker never stands before the second, so only markers are counted.
    scans, last = 0, b""
    while part := file.read(READ_BYTES):
        scans += (last + part).count(JPEG_START_OF_SCAN)
        last = part[-1:]
    file.seek(position)
    if scans > MAX_JPEG_SCANS:
        raise _too_many_steps()


def _too_many_steps() -> Invalid:
    return Invalid("The picture is stored in too many steps to be used")


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    if size[0] * size[1] > max_pixels:
        raise _too_many_pixels(max_pixels)
    if max(size) > MAX_EDGE:
        raise Invalid(f"The picture is too large: at most {MAX_EDGE} pixels are allowed on an edge")


def _too_many_pixels(max_pixels: int) -> Invalid:
    return Invalid(f"The picture is too large: at most {max_pixels / 1_000_000:g} megapixels are allowed")


@contextmanager
def refusing_bad_pictures(max_pixels: int) -> Iterator[None]:
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
