"""Entries that tell the search index what has changed: in batches, in any order, and by several relays at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from lego_api.config import Settings
from tests.faults.searches import assert_nothing_is_left_to_do
from tests.support.database import Database
from tests.support.faults import Proxy, Verdict, announcing, only
from tests.support.index_entries import changed_wishes, record
from tests.support.maintenance import maintain, relay
from tests.support.search_documents import assert_index_is_database

BULK = b"/_bulk"
MANY = 20_000

Change = Callable[[Database, list[str]], None]


def rename(database: Database, ids: list[str]) -> None:
    database.fetch("UPDATE wishlist_items SET title = 'renamed' WHERE id = ANY ($1::text[]::uuid[])", ids)


def delete(database: Database, ids: list[str]) -> None:
    database.fetch("DELETE FROM wishlist_items WHERE id = ANY ($1::text[]::uuid[])", ids)


@pytest.fixture
def settings(own_search_settings: Settings) -> Settings:
    """The indices are there, and empty."""
    assert maintain(own_search_settings).built == 3
    return own_search_settings


@pytest.mark.parametrize("change", [rename, delete])
def test_an_older_message_that_arrives_last_does_not_win(
    settings: Settings, own_database: Database, change: Change
) -> None:
    """A relay has read rows, and is held up on its way; meanwhile they change, and another relay is quicker."""
    ids = changed_wishes(own_database, 3)
    with Proxy(str(settings.opensearch_url)) as way, ThreadPoolExecutor() as threads:
        way.rule, held_up = announcing(only(0, BULK, Verdict.HANG))
        late = threads.submit(maintain, settings.model_copy(update={"opensearch_url": way.url, "search_timeout": 60.0}))
        assert held_up.wait(60)
        change(own_database, ids)
        record(own_database, "wishes", ids)
        assert maintain(settings).relayed == 3
        way.recover()
        assert late.result().relayed == 3
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)


def test_the_same_row_many_times_in_any_order(settings: Settings, own_database: Database) -> None:
    ids = changed_wishes(own_database, 40)
    for change, count in ((rename, 40), (delete, 20), (rename, 40)):
        change(own_database, ids[:count])
        record(own_database, "wishes", ids[::-1])
    own_database.fetch("UPDATE outbox SET available_at = available_at + random() * interval '30 minutes'")
    assert maintain(settings).relayed == 160
    assert_index_is_database(settings)
    record(own_database, "wishes", ids)
    assert maintain(settings).relayed == 40, "what is in the index already is no failure"
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)


def test_two_relays_at_once_share_the_entries(settings: Settings, own_database: Database) -> None:
    changed_wishes(own_database, 400)
    with ThreadPoolExecutor() as threads:
        relays = [threads.submit(maintain, settings) for _ in range(2)]
        assert sum(relay.result().relayed for relay in relays) == 400
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)


def test_a_large_backlog_is_relayed_in_one_run(settings: Settings, own_database: Database) -> None:
    """As after hours without OpenSearch; among it what has been deleted since."""
    ids = changed_wishes(own_database, MANY)
    delete(own_database, ids[: MANY // 10])
    assert relay(settings, seconds=600.0) == MANY
    assert own_database.count("outbox") == 0
    assert_index_is_database(settings)


def test_many_large_rows_in_one_entry(settings: Settings, own_database: Database) -> None:
    """Larger together than one bulk request may be."""
    ids = changed_wishes(own_database, 200)
    own_database.fetch("UPDATE wishlist_items SET description = repeat('castle ', 2500)")
    own_database.fetch("DELETE FROM outbox")
    own_database.fetch(
        "INSERT INTO outbox (kind, payload, available_at) VALUES ('index', $1, '2000-01-01')",
        {"kind": "wishes", "ids": ids},
    )
    assert maintain(settings).relayed == 1
    assert_index_is_database(settings)


def test_what_a_newer_version_has_recorded_spoils_no_batch(settings: Settings, own_database: Database) -> None:
    ids = changed_wishes(own_database, 5)
    unknown = [
        {"kind": "sets", "ids": ids},
        {"kind": "wishes"},
        {"kind": "wishes", "ids": ["no id"]},
        {"kind": "wishes", "ids": [7]},
        {"kind": ["wishes"], "ids": ids},
        {},
    ]
    for payload in unknown:
        own_database.fetch(
            "INSERT INTO outbox (kind, payload, available_at) VALUES ('index', $1, '2000-01-01')", payload
        )
    assert maintain(settings).relayed == 5
    left = own_database.fetch("SELECT attempts, last_error FROM outbox")
    assert left == [{"attempts": 1, "last_error": "Refused"}] * len(unknown)
    assert_index_is_database(settings)


def test_an_index_that_was_deleted_is_built_before_its_entries_are_relayed(
    settings: Settings, own_database: Database
) -> None:
    changed_wishes(own_database, 5)
    maintain(settings)
    ids = changed_wishes(own_database, 5, title="another")
    index = next(iter(httpx.get(f"{settings.opensearch_url}/{settings.opensearch_index_prefix}-wishes-*").json()))
    httpx.delete(f"{settings.opensearch_url}/{index}", timeout=60).raise_for_status()
    done = maintain(settings)
    assert (done.built, done.relayed) == (1, len(ids))
    assert_nothing_is_left_to_do(own_database)
    assert_index_is_database(settings)
