"""A new version of the application, whose documents are others: it and the old one search side by side."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from lego_api.config import Settings
from lego_api.errors import SearchUnavailable
from lego_api.resources import Resources
from lego_api.search_index import GALLERY_IMAGES, MOCS, Kind, Wanted, rebuilding
from lego_api.search_index.analysis import EXACT
from lego_api.search_index.index import Found
from lego_api.search_index.rebuilding import OutOfTime
from tests.support.clients import Api
from tests.support.database import Database, run
from tests.support.faults import serving
from tests.support.reindexing import indices, insert_rows
from tests.support.search_server import delete_indices

T = TypeVar("T")

ROWS = 20
NEW = replace(MOCS, properties={**MOCS.properties, "colour": EXACT})


@pytest.fixture(autouse=True)
def _in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "ROWS", 5)


def using(settings: Settings, work: Callable[[Resources], Awaitable[T]]) -> T:
    async def use() -> T:
        resources = Resources(settings)
        try:
            return await work(resources)
        finally:
            await resources.aclose()

    return run(use())


def build(settings: Settings, *kinds: Kind, until: float = 0.0) -> None:
    async def build(resources: Resources) -> None:
        for kind in kinds:
            await resources.rebuilding.rebuild(kind, until=until)

    using(settings, build)


def found_by_new(settings: Settings) -> Found:
    wanted = Wanted(NEW, "castle", None, 0, 100)
    return using(settings, lambda resources: resources.search_index.find(wanted))


def source(api: Api) -> str:
    """Where the old version finds everything."""
    answer = api.client().get("/api/mocs/search", params={"q": "castle"}).raise_for_status().json()
    assert answer["total"] == ROWS
    return str(answer["source"])


def test_the_old_index_is_searched_by_the_old_version_until_the_new_one_is_complete(
    own_search_settings: Settings, own_database: Database
) -> None:
    settings, prefix = own_search_settings, own_search_settings.opensearch_index_prefix
    insert_rows(own_database, ROWS)
    build(settings, MOCS, GALLERY_IMAGES)
    old, images = f"{MOCS.alias(prefix)}-000001", f"{GALLERY_IMAGES.alias(prefix)}-000001"
    assert NEW.alias(prefix) != MOCS.alias(prefix)
    with serving(settings) as api:
        assert source(api) == "opensearch"
        for _ in range(ROWS // 5):
            with pytest.raises(OutOfTime):
                build(settings, NEW, until=1e-9)
            assert source(api) == "opensearch"
            with pytest.raises(SearchUnavailable):
                found_by_new(settings)
            assert old in indices(settings)
        build(settings, NEW)
        assert found_by_new(settings).total == ROWS
        assert set(indices(settings)) == {f"{NEW.alias(prefix)}-000001", images}
        assert source(api) == "database", "the old version loses its index, which nobody would keep up to date"


def test_what_somebody_is_building_for_another_version_stays(
    own_search_settings: Settings, own_database: Database
) -> None:
    insert_rows(own_database, ROWS)
    with pytest.raises(OutOfTime):
        build(own_search_settings, NEW, until=1e-9)
    build(own_search_settings, MOCS)
    assert len(indices(own_search_settings)) == 2
    build(own_search_settings, NEW)
    assert found_by_new(own_search_settings).total == ROWS
    assert len(indices(own_search_settings)) == 1


@pytest.mark.parametrize("ending", ["0", "-2", "-mocs"])
def test_prefixes_that_begin_alike(own_search_settings: Settings, own_database: Database, ending: str) -> None:
    insert_rows(own_database, ROWS)
    prefix = f"{own_search_settings.opensearch_index_prefix}{ending}"
    other = own_search_settings.model_copy(update={"opensearch_index_prefix": prefix})
    build(other, MOCS)
    theirs = indices(other)
    assert theirs
    for kind in (MOCS, NEW):
        build(own_search_settings, kind)
        assert theirs.items() <= indices(other).items()

    async def missing(resources: Resources) -> list[str]:
        return [kind.name for kind in await resources.rebuilding.missing()]

    assert using(other, missing) == ["gallery-images", "wishes"]
    assert using(own_search_settings, missing) == ["mocs", "gallery-images", "wishes"]
    build(other, MOCS)
    assert found_by_new(own_search_settings).total == ROWS
    delete_indices(str(other.opensearch_url), prefix)
