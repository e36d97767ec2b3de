"""The generated columns in which `lego_api.fulltext` finds a row, its words and its text folded; and its version.

The version is drawn anew, by a trigger, with every change of what the search index holds of the row.
"""

from sqlalchemy import BigInteger, ColumnElement, Computed, Sequence, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from lego_api.models.base import Base
from lego_api.models.folding import folded

SEARCH_VERSIONS = Sequence("search_versions", metadata=Base.metadata)

SEARCHED_CHARACTERS = 100_000  # of a long text; PostgreSQL refuses a tsvector of more than 1 MB

TITLE_VECTOR = "setweight(to_tsvector('english'::regconfig, title), 'A')"
TAGS_VECTOR = (
    "setweight(jsonb_to_tsvector('english'::regconfig, coalesce(tags, '[]'::jsonb), '[\"string\"]'::jsonb), 'B')"
)
DESCRIPTION = f"left(coalesce(description, ''), {SEARCHED_CHARACTERS})"
DESCRIPTION_VECTOR = f"setweight(to_tsvector('english'::regconfig, {DESCRIPTION}), 'C')"
# Of an array in JSON, its texts: without brackets, quotation marks and the commas in between.
TAGS_TEXT = r"""coalesce(replace(replace(btrim(tags::text, '[]"'), '", "', ' '), '\"', '"'), '')"""


def words_vector(words: str) -> str:
    return f"setweight(to_tsvector('english'::regconfig, {words}), 'B')"


def search_vector(*parts: str) -> Mapped[str]:
    computed = Computed(" || ".join(parts), persisted=True)
    return mapped_column(TSVECTOR, computed, deferred=True, nullable=True, sort_order=95)


def search_text(*parts: str) -> Mapped[str]:
    computed = Computed(folded(" || ' ' || ".join(parts)), persisted=True)
    return mapped_column(computed, deferred=True, nullable=True, sort_order=96)


def search_version() -> Mapped[int]:
    return mapped_column(BigInteger, server_default=SEARCH_VERSIONS.next_value(), deferred=True, sort_order=97)


def next_search_version() -> ColumnElement[int]:
    """For an update that draws by itself. A function of the database: `nextval` in a statement pins the proxy."""
    return func.next_search_version(type_=BigInteger)
