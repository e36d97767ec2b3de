"""Every route that searches, asked in one way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

Json = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """`source` None: the route does not tell."""

    rows: Sequence[Json]
    total: int
    source: str | None
    body: Json

    @property
    def titles(self) -> list[str]:
        return [row["title"] for row in self.rows]

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in self.rows]


@dataclass(frozen=True)
class Route:
    """`text` and `size`: its names for what is looked for and how much of it. `inside`: where its rows stand."""

    path: str
    text: str
    size: str
    inside: tuple[str, ...]
    pages: Callable[[int, int], Mapping[str, int]]

    def get(self, user: httpx.Client, text: str | None = None, /, **query: Any) -> httpx.Response:
        return user.get(self.path, params=({} if text is None else {self.text: text}) | query)

    def ask(
        self,
        user: httpx.Client,
        text: str | None = None,
        /,
        *,
        offset: int | None = None,
        count: int | str | None = None,
        **query: Any,
    ) -> Found:
        if count is not None:
            query[self.size] = count
        if offset is not None:
            query |= self.pages(offset, int(count or 20))
        answer = self.get(user, text, **query)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        rows: Any = body
        for name in self.inside:
            about, rows = rows, rows[name]
        return Found(rows, about["total"], about.get("source"), body)


def _from(offset: int, _count: int) -> Mapping[str, int]:
    return {"from": offset}


def _page(offset: int, count: int) -> Mapping[str, int]:
    assert offset % count == 0
    return {"page": offset // count + 1}


MOCS = Route("/api/mocs/search", "q", "size", ("mocs",), _from)
OWN_MOCS = Route("/api/mocs", "search", "limit", ("data",), _page)
IMAGES = Route("/api/images/search", "search", "limit", ("images",), _from)
GALLERY = Route("/api/gallery/search", "q", "size", ("data",), _from)
WISHES = Route("/api/wishlist/search", "q", "size", ("data", "items"), _from)
ROUTES = (MOCS, OWN_MOCS, IMAGES, GALLERY, WISHES)


def assert_source(found: Found, source: str) -> None:
    """That it was answered there, where the route tells."""
    assert found.source in (source, None)
