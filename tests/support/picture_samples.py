"""Pictures for tests, made by code: whole ones, strange ones, and ones that are not what they say."""

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any, TypeAlias
from zipfile import ZipFile

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base
from pillow_heif import register_heif_opener

register_heif_opener()  # to write HEIC; for reading, the application does the same in its own time

Colour: TypeAlias = tuple[int, ...]

RED: Colour = (220, 30, 30)
GREEN: Colour = (30, 180, 30)
BLUE: Colour = (30, 30, 220)
WHITE: Colour = (250, 250, 250)

ROTATED_QUARTER_LEFT = 6  # the EXIF orientation of a phone held upright: to be shown turned clockwise
CAMERA = b"LegoCam 3000"
COMMENT = b"my home address"

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


def four_corners(size: tuple[int, int] = (160, 120)) -> Image.Image:
    """Red and green above, blue and white below: every way to turn or mirror it looks different."""
    image = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(image)
    middle_x, middle_y = size[0] // 2, size[1] // 2
    draw.rectangle((0, 0, middle_x - 1, middle_y - 1), RED)
    draw.rectangle((middle_x, 0, size[0], middle_y - 1), GREEN)
    draw.rectangle((0, middle_y, middle_x - 1, size[1]), BLUE)
    return image


def plain(colour: Colour, size: tuple[int, int] = (64, 64)) -> Image.Image:
    return Image.new("RGB", size, colour)


def encode(image: Image.Image, picture_format: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, picture_format, **options)
    return buffer.getvalue()


def jpeg(size: tuple[int, int] = (160, 120), **options: Any) -> bytes:
    return encode(four_corners(size), "JPEG", **({"quality": 95, "subsampling": 0} | options))


def phone_jpeg() -> bytes:
    """120 x 160 when upright; with a camera's name, a place, XMP and a comment."""
    lying = four_corners((120, 160)).transpose(Image.Transpose.ROTATE_90)
    return encode(lying, "JPEG", quality=95, exif=_phone_exif(), xmp=_xmp(), comment=COMMENT)


def oriented_jpeg(orientation: int, stored_as: Image.Transpose | None) -> bytes:
    """The four corners, turned in the file and with an EXIF orientation that says so."""
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    image = four_corners() if stored_as is None else four_corners().transpose(stored_as)
    return encode(image, "JPEG", quality=95, exif=exif)


def rotated_heic() -> bytes:
    """The same as HEIC, where the container says how it is turned, and EXIF repeats it."""
    lying = four_corners((120, 160)).transpose(Image.Transpose.ROTATE_90)
    return heic(lying, exif=_phone_exif(), xmp=_xmp())


def heic(image: Image.Image, **options: Any) -> bytes:
    return encode(image, "HEIF", quality=95, **options)


def two_pictures_jpeg() -> bytes:
    """The MPO of phones and cameras: a JPEG with a second picture behind it."""
    return encode(four_corners(), "MPO", save_all=True, append_images=[plain(BLUE, (80, 60))], quality=95)


def jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan, which only refines, is there so many times."""
    whole = encode(Image.new("L", (64, 64), 128), "JPEG", progressive=True)
    last = whole.rfind(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + whole[-2:]


def jpeg_with_zip() -> bytes:
    behind = BytesIO()
    with ZipFile(behind, "w") as archive:
        archive.writestr("payload.html", HTML)
    return jpeg() + behind.getvalue()


def animation(picture_format: str) -> bytes:
    return encode(plain(RED), picture_format, save_all=True, append_images=[plain(GREEN), plain(BLUE)], duration=50)


def cmyk_jpeg(**options: Any) -> bytes:
    return encode(four_corners().convert("CMYK"), "JPEG", quality=95, **options)


def bomb_png() -> bytes:
    """A valid picture of 90 megapixels in 11 kB."""
    return png(10_000, 9_000, bytes(9_000 * (1 + 10_000 // 8)), depth=1)


def thread_png() -> bytes:
    """20,001 x 1 pixels: wider than WebP can be, and thinner than one pixel when it is made narrower."""
    return encode(plain(RED, (20_001, 1)), "PNG")


def grey_16_bit_png() -> bytes:
    """256 x 8, black at the left to white at the right, in steps of 257."""
    line = struct.pack(">256H", *(257 * x for x in range(256)))
    return png(256, 8, (b"\0" + line) * 8, depth=16)


def rgb_16_bit_png(colour: Colour) -> bytes:
    line = struct.pack(">3H", *(257 * channel for channel in colour)) * 8
    return png(8, 8, (b"\0" + line) * 8, depth=16, colour_type=2)


def half_transparent_png() -> bytes:
    """Opaque red at the left, nothing at the right, and 50 % in a line at the bottom."""
    image = Image.new("RGBA", (64, 64), (*RED, 255))
    draw = ImageDraw.Draw(image)
    draw.rectangle((32, 0, 63, 47), (0, 0, 0, 0))
    draw.rectangle((0, 48, 63, 63), (*RED, 128))
    return encode(image, "PNG")


def transparent_palette(picture_format: str) -> bytes:
    """Red at the left, and a colour at the right that counts as transparent."""
    image = Image.new("P", (64, 64), 0)
    image.putpalette((*RED, *GREEN))
    image.paste(1, (32, 0, 64, 64))
    return encode(image, picture_format, transparency=1)


def transparent_grey_png() -> bytes:
    image = Image.new("LA", (64, 64), (200, 255))
    image.paste((0, 0), (32, 0, 64, 64))
    return encode(image, "PNG")


def colour_keyed_png() -> bytes:
    """RGB without alpha where pure green counts as transparent."""
    image = plain(RED)
    image.paste((0, 255, 0), (32, 0, 64, 64))
    return encode(image, "PNG", transparency=(0, 255, 0))


def png(width: int, height: int, scanlines: bytes, *, depth: int, colour_type: int = 0) -> bytes:
    """What Pillow does not write: any depth, any declared size. A scanline starts with its filter, 0."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(scanlines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


@cache
def display_p3_profile() -> bytes:
    """The primaries of Apple's Display P3, adapted to D50, with gamma 2.2: P3's 100, 200, 100 is sRGB's 43, 204, 85."""
    red, green, blue = (0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)
    primaries = {b"rXYZ": _xyz(*red), b"gXYZ": _xyz(*green), b"bXYZ": _xyz(*blue)}
    return _icc_profile(b"RGB ", primaries | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _gamma(2.2)))


@cache
def grey_profile() -> bytes:
    return _icc_profile(b"GRAY", {b"kTRC": _gamma(1.0)})


def _icc_profile(colour_space: bytes, own_tags: dict[bytes, bytes]) -> bytes:
    """The smallest ICC 2.4 profile of a display: a header of 128 bytes, a table of tags, their data."""
    name = b"Test\0"
    white = (0.9642, 1.0, 0.8249)
    tags = own_tags | {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": _xyz(*white),
    }
    start = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for tag, body in tags.items():
        table += tag + struct.pack(">II", start + len(data), len(body))
        data += body + bytes(-len(body) % 4)
    kind = struct.pack(">I4sI4s4s4s", start + len(data), bytes(4), 0x02400000, b"mntr", colour_space, b"XYZ ")
    header = kind + bytes(12) + b"acsp" + bytes(28) + _fixed(*white)
    return header.ljust(128, b"\0") + table + data


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(value * 256), 0)


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _phone_exif() -> bytes:
    exif = Image.Exif()
    exif[Base.Make] = CAMERA.decode()
    exif[Base.Orientation] = ROTATED_QUARTER_LEFT
    exif.get_ifd(IFD.GPSInfo).update(
        {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (55.0, 43.0, 50.0), GPS.GPSLongitudeRef: "E"}
    )
    return exif.tobytes()


def _xmp() -> bytes:
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><author>' + CAMERA + b"</author></x:xmpmeta>"
