"""Files of Studio: with and without a password, in every form; and ZIP files made to do harm."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from lego_api.parts_lists.formats.reading import Limits
from lego_api.parts_lists.formats.refusals import PartsListError
from lego_api.parts_lists.parts import Part
from tests.parts_lists.formats.reading import format_of, parts_of, reasons_of, refusal_of
from tests.parts_lists.formats.zip_crypto import encrypted

MODEL = "0 FILE car.io\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n"
STUDIO_MODEL = "0 FILE car.io\n11 5 1 False 0 0 0 0 1 0 0 0 1 0 0 0 1 3002.dat\n"
PARTS = [Part("3001", 2, None, "ldraw", "4", "ldraw")]


def archive(entries: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as written:
        for name, content in entries.items():
            written.writestr(name, content)
    return file.getvalue()


NEW_ARCHIVE = archive({"model.ldr": MODEL})
OLD_ARCHIVE = encrypted("model.ldr", MODEL.encode(), b"soho0909")


@pytest.mark.parametrize("name", ["model.io", "list.csv"])
def test_model(name: str) -> None:
    content = archive({"thumbnail.png": b"\x89PNG", "modelv2.ldr": STUDIO_MODEL, "model.ldr": MODEL, "model2.ldr": "?"})
    assert format_of(content, name) == "studio-io"
    assert parts_of(content, name) == PARTS


def test_without_compression() -> None:
    assert parts_of(archive({"MODEL.LDR": "\ufeff" + MODEL}, zipfile.ZIP_STORED)) == PARTS


@pytest.mark.parametrize("name", ["model2.ldr", "modelv2.ldr"])
def test_a_form_for_studio_alone_says_nothing_about_colours(name: str) -> None:
    assert parts_of(archive({name: STUDIO_MODEL})) == [Part("3002", 1, None, "ldraw", "5")]


def test_the_main_model_is_called_like_the_file() -> None:
    wheel = "0 FILE wheel\n1 16 0 0 0 1 0 0 0 1 0 0 0 1 3641.dat\n"
    car = "0 FILE car.io\n" + "1 4 0 0 0 1 0 0 0 1 0 0 0 1 Wheel\n" * 4
    assert parts_of(archive({"model.ldr": wheel + car})) == [Part("3641", 4, None, "ldraw", "4", "ldraw")]


def test_the_password_all_know() -> None:
    assert parts_of(OLD_ARCHIVE) == PARTS


def test_another_password() -> None:
    for salt in range(4):  # one in 256 passes the check of the first byte, and fails when it is unpacked
        (reason,) = reasons_of(encrypted("model.ldr", MODEL.encode(), b"secret", salt=salt))
        assert reason.code == "PARSING_ERROR"


def test_encryption_of_another_kind() -> None:
    content = bytearray(archive({"model.ldr": MODEL}))
    for header, method in (content.index(b"PK\x03\x04"), 8), (content.index(b"PK\x01\x02"), 10):
        struct.pack_into("<H", content, header + method, 99)
    (reason,) = reasons_of(bytes(content))
    assert reason.message == "The Studio file is encrypted, and not with Studio's own password"


def test_line_numbers_are_those_of_the_model() -> None:
    (reason,) = reasons_of(archive({"model.ldr": MODEL + "1 4\n"}))
    assert (reason.code, reason.line) == ("VALIDATION_ERROR", 4)


@pytest.mark.parametrize("name", ["folder/model.ldr", "../model.ldr", "xl/workbook.xml", "model.ldr/x", "model.io"])
def test_no_model(name: str) -> None:
    refusal = refusal_of(archive({name: MODEL}))
    assert refusal.code == "INVALID_FILE_TYPE"


def test_empty_model() -> None:
    assert refusal_of(archive({"model.ldr": ""})).code == "EMPTY_FILE"


@pytest.mark.parametrize("megabytes", [5, 60])
def test_bomb(megabytes: int) -> None:
    content = archive({"model.ldr": "0 " * 500_000 * megabytes})
    assert len(content) < 100_000
    assert "packed more than 200 times" in str(refusal_of(content))


def test_a_large_model_that_is_none() -> None:
    lines = [f"1 4 {zlib.crc32(str(n).encode())} 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n" for n in range(20_000)]
    content = archive({"model.ldr": "".join(lines)})
    (part,) = parts_of(content)
    assert part.quantity == 20_000
    assert refusal_of(content, limits=Limits(max_unpacked_bytes=900_000)).code == "ARCHIVE_TOO_LARGE"


def test_sizes_that_lie() -> None:
    """What the directory says to be small is not unpacked beyond that."""
    content = bytearray(archive({"model.ldr": "0 x\n" * 1_000_000}))
    directory = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, directory + 24, 1000)
    assert refusal_of(bytes(content)).code == "PARSING_ERROR"


def test_too_many_entries() -> None:
    entries = {f"{number:060}": b"" for number in range(10_000)}
    assert str(refusal_of(archive(entries, zipfile.ZIP_STORED))) == "The ZIP file has too many entries"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_a_bound(method: int) -> None:
    assert refusal_of(archive({"model.ldr": MODEL}, method)).code == "PARSING_ERROR"


@pytest.mark.parametrize("content", [NEW_ARCHIVE, OLD_ARCHIVE], ids=["new", "old"])
def test_damage_anywhere(content: bytes) -> None:
    """Each byte in turn: the parts, or a refusal, and never another error."""
    for position in range(4, len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        with suppress(PartsListError):
            parts_of(bytes(damaged))
    for length in range(4, len(content)):
        assert refusal_of(content[:length]).code in ("PARSING_ERROR", "CSV_PARSE_ERROR")


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lines = [f"1 4 {zlib.crc32(str(n).encode())} 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n" for n in range(100_000)]
    assert len(parts_of(archive({"model.ldr": "".join(lines)}))) == 1
    assert list(tmp_path.iterdir()) == []
