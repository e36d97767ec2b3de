"""A query and what it finds: written once, and true of OpenSearch and of PostgreSQL."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import httpx

from tests.search.asking import Route


class Case(NamedTuple):
    """The titles are found in this order; with `first` more may follow."""

    query: str
    found: Sequence[str]
    first: bool = False
    in_any_order: bool = False

    def check(self, route: Route, user: httpx.Client, source: str) -> None:
        found = route.ask(user, self.query)
        # A query of signs only is PostgreSQL's.
        assert found.source in (source if re.search(r"\w", self.query.replace("_", "")) else "database", None)
        titles = found.titles
        if self.first:
            titles = titles[: len(self.found)]
        else:
            assert found.total == len(self.found)
        if self.in_any_order:
            assert sorted(titles) == sorted(self.found)
        else:
            assert titles == list(self.found)
