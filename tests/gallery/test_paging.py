"""Thousands of things read page by page while others come and go: each that stays is seen once, in its place."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Queue
from threading import Event
from typing import Any

import pytest

from tests.gallery.builders import Json, album, ids, pages, rows
from tests.support.clients import Api, User
from tests.support.database import Database

# Ten thousand, one album after every nine images, hundreds at the same time, and every third image with a tag.
THINGS = """
    DO $$ BEGIN
        FOR group_ IN 1..1000 LOOP
            INSERT INTO gallery_images (user_id, title, image_url, tags, created_at)
            SELECT '{user}', 'Image ' || number, 'gallery/none/' || gen_random_uuid() || '.webp',
                   CASE WHEN number % 3 = 0 THEN '["Castle"]'::jsonb END, '2024-01-01'::date + group_ / 50
            FROM generate_series(1, 9) AS number;
            INSERT INTO gallery_albums (user_id, title, created_at)
            VALUES ('{user}', 'Album ' || group_, '2024-01-01'::date + group_ / 50);
        END LOOP;
    END $$
"""
POSITIONS = """
    SELECT id::text, kind, position, tagged FROM (
        SELECT id, 'image' AS kind, position, user_id, tags IS NOT NULL AS tagged FROM gallery_images
        UNION ALL SELECT id, 'album', position, user_id, false FROM gallery_albums
    ) AS things WHERE user_id = $1
"""


class Change:
    """What a thread does again and again, and what it has taken away so far."""

    def __init__(self, database: Database, user: User, things: list[Json]) -> None:
        self._database = database
        self._user = user
        self._left = random.Random(7).sample(things, len(things))
        self.gone: set[str] = set()

    def through_the_api(self) -> None:
        thing = self._take()
        answer = self._user.delete(f"/api/{thing['kind']}s/{thing['id']}")
        assert answer.status_code == 200, answer.text
        album(self._user, "Added meanwhile")

    def in_sql(self) -> None:
        thing = self._take()
        self._database.fetch(f"DELETE FROM gallery_{thing['kind']}s WHERE id = $1", thing["id"])
        added = rows(self._database, self._user, 3, title="Added meanwhile")
        tag = "UPDATE gallery_images SET tags = '[\"Castle\"]' WHERE id = ANY($1::text[]::uuid[])"
        self._database.fetch(tag, added)

    def _take(self) -> Json:
        thing = self._left.pop()
        self.gone.add(thing["id"])
        return thing


@contextmanager
def changing(*changes: Callable[[], None]) -> Iterator[Queue[None]]:
    """Each in a thread of its own, once and again; every one that is done can be had from the queue."""
    done: Queue[None] = Queue()
    enough = Event()

    def repeat(change: Callable[[], None]) -> None:
        try:
            change()
            done.put(None)
            while not enough.is_set():
                change()
                done.put(None)
        finally:
            done.put(None)  # whoever waits for a change is not to wait for one that fails

    with ThreadPoolExecutor(len(changes)) as threads:
        running = [threads.submit(repeat, change) for change in changes]
        try:
            yield done
        finally:
            enough.set()
        for change in running:
            change.result()


LISTS: dict[str, tuple[str, dict[str, Any], Callable[[Json], bool]]] = {
    "the endless list": ("/api/gallery", {}, bool),
    "the endless list of what has a tag": ("/api/gallery", {"tag": "castle"}, lambda thing: thing["tagged"]),
    "images": ("/api/images", {}, lambda thing: thing["kind"] == "image"),
    "albums": ("/api/albums", {}, lambda thing: thing["kind"] == "album"),
}


@pytest.mark.parametrize("name", LISTS)
def test_what_stays_is_seen_once_while_others_come_and_go(over_http: Api, database: Database, name: str) -> None:
    user = over_http.user()
    path, query, is_listed = LISTS[name]
    database.fetch(THINGS.format(user=user.id))
    things = database.fetch(POSITIONS, user.id)
    assert len(things) == 10_000
    wanted = {thing["id"]: thing["position"] for thing in things if is_listed(thing)}

    halves = things[::2], things[1::2]
    through_the_api = Change(database, over_http.user(user.id), halves[0])
    in_sql = Change(database, user, halves[1])
    reading = pages(user, path, limit=100, **query)
    seen = [ids(next(reading))]
    with changing(through_the_api.through_the_api, in_sql.in_sql) as done:
        for items in reading:
            seen.append(ids(items))
            done.get(timeout=60)

    gone = through_the_api.gone | in_sql.gone
    assert len(gone) >= len(seen) - 1
    in_order = [id for items in seen for id in items]
    assert set(in_order) <= wanted.keys(), "what is added stands before the page that was read first"
    assert in_order == sorted(set(in_order), key=lambda id: -wanted[id])
    assert wanted.keys() - gone <= set(in_order)
    newest = next(pages(user, path, limit=99, **query))
    assert not set(ids(newest)) <= wanted.keys(), "things were added that this list shows"
