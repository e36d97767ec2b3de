"""The shape of what searches answer, their pages and totals: the same from OpenSearch and from PostgreSQL."""

from typing import Any

import pytest

from tests.gallery.builders import upload
from tests.mocs.builders import new_moc
from tests.search import asking
from tests.search.asking import ROUTES, Found, Route
from tests.search.conftest import Searching
from tests.support.clients import Api, User
from tests.wishlist.builders import new_item

COUNT = 5  # castles of each kind

every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
with_from = pytest.mark.parametrize(
    "route", [route for route in ROUTES if route != asking.OWN_MOCS], ids=lambda route: route.path
)


@pytest.fixture(scope="module")
def owner(indexed: Api) -> User:
    """Of castles, which are alike, and of something else."""
    user = indexed.user()
    for number in range(COUNT):
        new_moc(user, title=f"Castle {number}", tags=["stone"], description="Old", theme="Castle")
        upload(user, title=f"Castle {number}", tags=["stone"], description="Old", author="Anna", category="Views")
        new_item(user, f"Castle {number}", str(number), description="Old", category="Views")
    new_moc(user, title="Falcon")
    upload(user, title="Falcon")
    new_item(user, "Falcon", "9")
    return user


def numbers(found: Found) -> list[int]:
    return [int(title.removeprefix("Castle ")) for title in found.titles]


@every_route
def test_both_answer_the_same_but_for_where_it_is_from(owner: User, indexed: Api, unindexed: Api, route: Route) -> None:
    """Whole bodies: every key of every row, and the order of rows that are found equally well."""
    ours, theirs = (route.ask(api.user(owner.id), "castle") for api in (indexed, unindexed))
    assert len(ours.rows) == ours.total == COUNT
    assert ours.rows == theirs.rows
    assert [list(row) for row in ours.rows] == [list(row) for row in theirs.rows]
    asking.assert_source(ours, "opensearch")
    asking.assert_source(theirs, "database")
    assert with_source(ours.body) == with_source(theirs.body)


def with_source(body: Any) -> Any:
    """The body with its keys in order, and without what it says of its source."""
    if not isinstance(body, dict):
        return body
    return [(key, None if key in ("source", "message") else with_source(value)) for key, value in body.items()]


def test_mocs_say_where_they_were_found(owner: User, searching: Searching) -> None:
    body = asking.MOCS.ask(searching.api.client(), "castle").body
    assert (body["source"], body["message"]) == (searching.source, f"Found {COUNT} MOCs in {searching.source}")


@every_route
def test_pages_make_up_the_whole(owner: User, searching: Searching, route: Route) -> None:
    user = searching.api.user(owner.id)
    whole = route.ask(user, "castle", count=100)
    pages = [route.ask(user, "castle", offset=offset, count=2) for offset in (0, 2, 4)]
    assert [len(page.rows) for page in pages] == [2, 2, 1]
    assert [row for page in pages for row in page.rows] == whole.rows
    assert {page.total for page in pages} == {COUNT}
    for page in pages:
        asking.assert_source(page, searching.source)


@every_route
def test_behind_the_last_page_there_is_nothing_but_the_total(owner: User, searching: Searching, route: Route) -> None:
    found = route.ask(searching.api.user(owner.id), "castle", offset=40, count=20)
    assert (found.rows, found.total) == ([], COUNT)
    asking.assert_source(found, searching.source)


@with_from
def test_what_lies_beyond_the_window_of_opensearch_is_answered_by_postgresql(
    owner: User, searching: Searching, route: Route
) -> None:
    user = searching.api.user(owner.id)
    within = route.ask(user, "castle", offset=9_990, count=10)
    assert (within.rows, within.total, within.source) == ([], COUNT, searching.source)
    for offset in (9_991, 10_000, 10**9):
        beyond = route.ask(user, "castle", offset=offset, count=10)
        assert (beyond.rows, beyond.total, beyond.source) == ([], COUNT, "database")


@pytest.mark.parametrize(("sent", "length"), [("0", COUNT), ("-1", 1), ("abc", COUNT), ("1000", COUNT), ("2.9", 2)])
@pytest.mark.parametrize("route", [route for route in ROUTES if route != asking.WISHES], ids=lambda route: route.path)
def test_sizes_are_clamped(owner: User, searching: Searching, route: Route, sent: str, length: int) -> None:
    found = route.ask(searching.api.user(owner.id), "castle", count=sent)
    assert (len(found.rows), found.total) == (length, COUNT)
    asking.assert_source(found, searching.source)


@pytest.mark.parametrize(("sent", "length"), [("0", 0), ("-1", COUNT), ("abc", COUNT), ("1000", COUNT), ("2.9", 2)])
def test_sizes_of_wishes_are_clamped_as_they_were(owner: User, searching: Searching, sent: str, length: int) -> None:
    found = asking.WISHES.ask(searching.api.user(owner.id), "castle", size=sent)
    assert (len(found.rows), found.total, found.source) == (length, COUNT, searching.source)


def test_equals_come_in_the_order_of_the_lists(owner: User, searching: Searching) -> None:
    """The newest first, and wishes as they were wished for."""
    user = searching.api.user(owner.id)
    newest_first = list(reversed(range(COUNT)))
    for route in (asking.MOCS, asking.OWN_MOCS, asking.IMAGES, asking.GALLERY):
        assert numbers(route.ask(user, "castle")) == newest_first, route.path
    assert numbers(asking.WISHES.ask(user, "castle")) == list(range(COUNT))
    assert numbers(asking.OWN_MOCS.ask(user, "castle", sort="oldest")) == list(range(COUNT))


@every_route
def test_without_words_the_list_comes_from_the_database(owner: User, searching: Searching, route: Route) -> None:
    user = searching.api.user(owner.id)
    for text in (None, "", " \t "):
        found = route.ask(user, text)
        assert found.total == len(found.rows) == COUNT + 1
        asking.assert_source(found, "database")


@every_route
def test_nothing_found_is_an_empty_answer(owner: User, searching: Searching, route: Route) -> None:
    found = route.ask(searching.api.user(owner.id), "submarine")
    assert (found.rows, found.total) == ([], 0)
    asking.assert_source(found, searching.source)


@pytest.mark.parametrize("route", ROUTES[1:], ids=lambda route: route.path)
def test_a_stranger_finds_nothing_of_it(owner: User, searching: Searching, route: Route) -> None:
    for stranger in (searching.api.user(), searching.api.admin()):
        found = route.ask(stranger, "castle")
        assert (found.rows, found.total) == ([], 0)
        asking.assert_source(found, searching.source)


def test_images_are_searched_by_either_name_of_the_text(owner: User, searching: Searching) -> None:
    user = searching.api.user(owner.id)
    for path in (asking.IMAGES.path, asking.GALLERY.path):
        answers = [user.get(path, params={name: "castle"}).json() for name in ("q", "search")]
        assert answers[0] == answers[1]
        assert (answers[0]["total"], answers[0]["source"]) == (COUNT, searching.source)


@pytest.mark.parametrize("route", ROUTES[1:], ids=lambda route: route.path)
def test_what_others_have_takes_no_place_on_a_page(indexed: Api, searching: Searching, route: Route) -> None:
    user, crowd = indexed.user(), indexed.user()
    for number, each in enumerate((user, crowd, crowd)):
        new_moc(each, title=f"Keep {number}")
        upload(each, title="Keep keep")
        new_item(each, "Keep keep")
    found = route.ask(searching.api.user(user.id), "keep", count=1)
    assert ([row["userId"] for row in found.rows], found.total) == ([user.id], 1)
