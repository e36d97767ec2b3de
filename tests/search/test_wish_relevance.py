"""What a search among one's own wishes finds, and what first."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.search import asking
from tests.search.cases import Case
from tests.search.conftest import Searching
from tests.support.clients import Api, User
from tests.wishlist.builders import new_item

# As they stand in the list.
WISHES: Sequence[Mapping[str, Any]] = [
    {"title": "Lion Knights' Castle", "description": "Set 10305, with a dungeon", "category": "Icons"},
    {"title": "Millennium Falcon", "description": "75192-1, the largest ship", "category": "Star Wars"},
    {"title": "Medieval Town Square", "description": "It belongs beside the castle", "category": "Icons"},
    {"title": "Galaxy Explorer", "description": "A spaceship of 1979", "category": "Space"},
    {"title": "Zürich Tram", "category": "Städte"},
    {"title": "Café Corner", "description": "Used, without its box", "category": "Modular Buildings"},
    {"title": "Крепость", "description": "Стены и башни"},
]

CASES = [
    Case("castle", ["Lion Knights' Castle", "Medieval Town Square"]),
    Case("CASTLE", ["Lion Knights' Castle", "Medieval Town Square"]),
    Case("dungeon", ["Lion Knights' Castle"]),
    # plural and other forms
    Case("castles", ["Lion Knights' Castle", "Medieval Town Square"]),
    Case("knight", ["Lion Knights' Castle"]),
    Case("explorers", ["Galaxy Explorer"]),
    Case("boxes", ["Café Corner"]),
    # the beginning of a word
    Case("mill", ["Millennium Falcon"]),
    Case("gal", ["Galaxy Explorer"]),
    Case("medieval to", ["Medieval Town Square"]),
    # accents
    Case("zurich", ["Zürich Tram"]),
    Case("ZÜRICH", ["Zürich Tram"]),
    Case("stadte", ["Zürich Tram"]),
    Case("cafe", ["Café Corner"]),
    Case("cafe\u0301", ["Café Corner"]),
    # categories
    Case("star wars", ["Millennium Falcon"]),
    Case("icons", ["Lion Knights' Castle", "Medieval Town Square"], in_any_order=True),
    Case("modular", ["Café Corner"]),
    # several words, wherever each of them is
    Case("falcon ship", ["Millennium Falcon"]),
    Case("icons castle", ["Lion Knights' Castle", "Medieval Town Square"]),
    Case("the largest ship", ["Millennium Falcon"]),
    Case("castle falcon", []),
    # numbers of sets, and other numbers
    Case("10305", ["Lion Knights' Castle"]),
    Case("75192", ["Millennium Falcon"]),
    Case("75192-1", ["Millennium Falcon"]),
    Case("1979", ["Galaxy Explorer"]),
    Case("10306", []),
    # other scripts
    Case("Крепость", ["Крепость"]),
    # typing errors
    Case("casle", ["Lion Knights' Castle", "Medieval Town Square"]),
    Case("milennium", ["Millennium Falcon"]),
    Case("falcno", ["Millennium Falcon"]),
    Case("galxay", ["Galaxy Explorer"]),
    Case("dungoen", ["Lion Knights' Castle"]),
    # nothing
    Case("submarine", []),
    Case("???", []),
]


@pytest.fixture(scope="module")
def owner(indexed: Api) -> User:
    """Of the list. A stranger has the same."""
    owner, stranger = indexed.user(), indexed.user()
    for user in (owner, stranger):
        for order, fields in enumerate(WISHES):
            new_item(user, sort_order=str(order), **fields)
    return owner


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.query)
def test_ones_own_wishes(owner: User, searching: Searching, case: Case) -> None:
    case.check(asking.WISHES, searching.api.user(owner.id), searching.source)
