"""Reading `multipart/form-data`: as Starlette does, but a form that ends in the middle is an error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser

from lego_api.errors import Invalid, PayloadTooLarge
from lego_api.uploads import MEGABYTE

MAX_FILES = 30
MAX_TEXTS = 200
MAX_TEXT_BYTES = 128 * 1024  # of one text


class _Parser(MultiPartParser):
    """Ends as soon as a part is too large, whatever is still to come."""

    max_file_bytes: int
    _is_complete = False
    _part_bytes = 0

    def on_part_begin(self) -> None:
        self._part_bytes = 0
        super().on_part_begin()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        part = self._current_part
        self._part_bytes += end - start
        if part.file is None and self._part_bytes > self.max_part_size:
            raise Invalid(f"{part.field_name[:100]} is too long: at most {self.max_part_size // 1024} KB are accepted")
        if part.file is not None and self._part_bytes > self.max_file_bytes:
            megabytes = self.max_file_bytes // MEGABYTE
            raise PayloadTooLarge(f"File too large. Maximum size of any file is {megabytes}MB.")
        super().on_part_data(data, start, end)

    def on_end(self) -> None:
        self._is_complete = True

    async def parse(self) -> FormData:
        try:
            form = await super().parse()
            if not self._is_complete:
                raise Invalid("The form is incomplete: its last boundary is missing")
        except BaseException:
            for file in self._files_to_close_on_error:
                file.close()
            raise
        return form


@asynccontextmanager
async def multipart_form(request: Request, *, max_file_bytes: int) -> AsyncIterator[FormData]:
    """The parts, with files spooled to disk; closed at the end.

    Raises `Invalid`, `PayloadTooLarge`, or what receiving raises.
    """
    parser = _Parser(
        request.headers,
        request.stream(),
        max_files=MAX_FILES,
        max_fields=MAX_TEXTS,
        max_part_size=MAX_TEXT_BYTES,
    )
    parser.max_file_bytes = max_file_bytes
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Invalid(error.message) from error
    try:
        yield form
    finally:
        await form.close()
