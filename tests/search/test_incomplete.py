"""An index that is not there, or was built for another mapping: PostgreSQL answers until maintenance has built it."""

import json
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from lego_api.config import Settings
from lego_api.search_index import KINDS, MOCS, WISHES
from tests.gallery.builders import upload
from tests.mocs.builders import new_moc
from tests.search import asking
from tests.search.asking import ROUTES, Found
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.maintenance import maintain
from tests.support.search_server import delete_indices
from tests.wishlist.builders import new_item, old_item

TIMEOUT = 60.0


@pytest.fixture
def unbuilt(search_settings: Settings, own_database: Database) -> Settings:
    """A cluster that is up, in which nobody has built anything for this database."""
    return search_settings.model_copy(
        update={
            "database_url": own_database.settings_url,
            "redis_url": None,
            "opensearch_index_prefix": f"{search_settings.opensearch_index_prefix}-{uuid4().hex[:8]}",
        }
    )


@pytest.fixture
def api(unbuilt: Settings) -> Iterator[Api]:
    with serving(unbuilt) as api:
        yield api


@pytest.fixture
def user(api: Api) -> User:
    """Has a castle of each kind."""
    user = api.user()
    new_moc(user, title="Castle")
    upload(user, title="Castle")
    new_item(user, "Castle")
    return user


def indices(settings: Settings) -> dict[str, set[str]]:
    """With the aliases of each."""
    url = f"{settings.opensearch_url}/{settings.opensearch_index_prefix}-*/_alias"
    answer = httpx.get(url, timeout=TIMEOUT).raise_for_status()
    return {name: set(about["aliases"]) for name, about in answer.json().items()}


def all_routes(user: User) -> list[Found]:
    found = [route.ask(user, "castle") for route in ROUTES]
    for each in found:
        assert (each.titles, each.total) == (["Castle"], 1)
    return found


def assert_answered_by(source: str, user: User) -> None:
    for found in all_routes(user):
        asking.assert_source(found, source)


def test_an_empty_cluster_is_filled_by_maintenance(user: User, unbuilt: Settings, own_database: Database) -> None:
    assert_answered_by("database", user)
    assert indices(unbuilt) == {}, "no write brings an index into being"
    assert own_database.count("outbox", "kind = 'index'") == 3
    done = maintain(unbuilt)
    assert (done.built, done.relayed) == (len(KINDS), 3)
    assert own_database.count("outbox") == 0
    assert_answered_by("opensearch", user)
    assert len(indices(unbuilt)) == len(KINDS)
    assert maintain(unbuilt).built == 0, "once"


def test_rows_of_the_time_before_the_index_are_in_it(api: Api, unbuilt: Settings, own_database: Database) -> None:
    user = api.user()
    old = old_item(own_database, user, title="Castle", description=None, category="")
    maintain(unbuilt)
    found = asking.WISHES.ask(user, "castle")
    assert (found.ids, found.source) == ([old], "opensearch")


def test_a_cluster_that_has_lost_everything(user: User, unbuilt: Settings) -> None:
    maintain(unbuilt)
    assert_answered_by("opensearch", user)
    delete_indices(str(unbuilt.opensearch_url), unbuilt.opensearch_index_prefix)
    assert_answered_by("database", user)
    new_item(user, "Tower")
    assert indices(unbuilt) == {}
    assert asking.WISHES.ask(user, "tower").source == "database"
    assert maintain(unbuilt).built == len(KINDS)
    assert_answered_by("opensearch", user)
    assert asking.WISHES.ask(user, "tower").source == "opensearch"


def test_one_kind_is_lost_and_the_others_go_on(user: User, unbuilt: Settings) -> None:
    maintain(unbuilt)
    delete_indices(str(unbuilt.opensearch_url), WISHES.family(unbuilt.opensearch_index_prefix))
    sources = {route.path: route.ask(user, "castle").source for route in ROUTES if route != asking.OWN_MOCS}
    assert sources.pop(asking.WISHES.path) == "database"
    assert set(sources.values()) == {"opensearch"}
    assert maintain(unbuilt).built == 1
    assert_answered_by("opensearch", user)


def test_what_was_built_for_an_old_mapping_is_not_asked_and_goes(user: User, unbuilt: Settings) -> None:
    """As a new version finds it that holds more of a MOC than the one before."""
    family = MOCS.family(unbuilt.opensearch_index_prefix)
    index, alias = f"{family}-01234567-000001", f"{family}-01234567"
    (moc,) = asking.MOCS.ask(user, "castle").rows
    url = f"{unbuilt.opensearch_url}/{index}"
    httpx.put(url, json={"aliases": {alias: {}}}, timeout=TIMEOUT).raise_for_status()
    document = {"id": moc["id"], "user_id": user.id, "title": "Tower"}
    params = {"refresh": "true"}
    httpx.put(f"{url}/_doc/{moc['id']}", json=document, params=params, timeout=TIMEOUT).raise_for_status()
    assert_answered_by("database", user)
    assert asking.MOCS.ask(user, "tower").rows == []
    maintain(unbuilt)
    assert_answered_by("opensearch", user)
    assert asking.MOCS.ask(user, "tower").rows == []
    assert index not in indices(unbuilt)


def test_old_rows_with_odd_texts_keep_nothing_out_of_the_index(
    api: Api, unbuilt: Settings, own_database: Database
) -> None:
    """Words that never end, tags that are no list, what no form would let through."""
    user = api.user()
    images = "INSERT INTO gallery_images (user_id, title, image_url, tags, flagged, created_at) VALUES "
    for title, tags in (
        ("castle " + "x" * 300_000, '["a", 1, null, ["b"], {"c": "d"}]'),
        ("castle " + "🏰" * 20_000, '{"a": "b"}'),
        ("castle " + "城" * 50_000, '"stone"'),
        ("castle", "null"),
        ("castle " * 50_000, "[]"),
    ):
        own_database.fetch(f"{images} ($1, $2, 'x', $3::text::jsonb, NULL, '0001-01-01')", user.id, title, tags)
    long_tag = json.dumps(["t" * 40_000])
    own_database.fetch(f"{images} ($1, 'castle', 'x', $2::text::jsonb, true, 'infinity')", user.id, long_tag)
    old_item(own_database, user, title="castle", description="y" * 90_000 + " end", category="z" * 40_000)
    old_item(own_database, user, title="", description="castle")
    assert maintain(unbuilt).built == len(KINDS)
    found = asking.IMAGES.ask(user, "castle", count=3)
    assert (found.total, found.source) == (6, "opensearch")
    assert asking.IMAGES.ask(user, "castle", count=1, flagged="true").total == 1
    assert asking.IMAGES.ask(user, "x" * 100, count=1).source == "opensearch"
    assert asking.WISHES.ask(user, "castle").total == 2
    assert asking.WISHES.ask(user, "end").total == 1
