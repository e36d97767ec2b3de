"""A rehearsal of the way from Express: its database is adopted and migrated, and it works on it all the while."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from lego_api.config import Settings
from tests.support.backends import ROOT
from tests.support.commands import lego_api
from tests.support.database import Database
from tests.support.express_access import express_role
from tests.support.express_day import spend_a_day
from tests.support.express_queries import Express
from tests.support.express_rows import adopt, existing_database, fill

pytestmark = pytest.mark.large

Everything = dict[str, dict[UUID, dict[str, Any]]]


@pytest.fixture
def existing(settings: Settings) -> Iterator[Database]:
    with existing_database(settings) as database:
        yield database


@pytest.fixture
def express(existing: Database) -> Iterator[Express]:
    """As a role that owns nothing."""
    with express_role(existing) as express:
        yield express


def repaired(before: Everything, dangling: set[UUID]) -> Everything:
    """All that the migrations may change of the old server's rows: references to albums and images that are none."""
    for table, column in (("gallery_images", "album_id"), ("gallery_albums", "cover_image_id")):
        for id, row in before[table].items():
            if id in dangling:
                before[table][id] = row | {column: None}
    return before


def test_its_rows_stay_as_they_are(existing: Database) -> None:
    express = Express(existing)
    rows = fill(express)
    before = express.everything()
    lego_api(existing.url, "stamp", "0001")
    assert express.everything() == before
    lego_api(existing.url, "migrate")
    assert express.everything() == repaired(before, rows.dangling)


def test_it_works_at_every_step_there_and_back(
    existing: Database, express: Express, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = fill(express)
    expected = repaired(express.everything(), rows.dangling)
    spend_a_day(express, str(uuid4()))
    monkeypatch.setenv("DATABASE_URL", existing.url)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert revisions[0] == "0001"
    command.stamp(config, "0001")
    for revision in revisions[1:]:
        command.upgrade(config, revision)
        spend_a_day(express, str(uuid4()))
    assert express.everything() == expected
    for revision in revisions[-2::-1]:
        command.downgrade(config, revision)
        spend_a_day(express, str(uuid4()))
    assert express.everything() == expected


def test_it_works_while_the_database_is_migrated(existing: Database, express: Express) -> None:
    rows = fill(express)
    expected = repaired(express.everything(), rows.dangling)
    days, over = threading.Semaphore(0), threading.Event()

    def work() -> None:
        try:
            while not over.is_set():
                spend_a_day(express, str(uuid4()))
                days.release()
        finally:
            days.release(2)  # nobody is to wait for a server that failed

    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work)
        try:
            assert days.acquire(timeout=60)
            adopt(existing)
            while days.acquire(blocking=False):
                pass
            assert days.acquire(timeout=60), "a day that ends after the migration"
        finally:
            over.set()
        working.result()
    assert express.everything() == expected
