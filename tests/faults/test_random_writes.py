"""Many writers at once, and an OpenSearch that fails at random: in the end the index is what the database is."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from lego_api.config import Settings
from tests.faults.searches import WISHLIST, assert_nothing_is_left_to_do, new_wish
from tests.gallery import builders as gallery
from tests.mocs.builders import new_moc, unused_title
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import maintain
from tests.support.search_documents import assert_index_is_database
from tests.support.verdicts import Verdict

pytestmark = pytest.mark.large

WRITERS, WRITES = 8, 1000
SEEDS = (20261124,)  # with a name of the test's own, so a failure says which
WORDS = ("castle", "dragon", "Zürich", "café", "10497", "the", "spaceship", "modular", "Крепость", "100%")


class Rows:
    """Of one user, by their ids."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.mocs: list[str] = []
        self.images: list[str] = []
        self.wishes: list[str] = []
        self.albums: list[str] = []


class Writer:
    """Does one thing after the other. `random` decides what, so a seed is a sequence of writes.

    Two share their rows, so that they change and delete them under each other's hands: then one may find nothing.
    """

    def __init__(self, rows: Rows, seed: str) -> None:
        self.rows = rows
        self.user = rows.user
        self.random = random.Random(seed)

    def write(self) -> None:
        write: Callable[[Writer], None] = self.random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        write(self)

    def title(self) -> str:
        return f"{' '.join(self.words())} {unused_title()}"

    def words(self) -> list[str]:
        return self.random.sample(WORDS, 3)

    def one_of(self, ids: list[str]) -> str | None:
        return self.random.choice(known) if (known := list(ids)) else None

    def some_of(self, ids: list[str], count: int) -> list[str]:
        known = list(ids)
        return self.random.sample(known, min(count, len(known)))

    def send(self, method: str, path: str, body: object = None) -> None:
        answer = self.user.request(method, path, json=body)
        assert answer.is_success or answer.status_code == 404, f"{method} {path}: {answer.status_code} {answer.text}"

    def create_moc(self) -> None:
        self.rows.mocs.append(new_moc(self.user, title=self.title(), tags=self.words())["id"])

    def create_wish(self) -> None:
        self.rows.wishes.append(new_wish(self.user, self.title()))

    def create_image(self) -> None:
        self.rows.images.append(gallery.upload(self.user, title=self.title())["id"])

    def create_album(self) -> None:
        self.rows.albums.append(gallery.album(self.user)["id"])

    def update_moc(self) -> None:
        changes = self.random.choice(
            [{"title": self.title()}, {"tags": None}, {"description": None}, {"theme": "Castle"}]
        )
        if moc := self.one_of(self.rows.mocs):
            self.send("PATCH", f"/api/mocs/{moc}", changes)

    def update_wish(self) -> None:
        changes = self.random.choice([{"title": self.title()}, {"category": "Castle"}, {"category": None}])
        if wish := self.one_of(self.rows.wishes):
            self.send("PUT", f"{WISHLIST}/{wish}", changes)

    def update_image(self) -> None:
        album = self.one_of(self.rows.albums)
        changes = self.random.choice([{"title": self.title()}, {"albumId": album}, {"tags": ["castle"]}])
        if image := self.one_of(self.rows.images):
            self.send("PATCH", f"/api/images/{image}", changes)

    def fill_album(self) -> None:
        album, images = self.one_of(self.rows.albums), self.some_of(self.rows.images, 3)
        if album and images:
            self.send("POST", f"/api/gallery/albums/{album}/batch-add", {"imageIds": images})

    def delete_moc(self) -> None:
        if moc := self.one_of(self.rows.mocs):
            forget(self.rows.mocs, moc)
            self.send("DELETE", f"/api/mocs/{moc}")

    def delete_wish(self) -> None:
        if wish := self.one_of(self.rows.wishes):
            forget(self.rows.wishes, wish)
            self.send("DELETE", f"{WISHLIST}/{wish}")

    def delete_images(self) -> None:
        if gone := self.some_of(self.rows.images, 2):
            forget(self.rows.images, *gone)
            self.send("DELETE", "/api/gallery/batch-delete", {"imageIds": gone})

    def delete_album(self) -> None:
        if album := self.one_of(self.rows.albums):
            forget(self.rows.albums, album)
            self.send("DELETE", f"/api/albums/{album}")


def forget(ids: list[str], *gone: str) -> None:
    for id in gone:
        with suppress(ValueError):  # the other one was quicker
            ids.remove(id)


WEIGHTS: dict[Callable[[Writer], None], int] = {
    Writer.create_moc: 14,
    Writer.create_wish: 14,
    Writer.create_image: 4,
    Writer.create_album: 3,
    Writer.update_moc: 16,
    Writer.update_wish: 16,
    Writer.update_image: 10,
    Writer.fill_album: 5,
    Writer.delete_moc: 6,
    Writer.delete_wish: 6,
    Writer.delete_images: 3,
    Writer.delete_album: 2,
}


def fail_at_random(way: Proxy, seed: int, ended: threading.Event) -> None:
    """Every moment another fault, or none."""
    chance = random.Random(seed)
    verdicts = [Verdict.CUT, Verdict.LOSE_ANSWER, Verdict.PASS]
    while not ended.wait(chance.uniform(0.05, 0.4)):
        match chance.randrange(5):
            case 0:
                way.refuse()
            case 1:
                way.hang()
            case 2:
                way.recover()
                way.rule = lambda _data: chance.choice(verdicts)
            case _:
                way.recover()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_index_is_the_database(own_search_settings: Settings, own_database: Database, seed: int) -> None:
    assert maintain(own_search_settings).built == 3
    with Proxy(str(own_search_settings.opensearch_url)) as way:
        settings = own_search_settings.model_copy(
            update={"opensearch_url": way.url, "outbox_relay_seconds": 0.3, "breaker_seconds": 0.1}
        )
        ended = threading.Event()
        with serving(settings) as api, ThreadPoolExecutor(WRITERS + 1) as threads:
            failing = threads.submit(fail_at_random, way, seed, ended)
            try:
                list(threads.map(write_all, writers(api, seed)))
            finally:
                ended.set()
            failing.result()
        way.recover()
        assert own_database.count("outbox", "kind = 'index'") > 0, "nothing has failed"
        maintain(settings)
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(own_search_settings)


def writers(api: Api, seed: int) -> list[Writer]:
    shared = [Rows(api.user()) for _ in range(WRITERS // 2)]
    return [Writer(shared[number // 2], f"{seed} {number}") for number in range(WRITERS)]


def write_all(writer: Writer) -> None:
    for _ in range(WRITES // WRITERS):
        writer.write()
