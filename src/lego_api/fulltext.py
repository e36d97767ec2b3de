"""Searching texts in PostgreSQL: words and their beginnings, parts of words, and typing errors where it can."""

import re

from sqlalchemy import ColumnElement, Float, and_, case, func, literal, or_, text
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from lego_api.models.folding import ACCENTED, PLAIN

MAX_CHARACTERS = 200  # of a query; what stands behind them is not looked at
MAX_WORDS = 10
MIN_TYPO_CHARACTERS = 4  # shorter words are too much like one another
MIN_SIMILARITY = 0.5  # one typing error in a word of five letters or more

ENGLISH = literal("english", REGCONFIG)


def searched(query: str) -> str:
    """The part of a query that is looked for."""
    return query.strip()[:MAX_CHARACTERS].rstrip()


class TextSearch:
    """Remembers, for the process, whether the database has the extension pg_trgm."""

    def __init__(self) -> None:
        self._has_trigrams: bool | None = None

    async def matching(
        self,
        session: AsyncSession,
        query: str,
        *,
        headline: InstrumentedAttribute[str],
        vector: InstrumentedAttribute[str],
        document: InstrumentedAttribute[str],
    ) -> tuple[ColumnElement[bool], ColumnElement[float]]:
        """What a `searched` query finds, and its relevance (higher is better).

        Found is what has every word of the query: as a word or the beginning of one, as a part, or nearly so.
        `vector` is the row's tsvector, `document` the same text folded (`models.folding`); both are indexed.
        What resembles the `headline`, which is short, is the more relevant.
        """
        literally = _contains(document, query)
        words = list(dict.fromkeys(re.findall(r"\w+", query)))[:MAX_WORDS]
        if not words:
            return literally, literal(0.0, Float)
        by_word = func.to_tsquery(ENGLISH, " & ".join(f"{word}:*" for word in words))
        parts: list[ColumnElement[bool]] = [_contains(document, word) for word in words]
        in_headline = _contains(_folded(headline), query)
        bonus = case((in_headline, 2.0), (literally, 1.0), else_=0.0)
        relevance: ColumnElement[float] = func.ts_rank(vector, by_word) + bonus
        if await self._trigrams(session):
            parts = [or_(part, _resembles(document, word)) for part, word in zip(parts, words, strict=True)]
            relevance += func.word_similarity(query, headline)
        return or_(vector.bool_op("@@")(by_word), and_(*parts)), relevance

    async def _trigrams(self, session: AsyncSession) -> bool:
        if self._has_trigrams is None:
            visible = text("SELECT to_regprocedure('word_similarity(text, text)') IS NOT NULL")
            self._has_trigrams = bool(await session.scalar(visible))
        return self._has_trigrams


def _folded(value: str | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """By PostgreSQL, as the document was: Python's lower case differs for some letters."""
    return func.translate(func.lower(value), ACCENTED, PLAIN)


def _contains(document: ColumnElement[str] | InstrumentedAttribute[str], part: str) -> ColumnElement[bool]:
    escaped = re.sub(r"([/%_])", r"/\1", part)
    return document.like(_folded(f"%{escaped}%"), escape="/")


def _resembles(document: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """An error leaves one of the word's pieces as it was, and the index finds pieces of three letters or more.

    The operators of pg_trgm would need no pieces, but their threshold is a setting of the session, and a SET pins the
    proxy's connection.
    """
    if len(word) < MIN_TYPO_CHARACTERS:
        return literal(False)
    similar: ColumnElement[bool] = func.word_similarity(_folded(word), document) >= MIN_SIMILARITY
    return and_(or_(*(_contains(document, piece) for piece in _pieces(word))), similar)


def _pieces(word: str) -> set[str]:
    """Two halves, or three thirds of a long word: then also exchanged letters spoil no more than two."""
    length = len(word)
    if length >= 9:
        third = length // 3
        return {word[:third], word[third:-third], word[-third:]}
    half = max(3, length // 2)
    return {word[:half], word[-half:]}
