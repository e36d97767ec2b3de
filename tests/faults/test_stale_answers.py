"""Two applications on one Redis and one database: a writer's change is what everybody reads from then on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.verdicts import Verdict, after, announcing

LIST = "/api/wishlist"


def items(user: User, **query: str) -> list[str]:
    return [item["title"] for item in user.get(LIST, params=query).json()["data"]["items"]]


def add(user: User, title: str) -> str:
    return str(user.post(LIST, json={"title": title, "sortOrder": "1"}).json()["data"]["item"]["id"])


@contextmanager
def reader_and_writer(settings: Settings, way: Proxy, **reader: Any) -> Iterator[tuple[Api, Api]]:
    """The reader reaches Redis by a way that can fail, and the writer directly."""
    patient = settings.model_copy(update={"cache_timeout": 30.0})
    with serving(patient, redis_url=way.url, **reader) as one, serving(patient) as another:
        yield one, another


def test_a_reader_that_is_slow_to_store_old_rows_leaves_nothing_stale(settings: Settings) -> None:
    """The reader has loaded, the writer commits and forgets, the reader stores."""
    with (
        Proxy(str(settings.redis_url)) as way,
        reader_and_writer(settings, way) as (reading, writing),
        ThreadPoolExecutor() as threads,
    ):
        reader = reading.user()
        writer = writing.user(reader.id)
        item_id = add(writer, "what it was")
        items(reader, category="another entry, so that there is a generation")

        way.rule, about_to_store = announcing(after(0, b"what it was", Verdict.HANG))
        answer = threads.submit(items, reader)
        assert about_to_store.wait(30)
        assert writer.put(f"{LIST}/{item_id}", json={"title": "what it is"}).status_code == 200
        way.recover()
        assert answer.result() == ["what it was"]

        for user in (reader, writer):
            assert items(user) == ["what it is"]


def test_a_moc_that_is_changed_while_its_page_is_loaded(settings: Settings) -> None:
    with (
        Proxy(str(settings.redis_url)) as way,
        reader_and_writer(settings, way) as (reading, writing),
        ThreadPoolExecutor() as threads,
    ):
        writer = writing.user()
        title = f"What it was {writer.id}"
        moc = writer.post("/api/mocs", json={"title": title}).json()["moc"]
        pages = [f"/api/mocs/{moc['id']}", "/api/mocs/search?size=1", "/api/mocs"]
        reader = reading.user(writer.id)

        for page in pages:
            way.rule, about_to_store = announcing(after(0, title.encode(), Verdict.HANG))
            answer = threads.submit(reader.get, page)
            assert about_to_store.wait(30)
            changed = f"What it is now, after {page} {writer.id}"
            assert writer.patch(f"/api/mocs/{moc['id']}", json={"title": changed}).status_code == 200
            way.recover()
            assert title in answer.result().text
            assert changed in reader.get(page).text
            assert changed in writer.get(page).text
            title = changed


def test_a_change_that_redis_was_not_told_of_is_told_with_the_next_word(settings: Settings) -> None:
    with (
        Proxy(str(settings.redis_url)) as way,
        reader_and_writer(settings, way, breaker_seconds=0.0) as (cut_off, connected),
    ):
        writer = cut_off.user()
        reader = connected.user(writer.id)
        item_id = add(writer, "old")
        assert items(writer) == items(reader) == ["old"]
        with way.refusing():
            assert writer.put(f"{LIST}/{item_id}", json={"title": "new"}).status_code == 200
            assert items(writer) == ["new"]
        assert items(writer) == ["new"], "never stale for the process that wrote"
        assert items(reader) == ["new"], "nor for others, once that process has reached Redis again"


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_a_write_that_fails_forgets_nothing(settings: Settings, database: Database, way_in: str) -> None:
    with serving(settings, way_in, cache_timeout=30.0) as api:
        user = api.user()
        titles = [f"{name} {user.id}" for name in ("Castle", "Tower")]
        castle, tower = (user.post("/api/mocs", json={"title": title}).json()["moc"] for title in titles)
        page = f"/api/mocs/{castle['id']}"
        cached = user.get(page).json()
        database.fetch("UPDATE moc_instructions SET author = 'by hand' WHERE id = $1::text::uuid", castle["id"])
        assert user.patch(page, json={"title": tower["title"]}).status_code == 409
        assert user.get(page).json() == cached
        assert user.patch(page, json={"theme": "Castle"}).status_code == 200
        assert user.get(page).json()["data"]["author"] == "by hand"
