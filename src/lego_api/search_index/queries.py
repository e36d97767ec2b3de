"""What is wanted, as OpenSearch asks it. A user's text is only ever a value: no syntax of it means anything."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lego_api.fulltext import MAX_WORDS
from lego_api.search_index.kinds import Kind

WINDOW = 10_000  # hits that OpenSearch counts up to before it wants to be asked in another way
# Words that one may be an error of, in each field: OpenSearch refuses a query that comes to more than 1,024 in all.
MOST_LIKES = 20
LONGEST_WORD = 100  # characters; a prefix or an error of a longer one is expensive to look for

Filter = str | bool | Sequence[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Things that have every word of `text`, if there is one, most relevant first, then by `order`.

    `owner` None: everybody's. `filters`: by field, the value it has; of several values it has all.
    """

    kind: Kind
    text: str
    owner: str | None
    offset: int
    limit: int
    filters: Mapping[str, Filter] = field(default_factory=dict)
    order: Sequence[tuple[str, str]] = (("created_at", "desc"),)

    @property
    def words(self) -> list[str]:
        """Each once, without accents that are characters of their own."""
        plain = "".join(char for char in self.text if not unicodedata.category(char).startswith("M"))
        return list(dict.fromkeys(re.findall(r"_*[^\W_]\w*", plain)))[:MAX_WORDS]

    @property
    def is_for_index(self) -> bool:
        """Signs without a word, and pages that far behind, are left to PostgreSQL."""
        words = self.words
        in_reach = self.offset + self.limit <= WINDOW
        return in_reach and bool(words) and all(len(word) <= LONGEST_WORD for word in words)

    def body(self) -> Mapping[str, Any]:
        words, fields = self.words, self.kind.fields
        last = self.order[-1][1]
        owner = [] if self.owner is None else [{"term": {"user_id": self.owner}}]
        query = {
            "must": [_word(word, fields, is_last=word == words[-1]) for word in words],
            # Words that stand together as they were asked for are what was meant.
            "should": [{"match_phrase": {"title": {"query": self.text, "boost": 2.0}}}] if len(words) > 1 else [],
            "filter": [*owner, *(clause for name, value in self.filters.items() for clause in _filter(name, value))],
        }
        return {
            "query": {"bool": query},
            "from": self.offset,
            "size": self.limit,
            "sort": [{name: direction} for name, direction in (("_score", "desc"), *self.order, ("id", last))],
            "track_total_hits": True,
            "_source": False,
        }


def _word(word: str, fields: Mapping[str, float], *, is_last: bool) -> Mapping[str, Any]:
    """In one of the fields: by its stem; or else as a word with an error; or, the last one, as the beginning of one."""
    stems = [f"{name}^{weight}" for name, weight in fields.items()]
    words = [f"{name}.words^{weight}" for name, weight in fields.items()]
    ways: list[dict[str, Any]] = [
        # Without a stem, as "the" is, it narrows nothing.
        {"multi_match": {"query": word, "fields": stems, "zero_terms_query": "all", "boost": 2.0}},
        {"multi_match": {"query": word, "fields": words}},
    ]
    if not word.isdigit():  # another number is another thing
        nearly = {"query": word, "fields": words, "fuzziness": "AUTO", "max_expansions": MOST_LIKES, "boost": 0.3}
        ways.append({"multi_match": nearly})
    if is_last:
        ways.append({"multi_match": {"query": word, "fields": words, "type": "bool_prefix", "boost": 0.5}})
    return {"bool": {"should": ways, "minimum_should_match": 1}}


def _filter(name: str, value: Filter) -> list[Mapping[str, Any]]:
    values = [value] if isinstance(value, str | bool) else value
    return [{"term": {name: each}} for each in values]
