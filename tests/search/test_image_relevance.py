"""What a search among one's own images finds, and what first."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.gallery.builders import upload
from tests.search import asking
from tests.search.cases import Case
from tests.search.conftest import Searching
from tests.support.clients import Api, User

# The oldest first.
IMAGES: Sequence[Mapping[str, Any]] = [
    {"title": "Royal Castle", "description": "Walls and a drawbridge", "tags": ["medieval", "knights"]},
    {"title": "Dragon", "description": "It guards the castle", "author": "Anna Müller"},
    {"title": "Château d'Eau", "description": "Wasserturm für Zürich", "category": "Wassertürme"},
    {"title": "Nest", "tags": ["star wars", "Modular"], "category": "Space"},
    {"title": "Café Corner", "description": "Set 10182, the first of the modular buildings", "tags": ["City"]},
    {"title": "Brick Bank", "description": "A vault of 2016", "tags": ["modular", "city"]},
    {"title": "Train Station", "description": "Two platforms", "category": "Trains", "author": "Zoë"},
    {"title": "Крепость", "description": "Стены и башни", "tags": ["замок"]},
]

CASES = [
    Case("castle", ["Royal Castle", "Dragon"]),
    Case("CASTLES", ["Royal Castle", "Dragon"]),
    Case("drawbridge", ["Royal Castle"]),
    # plural and other forms
    Case("dragons", ["Dragon"]),
    Case("knight", ["Royal Castle"]),
    Case("platform", ["Train Station"]),
    Case("building", ["Café Corner"]),
    # the beginning of a word
    Case("cast", ["Royal Castle", "Dragon"]),
    Case("roy", ["Royal Castle"]),
    Case("train stat", ["Train Station"]),
    # accents
    Case("chateau", ["Château d'Eau"]),
    Case("zurich", ["Château d'Eau"]),
    Case("cafe", ["Café Corner"]),
    Case("CAFÉ", ["Café Corner"]),
    Case("cafe\u0301", ["Café Corner"]),
    # tags, categories and who made them
    Case("medieval", ["Royal Castle"]),
    Case("star wars", ["Nest"]),
    Case("modular", ["Brick Bank", "Nest", "Café Corner"], in_any_order=True),
    Case("space", ["Nest"]),
    Case("wasserturme", ["Château d'Eau"]),
    Case("anna", ["Dragon"]),
    Case("muller", ["Dragon"]),
    Case("zoe", ["Train Station"]),
    # several words, wherever each of them is
    Case("castle royal", ["Royal Castle"]),
    Case("modular city", ["Brick Bank", "Café Corner"], in_any_order=True),
    Case("the dragon", ["Dragon"]),
    Case("castle dragon", ["Dragon"]),
    Case("castle nest", []),
    # numbers
    Case("10182", ["Café Corner"]),
    Case("2016", ["Brick Bank"]),
    Case("2017", []),
    # other scripts
    Case("Крепость", ["Крепость"]),
    Case("замок", ["Крепость"]),
    # typing errors
    Case("casle", ["Royal Castle", "Dragon"]),
    Case("castel", ["Royal Castle", "Dragon"]),
    Case("medeival", ["Royal Castle"]),
    Case("dargon", ["Dragon"]),
    Case("chatau", ["Château d'Eau"]),
    Case("platfroms", ["Train Station"]),
    # nothing
    Case("submarine", []),
    Case("<->", []),
]


@pytest.fixture(scope="module")
def owner(indexed: Api) -> User:
    """Of the collection. A stranger has the same."""
    owner, stranger = indexed.user(), indexed.user()
    for user in (owner, stranger):
        for texts in IMAGES:
            upload(user, **texts)
    return owner


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.query)
@pytest.mark.parametrize("route", [asking.IMAGES, asking.GALLERY], ids=lambda route: route.path)
def test_ones_own_images(owner: User, searching: Searching, route: asking.Route, case: Case) -> None:
    case.check(route, searching.api.user(owner.id), searching.source)
