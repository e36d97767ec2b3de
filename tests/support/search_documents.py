"""Whether the search index is what the database is: document by document and field by field, asked of both directly."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from lego_api.config import Settings
from tests.support.database import Database

PAGE = 5000
SEARCHED_CHARACTERS = 100_000

COMMON = ("id", "user_id", "title", "description", "created_at", "search_version")
# By the name of the index: the table, and the columns of which a document tells besides those that all have.
SOURCES = {
    "mocs": ("moc_instructions", ("tags", "type", "theme", "set_number")),
    "gallery-images": ("gallery_images", ("tags", "author", "category", "album_id", "flagged", "position")),
    "wishes": ("wishlist_items", ("category",)),
}

Document = Mapping[str, Any]


def searching(settings: Settings, url: str, **changes: Any) -> Settings:
    """With OpenSearch at `url`, in indices that belong to the database of the settings."""
    prefix = f"test-{settings.database_url[-12:]}"
    return settings.model_copy(update={"opensearch_url": url, "opensearch_index_prefix": prefix, **changes})


def assert_index_is_database(settings: Settings, url: str | None = None) -> None:
    """`url`: where OpenSearch is, if the application goes another way."""
    database = Database(settings.database_url)
    for name in SOURCES:
        documents = dict(_documents(url or str(settings.opensearch_url), f"{settings.opensearch_index_prefix}-{name}"))
        rows = dict(_rows(database, name))
        differing = {id: (rows.get(id), documents.get(id)) for id in rows.keys() | documents.keys()}
        differing = {id: pair for id, pair in differing.items() if pair[0] != pair[1]}
        sample = "\n".join(f"{row}\n    is, in the index, {document}" for row, document in list(differing.values())[:5])
        assert not differing, f"{len(differing)} of {len(rows)} {name} differ:\n{sample}"


def _documents(url: str, family: str) -> Iterator[tuple[str, Document]]:
    with httpx.Client(base_url=url, timeout=120) as opensearch:

        def ask(path: str, body: Any = None) -> Any:
            return opensearch.post(path, json=body).raise_for_status().json()

        indices = opensearch.get(f"/{family}-*").raise_for_status().json()
        assert len(indices) == 1, f"there is not one index of {family}: {list(indices)}"
        ask(f"/{family}-*/_refresh")
        body: dict[str, Any] = {"size": PAGE, "sort": [{"id": "asc"}], "version": True}
        while hits := ask(f"/{family}-*/_search", body)["hits"]["hits"]:
            for hit in hits:
                yield hit["_id"], {**hit["_source"], "search_version": hit["_version"]}
            body["search_after"] = hits[-1]["sort"]


def _rows(database: Database, name: str) -> Iterator[tuple[str, Document]]:
    table, columns = SOURCES[name]
    for row in database.fetch(f"SELECT {', '.join(COMMON + columns)} FROM {table}"):
        row["description"] = (row["description"] or "")[:SEARCHED_CHARACTERS] or None
        yield str(row["id"]), {name: _plain(value) for name, value in row.items() if value is not None}


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.replace(tzinfo=UTC).isoformat()
        case list():
            return [text for text in value if isinstance(text, str)]
    return value
