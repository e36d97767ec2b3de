"""Multipart bodies: texts and files in any order, spooled to disk, closed when the route is done."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from lego_api.errors import Invalid, UnsupportedMediaType
from lego_api.uploads import Upload, clean_filename
from lego_api.web.body import MULTIPART, media_type
from lego_api.web.dependencies import ResourcesDep
from lego_api.web.multipart import multipart_form

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Form:
    texts: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[Upload]] = field(default_factory=dict)

    def validated(self, model: type[S], *, blank: frozenset[str] = frozenset()) -> S:
        """The texts as `model`: a repeated field is a list, an empty one was not sent, but for those in `blank`."""
        given: dict[str, Any] = {}
        for name, values in self.texts.items():
            if kept := [value for value in values if value.strip() or name in blank]:
                given[name] = kept[0] if len(kept) == 1 else kept
        try:
            return model.model_validate(given)
        except ValidationError as error:
            raise RequestValidationError(error.errors()) from error

    def check_fields(self, **most: int) -> None:
        """Raises for files under a name that is not listed, or more of them than listed."""
        for name, files in self.files.items():
            if name not in most:
                raise Invalid(f"Unexpected file field: {name[:100]}. Send files as {' or '.join(most)}.")
            if len(files) > most[name]:
                raise Invalid(f"Too many files in {name}: at most {most[name]} are accepted")

    def text(self, name: str) -> str | None:
        return next(iter(self.texts.get(name, [])), None)

    def file(self, *names: str) -> Upload | None:
        """The first file under the first of these names that has one."""
        return next((files[0] for name in names if (files := self.files.get(name))), None)


async def read_form(request: Request, resources: ResourcesDep) -> AsyncIterator[Form]:
    kind = media_type(request.headers.get("content-type", ""))
    if not kind:  # nothing was sent: the route says what it misses
        yield Form()
        return
    if kind != MULTIPART:
        raise UnsupportedMediaType(f"Send the body as {MULTIPART}")
    async with multipart_form(request, max_file_bytes=resources.settings.max_file_bytes) as parts:
        form = Form()
        for name, value in parts.multi_items():
            if not isinstance(value, UploadFile):
                form.texts.setdefault(name, []).append(value)
            elif value.filename or value.size:  # else it is a field of a page's form where no file was chosen
                upload = Upload(clean_filename(value.filename or ""), value.size or 0, value.file)
                form.files.setdefault(name, []).append(upload)
        yield form


FormData = Annotated[Form, Depends(read_form)]


def multipart_body(*files: str, texts: tuple[str, ...] = ()) -> dict[str, Any]:
    """The OpenAPI description of a form, for routes that take `FormData`."""
    binary = {"type": "array", "items": {"type": "string", "format": "binary"}}
    properties: dict[str, Any] = dict.fromkeys(files, binary) | {name: {"type": "string"} for name in texts}
    schema = {"type": "object", "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
