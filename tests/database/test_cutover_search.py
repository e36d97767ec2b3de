"""The search index of an adopted database, beside a server that has never heard of it."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.express_queries import Express
from tests.support.express_rows import OWNER, OldRows, adopt, existing_database, fill
from tests.support.faults import serving
from tests.support.reindexing import reindex
from tests.support.search_documents import searching
from tests.support.search_server import delete_indices

pytestmark = pytest.mark.large


@pytest.fixture
def existing(settings: Settings) -> Iterator[Database]:
    with existing_database(settings) as database:
        yield database


@pytest.fixture
def express(existing: Database) -> Express:
    return Express(existing)


@pytest.fixture
def rows(existing: Database, express: Express) -> OldRows:
    rows = fill(express)
    adopt(existing)
    return rows


@pytest.fixture
def indexed(settings: Settings, existing: Database, opensearch_url: str) -> Iterator[Settings]:
    """Without a cache, and in no hurry."""
    own = settings.model_copy(update={"database_url": existing.settings_url, "redis_url": None})
    searched = searching(own, opensearch_url, search_timeout=10.0)
    yield searched
    delete_indices(opensearch_url, searched.opensearch_index_prefix)


def found(api: Api, query: str) -> list[str]:
    """Ids of MOCs. It is the index that has to answer."""
    answered = api.client().get("/api/mocs/search", params={"q": query}).raise_for_status().json()
    assert answered["source"] == "opensearch"
    return [moc["id"] for moc in answered["mocs"]]


def test_what_the_old_server_writes_is_found_after_mending(indexed: Settings, rows: OldRows, express: Express) -> None:
    done = reindex(indexed)
    assert done.code == 0, done.errors
    assert reindex(indexed, "--check").code == 0, "odd values and all"
    with serving(indexed) as served:
        assert str(rows.moc) in found(served, "knights")

        added = express.insert("moc_instructions", user_id=OWNER, title="Zeppelin", type="moc", tags=["airship"])
        [changed] = express.update("moc_instructions", rows.moc, title="Submarine", tags=["nautilus"])
        express.delete("gallery_images", rows.image)
        express.update("wishlist_items", rows.wish, title="Old eagle")
        served.user().post("/api/mocs", json={"title": "Zeppelin hangar"}).raise_for_status()

        assert reindex(indexed, "--check").code == 1
        mended = reindex(indexed, "--mend")
        assert mended.code == 0, mended.output + mended.errors
        assert reindex(indexed, "--check").code == 0

        assert str(added["id"]) in found(served, "airship")
        assert len(found(served, "zeppelin")) == 2
        assert found(served, "nautilus") == [str(changed["id"])]
        assert str(rows.moc) not in found(served, "knights")
