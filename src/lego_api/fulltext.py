"""Searching texts in PostgreSQL: words and their beginnings, parts of words, and typing errors where it can."""

import re

from sqlalchemy import ColumnElement, Float, and_, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

MAX_WORDS = 10
MIN_TYPO_CHARACTERS = 4  # shorter words are too much like one another

ENGLISH = literal("english", REGCONFIG)


class TextSearch:
    """Remembers, for the process, whether the database has the extension pg_trgm."""

    def __init__(self) -> None:
        self._has_trigrams: bool | None = None

    async def matching(
        self,
        session: AsyncSession,
        vector: InstrumentedAttribute[str],
        document: InstrumentedAttribute[str],
        query: str,
    ) -> tuple[ColumnElement[bool], ColumnElement[float]]:
        """What is found, and its relevance (higher is better).

        `vector` is the row's tsvector, `document` the same text in lower case; both are indexed.
        """
        words = re.findall(r"\w+", query.lower())[:MAX_WORDS]
        part = _contains(document, query)
        if not words:
            return part, literal(0.0, Float)
        by_word = func.to_tsquery(ENGLISH, " & ".join(words) + ":*")
        found = [vector.bool_op("@@")(by_word), part]
        relevance: ColumnElement[float] = func.ts_rank(vector, by_word)
        if await self._trigrams(session):
            found.append(and_(*(_resembles(document, word) for word in words)))
            relevance += func.word_similarity(query.lower(), document)
        return or_(*found), relevance

    async def _trigrams(self, session: AsyncSession) -> bool:
        if self._has_trigrams is None:
            installed = select(text("1")).select_from(text("pg_extension")).where(text("extname = 'pg_trgm'"))
            self._has_trigrams = await session.scalar(installed) is not None
        return self._has_trigrams


def _contains(document: InstrumentedAttribute[str], query: str) -> ColumnElement[bool]:
    return document.contains(query.lower(), autoescape=True)


def _resembles(document: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    if len(word) < MIN_TYPO_CHARACTERS:
        return _contains(document, word)
    return literal(word).bool_op("<%")(document)
