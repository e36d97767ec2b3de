"""What is in the index: for each kind of row, which of its columns a document holds and how they are searched."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from lego_api.models import SEARCHED_CHARACTERS, GalleryImage, Moc, OwnedRecord, WishlistItem
from lego_api.search_index.analysis import EXACT, EXACT_IN_ANY_CASE, INDEX_SETTINGS, text

Column = InstrumentedAttribute[Any]

INDEX = "index"  # the kind of the outbox entries that say which rows have changed


@dataclass(frozen=True, slots=True)
class Kind:
    """`fields` are the searched ones with their weights; every other property is there to filter or to sort by."""

    name: str
    model: type[OwnedRecord]
    columns: tuple[Column, ...]
    properties: Mapping[str, Any]
    fields: Mapping[str, float]

    @property
    def mapping(self) -> Mapping[str, Any]:
        """The body that creates an index of this kind."""
        common = {"id": EXACT, "user_id": EXACT, "title": text(), "description": text(), "created_at": {"type": "date"}}
        return {
            "settings": INDEX_SETTINGS,
            "mappings": {"dynamic": "strict", "properties": {**common, **self.properties}},
        }

    def alias(self, prefix: str) -> str:
        """Of the index that is searched. Another mapping has another alias: what was built for the old is not asked."""
        digest = hashlib.sha256(json.dumps(self.mapping, sort_keys=True).encode()).hexdigest()
        return f"{self.family(prefix)}-{digest[:8]}"

    def family(self, prefix: str) -> str:
        """What the names of all indices and aliases of this kind begin with."""
        return f"{prefix}-{self.name}"

    def rows(self) -> Select[Any]:
        """The columns of documents: `id`, `search_version` and the rest; of a description, as much as is searched."""
        model: Any = self.model
        description = func.nullif(func.left(model.description, SEARCHED_CHARACTERS), "").label("description")
        common = (*self.id_and_version, model.user_id, model.title, description, model.created_at)
        return select(*common, *self.columns)

    @property
    def id_and_version(self) -> tuple[Column, Column]:
        model: Any = self.model
        return model.id, model.search_version

    def document(self, row: RowMapping) -> Mapping[str, Any]:
        document = {name: CONVERTERS.get(name, _as_it_is)(value) for name, value in row.items()}
        return {name: value for name, value in document.items() if value is not None and name != "search_version"}


def _as_it_is(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _texts(value: Any) -> list[str] | None:
    """Of tags, of which old rows may hold anything."""
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else None


CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "created_at": _moment,
    "tags": _texts,
    "flagged": bool,
}

MOCS = Kind(
    name="mocs",
    model=Moc,
    columns=(Moc.tags, Moc.type, Moc.theme, Moc.set_number),
    properties={
        "tags": text(EXACT_IN_ANY_CASE),
        "type": EXACT,
        "theme": text(EXACT),
        "set_number": text(),
    },
    fields={"title": 3, "tags": 2, "set_number": 2, "theme": 2, "description": 1},
)
GALLERY_IMAGES = Kind(
    name="gallery-images",
    model=GalleryImage,
    columns=(
        GalleryImage.tags,
        GalleryImage.author,
        GalleryImage.category,
        GalleryImage.album_id,
        GalleryImage.flagged,
        GalleryImage.position,
    ),
    properties={
        "tags": text(EXACT_IN_ANY_CASE),
        "author": text(),
        "category": text(EXACT_IN_ANY_CASE),
        "album_id": EXACT,
        "flagged": {"type": "boolean"},
        "position": {"type": "long"},
    },
    fields={"title": 3, "tags": 2, "category": 2, "author": 2, "description": 1},
)
WISHES = Kind(
    name="wishes",
    model=WishlistItem,
    columns=(WishlistItem.category,),
    properties={"category": text(EXACT)},
    fields={"title": 3, "category": 2, "description": 1},
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (MOCS, GALLERY_IMAGES, WISHES)}
