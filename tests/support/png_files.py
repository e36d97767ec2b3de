"""PNG files that Pillow does not write: of any depth, of any size, and with any chunk."""

import struct
import zlib


def png(
    width: int, height: int, scanlines: bytes, *other: tuple[bytes, bytes], depth: int, colour_type: int = 0
) -> bytes:
    """A scanline starts with its filter, 0; `other` chunks stand before the picture."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), *other, (b"IDAT", zlib.compress(scanlines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def grey_16_bit_png(*other: tuple[bytes, bytes]) -> bytes:
    """256 x 8, black at the left to white at the right, in steps of 257."""
    line = struct.pack(">256H", *(257 * x for x in range(256)))
    return png(256, 8, (b"\0" + line) * 8, *other, depth=16)


def white_is_clear_png() -> bytes:
    """The same, and white counts as transparent."""
    return grey_16_bit_png((b"tRNS", b"\xff\xff"))


def rgb_16_bit_png(colour: tuple[int, ...]) -> bytes:
    line = struct.pack(">3H", *(257 * channel for channel in colour)) * 8
    return png(8, 8, (b"\0" + line) * 8, depth=16, colour_type=2)


def needle_png() -> bytes:
    """Far from too many pixels, and longer than any decoder's edge but PNG's."""
    return png(100_001, 1, bytes(1 + 100_001 // 8 + 1), depth=1)


def bomb_text_png() -> bytes:
    """A text that grows from 10 kB to 10 MB."""
    text = b"Comment\0\1\0\0\0" + zlib.compress(bytes(10_000_000), 9)
    return png(8, 8, bytes(9) * 8, (b"iTXt", text), depth=8)
