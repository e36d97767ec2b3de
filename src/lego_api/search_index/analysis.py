"""How texts become words: the same words as in PostgreSQL (`models.folding`, its configuration `english`)."""

from typing import Any

EXACT: dict[str, Any] = {"type": "keyword", "ignore_above": 8191}  # of at most four bytes each: Lucene takes 32,766
EXACT_IN_ANY_CASE: dict[str, Any] = EXACT | {"normalizer": "in_any_case"}

LONGEST_TOKEN = 200  # characters; more than a word that is searched may have


def text(exact: dict[str, Any] | None = None) -> dict[str, Any]:
    """A field by its words' stems, and as `words` without: beginnings and typing errors of a stem are others.

    As `exact` it is there whole, where that is given.
    """
    words = {"type": "text", "analyzer": "words"}
    return {"type": "text", "analyzer": "stems", "fields": {"words": words} | ({"exact": exact} if exact else {})}


INDEX_SETTINGS: dict[str, Any] = {
    "index": {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "1s",
        # A deletion is remembered so long: what was written before it, and arrives after it, stays deleted.
        "gc_deletes": "1h",
    },
    "analysis": {
        "char_filter": {
            # An accent that is a character of its own, as macOS writes them, would split its word.
            "without_marks": {"type": "pattern_replace", "pattern": "\\p{M}+", "replacement": ""},
        },
        "tokenizer": {"letters_and_digits": {"type": "pattern", "pattern": "[^\\p{L}\\p{N}_]+"}},
        "filter": {
            "common_words": {"type": "stop", "stopwords": "_english_"},
            "stemmed": {"type": "stemmer", "language": "english"},
            # One that never ends, as an old row may have it, would have the whole document refused.
            "shortened": {"type": "truncate", "length": LONGEST_TOKEN},
        },
        "normalizer": {"in_any_case": {"type": "custom", "filter": ["lowercase"]}},
        "analyzer": {
            "words": {
                "type": "custom",
                "char_filter": ["without_marks"],
                "tokenizer": "letters_and_digits",
                "filter": ["lowercase", "asciifolding", "shortened"],
            },
            "stems": {
                "type": "custom",
                "char_filter": ["without_marks"],
                "tokenizer": "letters_and_digits",
                "filter": ["lowercase", "asciifolding", "common_words", "stemmed", "shortened"],
            },
        },
    },
}
