"""Reading `multipart/form-data`: as Starlette does, but a form that ends in the middle is an error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser

from lego_api.errors import Invalid

MAX_FILES = 30
MAX_TEXTS = 200
MAX_TEXT_BYTES = 128 * 1024  # of one text


class _Parser(MultiPartParser):
    _is_complete = False

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        part = self._current_part
        if part.file is None and len(part.data) + end - start > self.max_part_size:
            raise Invalid(f"{part.field_name[:100]} is too long: at most {self.max_part_size // 1024} KB are accepted")
        super().on_part_data(data, start, end)

    def on_end(self) -> None:
        self._is_complete = True

    async def parse(self) -> FormData:
        form = await super().parse()
        if not self._is_complete:
            for file in self._files_to_close_on_error:
                file.close()
            raise Invalid("The form is incomplete: its last boundary is missing")
        return form


@asynccontextmanager
async def multipart_form(request: Request) -> AsyncIterator[FormData]:
    """The parts, with files spooled to disk; closed at the end. Raises `Invalid`, or what receiving raises."""
    parser = _Parser(
        request.headers,
        request.stream(),
        max_files=MAX_FILES,
        max_fields=MAX_TEXTS,
        max_part_size=MAX_TEXT_BYTES,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Invalid(error.message) from error
    try:
        yield form
    finally:
        await form.close()
