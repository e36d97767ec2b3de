"""Words and filters together: of what is found, only what the filters let pass, and a total of just that."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.gallery.builders import album, upload
from tests.mocs.builders import new_moc
from tests.search import asking
from tests.search.conftest import Searching
from tests.support.clients import Api, User
from tests.wishlist.builders import new_item


@pytest.fixture(scope="module")
def owner(indexed: Api) -> User:
    return indexed.user()


def titles(route: asking.Route, user: User, searching: Searching, text: str, **query: Any) -> list[str]:
    found = route.ask(user, text, **query)
    asking.assert_source(found, searching.source)
    assert found.total == len(found.rows)
    return sorted(found.titles)


@pytest.fixture(scope="module")
def mocs(indexed: Api, owner: User) -> None:
    new_moc(owner, title="Castle A", tags=["Medieval", "Café & co"], theme="Castle")
    new_moc(owner, title="Castle B", tags=["medieval", "stone", "İstanbul"], theme="castle")
    new_moc(owner, title="Castle C", type="set", brand="LEGO", theme="Castle", setNumber="6080")
    new_moc(indexed.user(), title="Castle D", tags=["medieval"], theme="Castle")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Castle A", "Castle B", "Castle C"]),
        ({"tag": "medieval"}, ["Castle A", "Castle B"]),
        ({"tag": "MEDIEVAL"}, ["Castle A", "Castle B"]),
        ({"tag": "medi"}, []),
        ({"tag": "Café & co"}, ["Castle A"]),
        ({"tag": "İstanbul"}, ["Castle B"]),
        ({"tag": ""}, ["Castle A", "Castle B", "Castle C"]),
        ({"type": "set"}, ["Castle C"]),
        ({"type": "moc"}, ["Castle A", "Castle B"]),
        ({"theme": "Castle"}, ["Castle A", "Castle C"]),
        ({"theme": "castle"}, ["Castle B"]),
        ({"theme": "Castle", "type": "moc", "tag": "medieval"}, ["Castle A"]),
        ({"theme": "Space"}, []),
    ],
)
def test_ones_own_mocs(
    owner: User, mocs: None, searching: Searching, query: Mapping[str, str], found: Sequence[str]
) -> None:
    user = searching.api.user(owner.id)
    assert titles(asking.OWN_MOCS, user, searching, "castle", **query) == found


def test_everybodys_mocs_by_a_tag(owner: User, mocs: None, searching: Searching) -> None:
    user = searching.api.client()
    assert titles(asking.MOCS, user, searching, "castle", tag="Medieval") == ["Castle A", "Castle B", "Castle D"]
    assert titles(asking.MOCS, user, searching, "castle", tag="stone") == ["Castle B"]
    assert titles(asking.MOCS, user, searching, "castle", tag="sand") == []


@pytest.fixture(scope="module")
def album_id(indexed: Api, owner: User) -> str:
    """Of an album with one of the images."""
    inside = str(album(owner)["id"])
    upload(owner, title="Castle A", tags=["medieval", "stone"], category="Views", albumId=inside)
    upload(owner, title="Castle B", tags=["Medieval"], category="views")
    upload(owner, title="Castle C", category="Plans")
    flagged = upload(owner, title="Castle F")["id"]
    for _ in range(indexed.settings.flags_for_moderation):
        assert indexed.user().post("/api/flag", json={"imageId": flagged}).status_code == 201
    return inside


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Castle A", "Castle B", "Castle C", "Castle F"]),
        ({"tag": "medieval"}, ["Castle A", "Castle B"]),
        ({"tag": ["MEDIEVAL", "stone"]}, ["Castle A"]),
        ({"tag": ["medieval", "sand"]}, []),
        ({"tag": ["", "medieval"]}, ["Castle A", "Castle B"]),
        ({"category": "VIEWS"}, ["Castle A", "Castle B"]),
        ({"category": "view"}, []),
        ({"albumId": "its own"}, ["Castle A"]),
        ({"albumId": "00000000-0000-4000-8000-000000000000"}, []),
        ({"albumId": "its own", "tag": "medieval", "category": "views", "flagged": "false"}, ["Castle A"]),
        ({"flagged": "true"}, ["Castle F"]),
        ({"flagged": "false"}, ["Castle A", "Castle B", "Castle C"]),
        ({"flagged": "true", "category": "views"}, []),
    ],
)
@pytest.mark.parametrize("route", [asking.IMAGES, asking.GALLERY], ids=lambda route: route.path)
def test_ones_own_images(
    owner: User,
    album_id: str,
    searching: Searching,
    route: asking.Route,
    query: Mapping[str, Any],
    found: Sequence[str],
) -> None:
    given = {**query, **({"albumId": album_id} if query.get("albumId") == "its own" else {})}
    assert titles(route, searching.api.user(owner.id), searching, "castle", **given) == found


@pytest.mark.parametrize("route", [asking.IMAGES, asking.GALLERY], ids=lambda route: route.path)
def test_an_album_id_that_is_none_is_refused(owner: User, searching: Searching, route: asking.Route) -> None:
    answer = route.get(searching.api.user(owner.id), "castle", albumId="x")
    assert answer.status_code == 400
    assert "albumId" in answer.json()["details"]["fieldErrors"]


@pytest.fixture(scope="module")
def wishes(indexed: Api, owner: User) -> None:
    new_item(owner, "Castle A", "1", category="Icons")
    new_item(owner, "Castle B", "2", category="icons")
    new_item(owner, "Castle C", "3")


@pytest.mark.parametrize(
    ("category", "found"),
    [
        ("", ["Castle A", "Castle B", "Castle C"]),
        ("Icons", ["Castle A"]),  # exactly, as the list of a category has it
        ("icons", ["Castle B"]),
        ("icon", []),
    ],
)
def test_ones_own_wishes(owner: User, wishes: None, searching: Searching, category: str, found: Sequence[str]) -> None:
    user = searching.api.user(owner.id)
    assert titles(asking.WISHES, user, searching, "castle", category=category) == found
