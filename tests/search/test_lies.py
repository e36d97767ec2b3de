"""An index that lies: nobody sees a row that is not theirs, or one that is not there, and counts stay sensible."""

from typing import Any
from uuid import uuid4

import pytest

from lego_api.config import Settings
from lego_api.search_index import GALLERY_IMAGES, MOCS, WISHES
from tests.gallery.builders import album, upload
from tests.mocs.builders import new_moc
from tests.search import asking
from tests.search.conftest import build
from tests.search.documents import Documents
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.wishlist.builders import new_item

PRIVATE = "Secret castle"


@pytest.fixture
def images(indexed_settings: Settings) -> Documents:
    return Documents(indexed_settings, GALLERY_IMAGES)


@pytest.fixture
def wishes(indexed_settings: Settings) -> Documents:
    return Documents(indexed_settings, WISHES)


@pytest.fixture
def mocs(indexed_settings: Settings) -> Documents:
    return Documents(indexed_settings, MOCS)


@pytest.fixture
def user(indexed: Api) -> User:
    """Has one castle of each kind."""
    user = indexed.user()
    new_moc(user, title="Own castle", tags=["stone"])
    upload(user, title="Own castle", tags=["stone"], category="Views")
    new_item(user, "Own castle", category="Views")
    return user


PRIVATE_ROUTES = (asking.IMAGES, asking.GALLERY, asking.WISHES, asking.OWN_MOCS)


def assert_only_own(user: User, route: asking.Route, **query: Any) -> None:
    found = route.ask(user, "castle", **query)
    asking.assert_source(found, "opensearch")
    assert (found.titles, found.total) == (["Own castle"], 1)
    assert {row["userId"] for row in found.rows} == {user.id}
    assert "Secret" not in str(found.body)


def test_another_users_rows_under_ones_own_name(
    user: User, indexed: Api, images: Documents, wishes: Documents, mocs: Documents
) -> None:
    other = indexed.user()
    images.change(upload(other, title=PRIVATE)["id"], user_id=user.id)
    wishes.change(new_item(other, PRIVATE)["id"], user_id=user.id)
    mocs.change(new_moc(other, title=f"{PRIVATE} {uuid4()}")["id"], user_id=user.id)
    for route in PRIVATE_ROUTES:
        assert_only_own(user, route)


def test_an_admin_is_shown_no_more(indexed: Api, images: Documents, wishes: Documents) -> None:
    other, admin = indexed.user(), indexed.admin()
    images.change(upload(other, title=PRIVATE)["id"], user_id=admin.id)
    wishes.change(new_item(other, PRIVATE)["id"], user_id=admin.id)
    for route in (asking.IMAGES, asking.GALLERY, asking.WISHES):
        found = route.ask(admin, "castle")
        assert (found.rows, found.total, found.source) == ([], 0, "opensearch")


def test_a_row_of_ones_own_under_another_name_is_not_found_by_that_name(
    user: User, indexed: Api, images: Documents
) -> None:
    thief = indexed.user()
    for row in asking.IMAGES.ask(user, "castle").rows:
        images.change(row["id"], user_id=thief.id)
    found = asking.IMAGES.ask(thief, "castle")
    assert (found.rows, found.total, found.source) == ([], 0, "opensearch")


@pytest.mark.parametrize(
    "id",
    [
        "00000000-0000-4000-8000-000000000000",
        "no-uuid",
        "1",
        "%22",
        "..%2F..%2F_all",
        "{00000000-0000-4000-8000-000000000001}",
        "urn:uuid:00000000-0000-4000-8000-000000000002",
        "00000000000040008000000000000003",
        "x" * 500,
        "%F0%9F%8F%B0",
    ],
)
def test_ids_that_no_row_has_and_ids_that_are_none(
    user: User, images: Documents, wishes: Documents, mocs: Documents, id: str
) -> None:
    for documents in (images, wishes, mocs):
        document = {"id": id, "user_id": user.id, "title": "Castle castle castle", "created_at": "2024-01-01T00:00:00Z"}
        documents.put(id, document)
    for route in PRIVATE_ROUTES:
        assert_only_own(user, route)
    everybodys = asking.MOCS.get(user, "castle")
    assert everybodys.status_code == 200, everybodys.text


def test_a_row_under_an_id_in_capitals_is_answered_once(user: User, images: Documents) -> None:
    (row,) = asking.IMAGES.ask(user, "castle").rows
    images.put(row["id"].upper(), images.get(row["id"]))
    assert_only_own(user, asking.IMAGES)


def test_tags_categories_albums_and_flags_that_the_row_does_not_have(
    user: User, indexed: Api, images: Documents, wishes: Documents, mocs: Documents
) -> None:
    inside, other = album(user)["id"], indexed.user()
    lies: dict[str, Any] = {"tags": ["stone", "gold"], "category": "Plans", "album_id": inside, "flagged": True}
    for row in asking.IMAGES.ask(user, "castle").rows:
        images.change(row["id"], **lies)
    for query in ({"tag": "gold"}, {"category": "plans"}, {"albumId": inside}, {"flagged": "true"}):
        for route in (asking.IMAGES, asking.GALLERY):
            found = route.ask(user, "castle", **query)
            assert (found.rows, found.total, found.source) == ([], 0, "opensearch"), query
    for row in asking.WISHES.ask(user, "castle").rows:
        wishes.change(row["id"], category="Plans")
    assert asking.WISHES.ask(user, "castle", category="Plans").total == 0
    for row in asking.OWN_MOCS.ask(user, "castle").rows:
        mocs.change(row["id"], tags=["gold"], type="set", theme="Space")
    filters: tuple[dict[str, Any], ...] = ({"tag": "gold"}, {"type": "set"}, {"theme": "Space"})
    for query in filters:
        assert asking.OWN_MOCS.ask(user, "castle", **query).total == 0, query
    assert asking.MOCS.ask(other, "castle", tag="gold").total == 0


def test_words_that_the_row_does_not_have_show_the_row_as_it_is(user: User, images: Documents) -> None:
    (row,) = asking.IMAGES.ask(user, "castle").rows
    images.change(row["id"], title="Submarine", description=PRIVATE)
    (shown,) = asking.IMAGES.ask(user, "submarine").rows
    assert shown == row


def test_pages_of_mostly_lies(user: User, indexed: Api, images: Documents) -> None:
    """What a page leaves out is not counted, and no page has more than it should."""
    document = images.get(asking.IMAGES.ask(user, "castle").ids[0])
    for number in range(5):
        images.put(f"lie-{number}", document | {"id": f"lie-{number}"})
    pages = [asking.IMAGES.ask(user, "castle", offset=offset, count=2) for offset in (0, 2, 4, 6)]
    assert [row["title"] for page in pages for row in page.rows] == ["Own castle"]
    for page in pages:
        assert len(page.rows) <= page.total <= 6
        assert page.source == "opensearch"


def test_a_row_that_went_past_the_application(user: User, images: Documents, module_database: Database) -> None:
    (row,) = asking.IMAGES.ask(user, "castle").rows
    module_database.fetch("DELETE FROM gallery_images WHERE id = $1", row["id"])
    found = asking.IMAGES.ask(user, "castle")
    assert (found.rows, found.total, found.source) == ([], 0, "opensearch")


def test_a_new_index_knows_nothing_of_lies(
    user: User, indexed: Api, indexed_settings: Settings, images: Documents
) -> None:
    other = indexed.user()
    theirs = upload(other, title=PRIVATE)["id"]
    images.change(theirs, user_id=user.id)
    images.put("no-uuid", images.get(theirs) | {"id": "no-uuid"})
    build(indexed_settings)
    assert_only_own(user, asking.IMAGES)
    assert asking.IMAGES.ask(other, "castle").ids == [theirs]
