"""Every list of images comes from the cache, and shows at once what was written, here or in another process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lego_api.config import Settings
from tests.gallery.builders import Json, add, album, ids, patched, upload
from tests.support.clients import Api, User, UvicornServer
from tests.support.faults import serving
from tests.support.statements import watched

CACHED = {
    "list": "/api/images",
    "tag": "/api/images?tag=castle",
    "album": "/api/images?albumId={album}",
    "flagged": "/api/images?flagged=true",
    "words": "/api/images?search=tower",
    "gallery": "/api/gallery",
    "gallery of images": "/api/gallery?type=image",
    "albums": "/api/albums",
    "albums with images": "/api/albums?withImages=true",
    "tags": "/api/gallery/tags",
    "categories": "/api/gallery/categories",
}
READ = {**CACHED, "profile": "/api/users/{user}", "in album": "/api/albums/{album}", "search": "/api/gallery/search"}


@pytest.fixture(scope="module")
def elsewhere(settings: Settings) -> Iterator[Api]:
    """A second process on the same database and the same Redis."""
    with serving(settings) as api:
        yield api


@pytest.fixture(scope="module")
def uncached(settings: Settings) -> Iterator[Api]:
    """What the database has."""
    with serving(settings, redis_url=None) as api:
        yield api


def answers(user: User, album_id: str) -> dict[str, Any]:
    paths = {name: path.format(album=album_id, user=user.id) for name, path in READ.items()}
    return {name: user.get(path).json() for name, path in paths.items()}


class World:
    """A user with an album that has a cover, and an image outside of it."""

    def __init__(self, user: User, admin: User, others: list[User]) -> None:
        self.user, self.admin, self.others = user, admin, others
        self.album = album(user)
        self.inside = upload(user, title="Castle", tags="castle", category="Sets", albumId=self.album["id"])
        self.outside = upload(user, title="Tower", tags="tower")

    def flag(self) -> None:
        for other in self.others:
            assert other.post("/api/flag", json={"imageId": self.outside["id"]}).status_code == 201

    def delete_batch(self) -> None:
        batch = {"imageIds": ids([self.inside, self.outside])}
        assert self.user.request("DELETE", "/api/gallery/batch-delete", json=batch).status_code == 200


WRITES: dict[str, Callable[[World], Any]] = {
    "upload": lambda world: upload(world.user, title="New", tags="castle,new", category="New"),
    "upload into an album": lambda world: upload(world.user, title="New tower", albumId=world.album["id"]),
    "patch": lambda world: patched(world.user, world.outside, title="New", tags=["castle"], category="Castles"),
    "put": lambda world: world.user.put(f"/api/gallery/{world.inside['id']}", json={"title": "A tower"}),
    "patch by an admin": lambda world: patched(world.admin, world.outside, title="Moderated", tags=[]),
    "move": lambda world: patched(world.user, world.outside, albumId=world.album["id"]),
    "move out": lambda world: patched(world.user, world.inside, albumId=None),
    "add to album": lambda world: add(world.user, world.album, world.outside),
    "delete": lambda world: world.user.delete(f"/api/images/{world.inside['id']}"),
    "delete in the gallery": lambda world: world.user.delete(f"/api/gallery/{world.outside['id']}"),
    "delete by an admin": lambda world: world.admin.delete(f"/api/images/{world.inside['id']}"),
    "delete several": World.delete_batch,
    "flag": World.flag,
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_list_shows_it_at_once(
    over_http: Api, elsewhere: Api, uncached: Api, write: Callable[[World], Any]
) -> None:
    reader = over_http.user()
    world = World(elsewhere.user(reader.id), elsewhere.admin(), [elsewhere.user() for _ in range(3)])
    album_id = world.album["id"]
    before = answers(reader, album_id)
    assert answers(reader, album_id) == before
    write(world)
    expected = answers(uncached.user(reader.id), album_id)
    assert expected["list"] != before["list"], "it has written"
    assert answers(reader, album_id) == expected


def test_what_is_asked_again_is_not_asked_of_the_database(settings: Settings) -> None:
    with UvicornServer(settings) as server:
        api = Api(settings, server.url)
        user = api.user()
        made = album(user)
        upload(user, title="Tower", tags="castle", albumId=made["id"])
        paths = [path.format(album=made["id"]) for path in CACHED.values()]
        first: list[Json] = [user.get(path).json() for path in paths]
        with watched(server.app) as statements:
            assert [user.get(path).json() for path in paths] == first
        assert statements == []
        api.close()


def test_one_filter_is_never_answered_for_another(over_http: Api) -> None:
    user = over_http.user()
    made = [upload(user, title=f"Image {number}", tags=f"tag {number}") for number in range(2)]
    paths = {
        "/api/images?tag=tag 0": [made[0]],
        "/api/images?tag=tag 1": [made[1]],
        "/api/images?category=tag 0": [],
        "/api/images?search=Image 1": [made[1]],
        "/api/images?tag=tag 0&tag=tag 1": [],
        "/api/images?limit=1": [made[1]],
        "/api/images?limit=1&cursor=1": [made[0]],
        "/api/images?flagged=false": made[::-1],
        "/api/images?flagged=true": [],
        "/api/images": made[::-1],
    }
    for _ in range(2):
        for path, expected in paths.items():
            assert user.get(path).json()["images"] == expected, path
    assert over_http.user().get("/api/images").json()["images"] == []
