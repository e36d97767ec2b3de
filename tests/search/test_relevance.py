"""What a search finds, and what first: written once, and true of OpenSearch and of PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.search import asking
from tests.search.cases import Case
from tests.search.conftest import Searching
from tests.support.clients import Api, User

MOCS: Sequence[Mapping[str, Any]] = [
    {"title": "Medieval Castle", "description": "Four towers and a drawbridge.", "tags": ["castle", "knights"]},
    {"title": "Lion Knights", "description": "A castle in the hills", "tags": ["medieval"]},
    {"title": "Space Shuttle", "description": "It lands on a runway.", "tags": ["space", "nasa"]},
    {
        "title": "Galaxy Explorer",
        "description": "A spaceship of 1979",
        "type": "set",
        "brand": "LEGO",
        "theme": "Space",
        "setNumber": "10497",
    },
    {
        "title": "Millennium Falcon",
        "description": "The fastest ship",
        "type": "set",
        "brand": "LEGO",
        "theme": "Star Wars",
        "setNumber": "75192-1",
    },
    {"title": "X-Wing Fighter", "description": "With an R2 unit", "tags": ["star wars", "starfighter"]},
    {"title": "Zürich Tram", "description": "Blue and white, for the Limmatquai", "tags": ["train", "city"]},
    {"title": "Café Corner", "description": "The first modular building", "tags": ["modular", "city"]},
    {"title": "Brick Bank", "description": "A laundry and a vault", "tags": ["Modular"]},
    {"title": "Red Dragon", "description": "Breathes fire", "tags": ["fantasy"]},
    {"title": "Fire Station", "description": "Two engines, red of course", "tags": ["city"]},
    {"title": "Windmill", "description": "Turns in the wind", "tags": ["countryside"]},
    {"title": "Train Station", "description": "Two platforms", "tags": ["city", "trains"]},
    {"title": "Крепость", "description": "Стены и башни", "tags": ["замок"]},
    {"title": "100% Technic Crane", "description": "Lifts 2.5 kg", "tags": ["technic"]},
    {"title": "The Builder's House", "description": "Where he lives", "tags": ["house"]},
    {"title": "Pirate Ship", "description": "Three masts and twelve cannons", "tags": ["pirates", "sea"]},
]


CASES = [
    # a word, in the title before the tags before the description
    Case("castle", ["Medieval Castle", "Lion Knights"]),
    Case("CASTLE", ["Medieval Castle", "Lion Knights"]),
    Case("space", ["Space Shuttle", "Galaxy Explorer"], in_any_order=True),
    Case("dragon", ["Red Dragon"]),
    Case("drawbridge", ["Medieval Castle"]),
    Case("red", ["Red Dragon", "Fire Station"]),
    Case("fire", ["Fire Station", "Red Dragon"]),
    Case("windmill", ["Windmill"]),
    # plural and other forms
    Case("castles", ["Medieval Castle", "Lion Knights"]),
    Case("knight", ["Lion Knights", "Medieval Castle"]),
    Case("dragons", ["Red Dragon"]),
    Case("tower", ["Medieval Castle"]),
    Case("trains", ["Train Station", "Zürich Tram"]),
    Case("building", ["Café Corner"], first=True),
    Case("cannon", ["Pirate Ship"]),
    # the beginning of a word
    Case("cast", ["Medieval Castle", "Lion Knights"], first=True),
    Case("mille", ["Millennium Falcon"]),
    Case("gal", ["Galaxy Explorer"]),
    Case("shutt", ["Space Shuttle"]),
    Case("star wa", ["Millennium Falcon", "X-Wing Fighter"], in_any_order=True),
    Case("pirate sh", ["Pirate Ship"]),
    # accents
    Case("zurich", ["Zürich Tram"]),
    Case("Zürich", ["Zürich Tram"]),
    Case("ZÜRICH", ["Zürich Tram"]),
    Case("cafe", ["Café Corner"]),
    Case("cafe\u0301", ["Café Corner"]),
    Case("càfe corner", ["Café Corner"]),
    # tags
    Case("modular", ["Brick Bank", "Café Corner"], in_any_order=True),
    Case("nasa", ["Space Shuttle"]),
    Case("countryside", ["Windmill"]),
    Case("starfighter", ["X-Wing Fighter"]),
    # several words, wherever each of them is
    Case("medieval castle", ["Medieval Castle", "Lion Knights"]),
    Case("castle medieval", ["Medieval Castle", "Lion Knights"]),
    Case("red fire", ["Fire Station", "Red Dragon"], in_any_order=True),
    Case("train station", ["Train Station"]),
    Case("station city", ["Train Station", "Fire Station"], in_any_order=True),
    Case("the castle", ["Medieval Castle", "Lion Knights"]),
    Case("castle in the hills", ["Lion Knights"]),
    Case("the builder's house", ["The Builder's House"]),
    Case("builders house", ["The Builder's House"]),
    Case("x-wing", ["X-Wing Fighter"]),
    # numbers of sets, and other numbers
    Case("10497", ["Galaxy Explorer"]),
    Case("75192", ["Millennium Falcon"]),
    Case("75192-1", ["Millennium Falcon"]),
    Case("galaxy 10497", ["Galaxy Explorer"]),
    Case("1979", ["Galaxy Explorer"]),
    # themes, other scripts, signs
    Case("star wars", ["Millennium Falcon", "X-Wing Fighter"], in_any_order=True),
    Case("Крепость", ["Крепость"]),
    Case("замок", ["Крепость"]),
    Case("100%", ["100% Technic Crane"]),
    Case("2.5 kg", ["100% Technic Crane"]),
    # typing errors
    Case("castel", ["Medieval Castle", "Lion Knights"]),
    Case("medeival", ["Medieval Castle", "Lion Knights"]),
    Case("milennium", ["Millennium Falcon"]),
    Case("falcno", ["Millennium Falcon"]),
    Case("dargon", ["Red Dragon"]),
    Case("shuttel", ["Space Shuttle"]),
    Case("windmil", ["Windmill"]),
    Case("zurihc", ["Zürich Tram"]),
    Case("technik crane", ["100% Technic Crane"]),
    Case("pirat shipp", ["Pirate Ship"]),
    # nothing
    Case("submarine", []),
    Case("castle submarine", []),
    Case("10498", []),
    Case("99999", []),
    Case("%", ["100% Technic Crane"]),
    Case("_", []),
]


@pytest.fixture(scope="module")
def builder(indexed: Api) -> User:
    user = indexed.user("builder")
    for moc in MOCS:
        user.post("/api/mocs", json=moc).raise_for_status()
    return user


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.query)
def test_everybodys_mocs(builder: User, searching: Searching, case: Case) -> None:
    case.check(asking.MOCS, searching.api.client(), searching.source)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.query)
def test_ones_own_mocs(builder: User, searching: Searching, case: Case) -> None:
    case.check(asking.OWN_MOCS, searching.api.user(builder.id), searching.source)
