"""Searching on a PostgreSQL that has no pg_trgm: the same is found, only without an index for parts of words."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.mocs.builders import new_moc
from tests.mocs.test_search import COLLECTION, found
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import serving


@pytest.fixture(scope="module")
def plain(module_settings: Settings, module_database: Database) -> Iterator[Api]:
    module_database.fetch("DROP EXTENSION IF EXISTS pg_trgm CASCADE")
    with serving(module_settings) as api:
        owner = api.user()
        for moc in COLLECTION:
            new_moc(owner, **moc)
        yield api


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("castles", ["Royal Castle", "Dragon"]),
        ("cast", ["Royal Castle", "Dragon"]),
        ("roy cas", ["Royal Castle"]),
        ("idge medieval", ["Royal Castle"]),
        ("zurich", ["Château d'Eau"]),
        ("star wars", ["Millennium Falcon"]),
        ("100%", ["Space Shuttle"]),
        ("!castle", ["Royal Castle", "Dragon"]),
        (":*", []),
        ("castel", ["Royal Castle", "Dragon"]),
    ],
)
def test_everything_still_answers(plain: Api, query: str, titles: list[str]) -> None:
    assert found(plain, query) == titles


def test_also_the_lists(plain: Api) -> None:
    user = plain.user()
    moc = new_moc(user, title="Royal Castle")
    assert user.get("/api/mocs?search=astle").json()["data"] == [moc]
    assert user.get("/api/mocs?search=castel").json()["data"] == [moc]
