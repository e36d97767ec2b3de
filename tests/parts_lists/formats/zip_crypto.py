"""ZIP files with the traditional encryption of PKWARE's APPNOTE, section 6.1, which `zipfile` only reads."""

import io
import struct
import zipfile
from zlib import crc32

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_HEADER_BYTES = 12
_ENCRYPTED = 1


def encrypted(name: str, content: bytes, password: bytes, *, salt: int = 0) -> bytes:
    """A ZIP file with one entry, stored and encrypted."""
    check = crc32(content) >> 24
    header = bytes([salt] * (_HEADER_BYTES - 1) + [check])
    packed = _encrypt(header + content, password)
    file = io.BytesIO()
    entry = zipfile.ZipInfo(name)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, packed)
        entry.flag_bits |= _ENCRYPTED
        entry.CRC, entry.file_size = crc32(content), len(content)
    written = bytearray(file.getvalue())
    fields = list(_LOCAL_HEADER.unpack_from(written))
    fields[2] |= _ENCRYPTED
    fields[6], fields[8] = entry.CRC, entry.file_size
    _LOCAL_HEADER.pack_into(written, 0, *fields)
    return bytes(written)


def _encrypt(content: bytes, password: bytes) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = _crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    result = bytearray()
    for byte in content:
        mask = (keys[2] | 2) & 0xFFFF
        result.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        update(byte)
    return bytes(result)


def _crc(value: int, byte: int) -> int:
    """One step of the checksum without the inversions around it."""
    return crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
