"""Rows as clients see them: stored references become URLs."""

from collections.abc import Iterable
from typing import Any, TypeVar

from lego_api.adapters.storage import Storage
from lego_api.mocs.repository import PICTURES, THUMBNAIL
from lego_api.models import Moc, MocFile
from lego_api.rows import MocFileOut, MocOut

S = TypeVar("S", bound=MocOut)


class MocPresenter:
    def __init__(self, storage: Storage) -> None:
        self._context = {"file_url": storage.url}

    def moc(self, moc: Moc) -> MocOut:
        return MocOut.model_validate(moc, context=self._context)

    def moc_as(self, model: type[S], moc: Moc, **parts: Any) -> S:
        """A MOC together with what else the model shows of it."""
        columns = {name: getattr(moc, name) for name in MocOut.model_fields}
        return model.model_validate(columns | parts, context=self._context)

    def file(self, file: MocFile) -> MocFileOut:
        return MocFileOut.model_validate(file, context=self._context)

    def images(self, files: Iterable[MocFile]) -> list[dict[str, Any]]:
        """The pictures among a MOC's files, its thumbnail first."""
        pictures = [file for file in files if file.file_type in PICTURES]
        return [
            {"id": file.id, "url": file.file_url, "alt": file.original_filename, "caption": file.original_filename}
            for file in sorted(pictures, key=lambda file: file.file_type != THUMBNAIL)
        ]
