"""Pictures for tests, made by code: whole ones, strange ones, and ones that are not what they say."""

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeAlias
from zipfile import ZipFile, ZipInfo

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base
from pillow_heif import register_heif_opener

from tests.support.icc_profiles import display_p3_profile
from tests.support.picture_sample import Expected, Sample
from tests.support.pictures import PDF
from tests.support.png_files import bomb_text_png, grey_16_bit_png, needle_png, png, rgb_16_bit_png

register_heif_opener()  # to write HEIC; for reading, the application does the same in its own time

Colour: TypeAlias = tuple[int, ...]

RED: Colour = (220, 30, 30)
GREEN: Colour = (30, 180, 30)
BLUE: Colour = (30, 30, 220)
WHITE: Colour = (250, 250, 250)

CAMERA = b"LegoCam 3000"
COMMENT = b"my home address"

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


def four_corners(size: tuple[int, int] = (160, 120)) -> Image.Image:
    """Red and green above, blue and white below: every way to turn or mirror it looks different."""
    image = plain(WHITE, size)
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


def without_jfif(whole: bytes) -> bytes:
    """As many phones write it: without the segment that says how colours are stored."""
    end = 4 + int.from_bytes(whole[4:6], "big")
    assert whole[2:4] == b"\xff\xe0"
    return whole[:2] + whole[end:]


def phone_jpeg() -> bytes:
    """120 x 160 when upright; with a camera's name, a place, XMP and a comment."""
    lying = four_corners((120, 160)).transpose(Image.Transpose.ROTATE_90)
    return encode(lying, "JPEG", quality=95, exif=_phone_exif(), xmp=_xmp(), comment=COMMENT)


def oriented(
    picture_format: str, orientation: int = 6, stored_as: Image.Transpose | None = Image.Transpose.ROTATE_90
) -> bytes:
    """The four corners, turned in the file and with an EXIF orientation that says so."""
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    image = four_corners() if stored_as is None else four_corners().transpose(stored_as)
    return encode(image, picture_format, quality=95, exif=exif.tobytes())


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


def jpeg_of_comments(count: int) -> bytes:
    whole = jpeg()
    return whole[:2] + b"\xff\xfe\0\2" * count + whole[2:]


def gif_of_comments(count: int) -> bytes:
    whole = animation("GIF")
    frame = whole.index(b",", 13)
    return whole[:frame] + b"!\xfe\1a\0" * count + whole[frame:]


def jpeg_with_zip() -> bytes:
    behind = BytesIO()
    with ZipFile(behind, "w") as archive:
        archive.writestr(ZipInfo("payload.html"), HTML)  # of 1980, and not of now
    return jpeg() + behind.getvalue()


def animation(picture_format: str) -> bytes:
    return encode(plain(RED), picture_format, save_all=True, append_images=[plain(GREEN), plain(BLUE)], duration=50)


def cmyk_jpeg(**options: Any) -> bytes:
    return encode(four_corners().convert("CMYK"), "JPEG", quality=95, **options)


def bomb_png() -> bytes:
    """A valid picture of 90 megapixels in 11 kB."""
    return png(10_000, 9_000, bytes(9_000 * (1 + 10_000 // 8)), depth=1)


def bomb_gif() -> bytes:
    """The first frame, and not the screen it is drawn on, declares 90 megapixels."""
    whole = bytearray(animation("GIF"))
    descriptor = whole.index(b",", 13)
    whole[descriptor + 5 : descriptor + 9] = struct.pack("<HH", 10_000, 9_000)
    return bytes(whole)


def bomb_jpeg() -> bytes:
    """As large as a JPEG can say it is, with the data of a small one."""
    whole = bytearray(jpeg())
    frame = whole.index(b"\xff\xc0")
    whole[frame + 5 : frame + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(whole)


def thread_png() -> bytes:
    """20,001 x 1 pixels: wider than WebP can be, and thinner than one pixel when it is made narrower."""
    return encode(plain(RED, (20_001, 1)), "PNG")


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


def _phone_exif() -> bytes:
    exif = Image.Exif()
    exif[Base.Make] = CAMERA.decode()
    exif[Base.Orientation] = 6  # held upright: to be shown turned clockwise
    exif.get_ifd(IFD.GPSInfo).update(
        {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (55.0, 43.0, 50.0), GPS.GPSLongitudeRef: "E"}
    )
    return exif.tobytes()


def _xmp() -> bytes:
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><author>' + CAMERA + b"</author></x:xmpmeta>"


def _display_p3_jpeg() -> bytes:
    return jpeg(icc_profile=display_p3_profile())


def _cut(make: Callable[..., bytes], **options: Any) -> Callable[[], bytes]:
    return lambda: (whole := make(**options))[: len(whole) * 6 // 10]


# Whatever somebody may send as a picture: each upload route is asked about every one (`expected_where` it accepts ...).
CORPUS = {
    "JPEG of a phone: turned, with a place in EXIF": Sample("IMG_1.jpg", phone_jpeg, Expected.ACCEPTED, (120, 160)),
    "HEIC of a phone: turned": Sample("IMG_2.HEIC", rotated_heic, Expected.ACCEPTED, (120, 160)),
    "PNG, turned": Sample("turned.png", lambda: oriented("PNG"), Expected.ACCEPTED, (160, 120)),
    "WebP, turned": Sample("turned.webp", lambda: oriented("WEBP"), Expected.ACCEPTED, (160, 120)),
    "JPEG, damaged EXIF": Sample("a.jpg", lambda: jpeg(exif=b"Exif\0\0no TIFF"), Expected.ACCEPTED, (160, 120)),
    "JPEG, progressive": Sample("a.jpg", lambda: jpeg(progressive=True), Expected.ACCEPTED, (160, 120)),
    "JPEG, CMYK": Sample("print.jpg", cmyk_jpeg, Expected.ACCEPTED, (160, 120)),
    "JPEG, other colours": Sample("a.jpg", _display_p3_jpeg, Expected.ACCEPTED, (160, 120)),
    "JPEG of two pictures": Sample("mpo.jpg", two_pictures_jpeg, Expected.ACCEPTED, (160, 120)),
    "JPEG with a ZIP behind it": Sample("polyglot.jpg", jpeg_with_zip, Expected.ACCEPTED, (160, 120)),
    "PNG, 16 bits, grey": Sample("deep.png", grey_16_bit_png, Expected.ACCEPTED, (256, 8)),
    "PNG, 16 bits, colour": Sample("deep.png", lambda: rgb_16_bit_png(RED), Expected.ACCEPTED, (8, 8)),
    "PNG, transparent": Sample("clear.png", half_transparent_png, Expected.ACCEPTED, (64, 64)),
    "PNG, transparent palette": Sample("p.png", lambda: transparent_palette("PNG"), Expected.ACCEPTED, (64, 64)),
    "PNG, 20,001 x 1": Sample("thread.png", thread_png, Expected.ACCEPTED, (20_001, 1)),
    "PNG, animated": Sample("moving.png", lambda: animation("PNG"), Expected.ACCEPTED, (64, 64)),
    "WebP, animated": Sample("moving.webp", lambda: animation("WEBP"), Expected.ACCEPTED, (64, 64)),
    "GIF, animated": Sample("moving.gif", lambda: animation("GIF"), Expected.ACCEPTED, (64, 64)),
    "GIF, transparent": Sample("p.gif", lambda: transparent_palette("GIF"), Expected.ACCEPTED, (64, 64)),
    "nothing": Sample("empty.jpg", bytes, Expected.NO_PICTURE),
    "SVG named .jpg": Sample("drawing.jpg", lambda: SVG, Expected.NO_PICTURE),
    "HTML named .jpg": Sample("page.jpg", lambda: HTML, Expected.NO_PICTURE),
    "HTML": Sample("page.html", lambda: HTML, Expected.NO_PICTURE),
    "PDF": Sample("book.pdf", lambda: PDF, Expected.NO_PICTURE),
    "BMP": Sample("old.bmp", lambda: encode(four_corners(), "BMP"), Expected.NO_PICTURE),
    "any bytes": Sample("noise.jpg", lambda: bytes(range(256)), Expected.NO_PICTURE),
    "JPEG, cut": Sample("cut.jpg", _cut(jpeg), Expected.DAMAGED),
    "JPEG, progressive, cut": Sample("cut.jpg", _cut(jpeg, progressive=True), Expected.DAMAGED),
    "PNG, cut": Sample("cut.png", _cut(half_transparent_png), Expected.DAMAGED),
    "WebP, cut": Sample("cut.webp", _cut(oriented, picture_format="WEBP"), Expected.DAMAGED),
    "HEIC, cut": Sample("cut.heic", _cut(rotated_heic), Expected.DAMAGED),
    "JPEG, nothing but its signature": Sample("a.jpg", lambda: b"\xff\xd8\xff" + bytes(100), Expected.DAMAGED),
    "JPEG of 1000 scans": Sample("slow.jpg", lambda: jpeg_of_scans(1000), Expected.DAMAGED),
    "PNG, a text of 10 MB in 10 kB": Sample("text.png", bomb_text_png, Expected.DAMAGED),
    "PNG, 90 megapixels in 11 kB": Sample("bomb.png", bomb_png, Expected.TOO_LARGE),
    "PNG, 100,001 x 1": Sample("needle.png", needle_png, Expected.TOO_LARGE),
    "JPEG, 4290 megapixels declared": Sample("bomb.jpg", bomb_jpeg, Expected.TOO_LARGE),
    "GIF, 90 megapixels declared": Sample("bomb.gif", bomb_gif, Expected.TOO_LARGE),
}
