"""ICC profiles as small as they can be, to put into pictures."""

import struct
from functools import cache


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
