"""The search index: a copy, in OpenSearch, of the texts by which rows are found, and never more than a copy.

It answers ids. Rows come from the database, through what the caller may see, so an index that lies can neither leak nor
invent. A document has its row's `search_version`, and an older one never takes the place of a newer.
"""

from lego_api.search_index.index import SearchIndex
from lego_api.search_index.kinds import GALLERY_IMAGES, KINDS, MOCS, WISHES, Kind
from lego_api.search_index.queries import Wanted
from lego_api.search_index.results import Results, from_database, from_index, search

__all__ = [
    "GALLERY_IMAGES",
    "KINDS",
    "MOCS",
    "WISHES",
    "Kind",
    "Results",
    "SearchIndex",
    "Wanted",
    "from_database",
    "from_index",
    "search",
]
