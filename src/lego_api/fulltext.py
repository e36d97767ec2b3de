"""Searching texts in PostgreSQL: words and their beginnings, parts of words, and words with a typing error."""

import re

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, literal, or_, types
from sqlalchemy.dialects.postgresql import JSONB, REGCONFIG
from sqlalchemy.orm import InstrumentedAttribute

from lego_api.models.folding import ACCENTED, PLAIN, fold

MAX_CHARACTERS = 200  # of a query; what stands behind them is not looked at
MAX_WORDS = 8  # with more, a statement may have more than the 16 KB that RDS Proxy takes
# Words of these lengths are forgiven an error: shorter ones are too much like one another, longer ones are none.
TYPO_CHARACTERS = range(5, 21)
LONG_WORD = 9  # letters; from here on the index on trigrams takes an expression of all errors for too complex

ENGLISH = literal("english", REGCONFIG)

Text = ColumnElement[str] | InstrumentedAttribute[str]


def searched(query: str) -> str:
    """The part of a query that is looked for."""
    return query.strip()[:MAX_CHARACTERS].rstrip()


def matching(
    query: str,
    *,
    headline: InstrumentedAttribute[str],
    vector: InstrumentedAttribute[str],
    document: InstrumentedAttribute[str],
) -> tuple[ColumnElement[bool], ColumnElement[float]]:
    """What a `searched` query finds, and its relevance (higher is better).

    Found is what has every word of the query: as a word or the beginning of one, as a part, or with one error in it.
    `vector` is the row's tsvector, `document` the same text folded (`models.folding`). The first is indexed, the second
    where PostgreSQL has the extension pg_trgm. What is found in the `headline` is the more relevant.
    """
    literally = _contains(document, query)
    words = list(dict.fromkeys(re.findall(r"\w+", query)))[:MAX_WORDS]
    if not words:
        return literally, literal(0.0, Float)
    by_word = func.to_tsquery(ENGLISH, " & ".join(f"{word}:*" for word in words))
    title = _folded(headline)
    bonus = case((_contains(title, query), 2.0), (literally, 1.0), (_nearly(title, words), 0.5), else_=0.0)
    return or_(vector.bool_op("@@")(by_word), _nearly(document, words)), func.ts_rank(vector, by_word) + bonus


def has_tag(tags: InstrumentedAttribute[list[str] | None], tag: str) -> ColumnElement[bool]:
    """Whether a tag is among those of a column, in whatever case. Written as the index on it has it."""
    lower = cast(func.lower(cast(tags, types.Text)), JSONB)
    return lower.contains(func.jsonb_build_array(func.lower(tag)))


def _folded(value: str | Text) -> ColumnElement[str]:
    """By PostgreSQL, as the document was: Python's lower case differs for some letters."""
    return func.translate(func.lower(value), ACCENTED, PLAIN)


def _contains(text: Text, part: str) -> ColumnElement[bool]:
    escaped = re.sub(r"([/%_])", r"/\1", part)
    return text.like(_folded(f"%{escaped}%"), escape="/")


def _nearly(text: Text, words: list[str]) -> ColumnElement[bool]:
    """Every word is a part of the text, or one of its words but for an error."""
    return and_(*(or_(_contains(text, word), *_misspelt(text, word)) for word in words))


def _misspelt(text: Text, word: str) -> list[ColumnElement[bool]]:
    """One letter too many, too few or another, or two neighbours exchanged.

    As a regular expression, because the index on trigrams serves those; pg_trgm's own measure of similarity finds most
    exchanged letters too different, and its threshold is a setting of the session, which pins the proxy's connection.
    """
    word = fold(word)
    if len(word) not in TYPO_CHARACTERS or word.isdigit():  # another number is another thing
        return []
    positions = range(len(word))
    edited = [rf"{word[:i]}\w{{0,2}}{word[i + 1 :]}" for i in positions]
    exchanged = [f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}" for i in positions[:-1]]
    nearly = text.regexp_match(rf"\m(?:{'|'.join(edited + exchanged)})\M")
    if len(word) < LONG_WORD:
        return [nearly]
    third = len(word) // 3  # of which an error spoils two at most
    pieces = (word[:third], word[third:-third], word[-third:])
    return [and_(or_(*(_contains(text, piece) for piece in pieces)), nearly)]
