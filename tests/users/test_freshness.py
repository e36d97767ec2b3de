"""Profiles come from the cache, and still show at once what another process has written."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.pictures import JPEG
from tests.support.user_pool import UsersOfPool
from tests.users.builders import Json, avatar_path, known, profile, rename, uploaded

IMAGE: Json = {"files": {"image": ("front.jpg", JPEG, "image/jpeg")}}


@pytest.fixture(scope="module")
def elsewhere(settings: Settings) -> Iterator[Api]:
    """A second process on the same database, the same Redis and the same user pool."""
    with serving(settings) as api:
        yield api


def made(user: User, path: str, part: str, **body: Any) -> str:
    """The id of a new thing, whose answer has it under `part`."""
    answer = user.post(path, **body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    for name in part.split("."):
        found = found[name]
    return str(found["id"])


def new_moc(user: User) -> str:
    return made(user, "/api/mocs", "moc", json={"title": f"Castle {uuid4()}"})


def new_wish(user: User) -> str:
    return made(user, "/api/wishlist", "data.item", json={"title": "Falcon", "sortOrder": "1"})


def new_image(user: User) -> str:
    return made(user, "/api/images", "image", **IMAGE)


def new_album(user: User) -> str:
    return made(user, "/api/albums", "album", json={"title": "Castles"})


KINDS: dict[str, tuple[Callable[[User], str], str]] = {
    "mocsCount": (new_moc, "/api/mocs"),
    "imagesCount": (new_image, "/api/images"),
    "albumsCount": (new_album, "/api/albums"),
    "wishlistCount": (new_wish, "/api/wishlist"),
}


@pytest.mark.parametrize("count", KINDS)
def test_things_that_come_and_go(over_http: Api, elsewhere: Api, count: str) -> None:
    new, path = KINDS[count]
    here = over_http.user()
    there = elsewhere.user(here.id)
    for expected in (1, 2):
        id = new(there)
        assert profile(here, here.id)["stats"][count] == expected
        assert profile(over_http.client(), here.id)["stats"][count] == expected
    there.delete(f"{path}/{id}").raise_for_status()
    stats = profile(here, here.id)["stats"]
    assert stats == dict.fromkeys(KINDS, 0) | {count: 1}


@pytest.mark.parametrize(
    ("new", "path", "recent"),
    [(new_moc, "/api/mocs", "recentMocs"), (new_image, "/api/images", "recentImages")],
    ids=["MOC", "image"],
)
def test_changes_of_what_is_shown(
    over_http: Api, elsewhere: Api, new: Callable[[User], str], path: str, recent: str
) -> None:
    here = over_http.user()
    there = elsewhere.user(here.id)
    id = new(there)
    before = profile(here, here.id)[recent][0]
    title = f"Changed {uuid4()}"
    there.patch(f"{path}/{id}", json={"title": title}).raise_for_status()
    after = profile(here, here.id)[recent][0]
    assert (before["id"], after["id"], after["title"]) == (id, id, title)


def test_what_an_admin_deletes(over_http: Api, elsewhere: Api) -> None:
    owner = over_http.user()
    moc_id = new_moc(owner)
    assert profile(owner, owner.id)["stats"]["mocsCount"] == 1
    elsewhere.admin().delete(f"/api/mocs/{moc_id}").raise_for_status()
    assert profile(owner, owner.id)["stats"]["mocsCount"] == 0


def test_names_and_avatars(over_http: Api, elsewhere: Api, pool: UsersOfPool) -> None:
    here = known(over_http, pool)
    there = elsewhere.user(here.id)
    assert profile(here, here.id)["name"] is None
    rename(there, "Anna")
    assert profile(here, here.id)["name"] == "Anna"
    url = uploaded(there)
    assert profile(here, here.id)["avatarUrl"] == url
    there.delete(avatar_path(there))
    own = profile(here, here.id)
    assert (own["name"], own["avatarUrl"]) == ("Anna", None)


def test_what_was_asked_before_is_asked_nobody(settings: Settings, database: Database, pool: UsersOfPool) -> None:
    with serving(settings) as api:
        user = known(api, pool, name="Anna")
        first = profile(user, user.id)
        pool.change(user.id, name="changed past the application")
        database.fetch("INSERT INTO wishlist_items (user_id, title, sort_order) VALUES ($1, 'Falcon', '1')", user.id)
        assert profile(user, user.id) == first
