"""`lego-api reindex`: what it builds, what it says, and what it says when it cannot."""

import re

import pytest

from lego_api.config import Settings
from lego_api.dev.ports import HOST, free_port
from lego_api.search_index import KINDS
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.reindexing import indices, insert_rows, reindex
from tests.support.search_documents import assert_index_is_database

pytestmark = pytest.mark.large


def test_it_builds_an_index_of_each_kind(own_search_settings: Settings, own_database: Database) -> None:
    insert_rows(own_database, 1234)
    done = reindex(own_search_settings)
    assert done.code == 0, done.errors
    assert_index_is_database(own_search_settings)
    prefix = own_search_settings.opensearch_index_prefix
    aliases = {kind.alias(prefix) for kind in KINDS.values()}
    assert indices(own_search_settings) == {f"{alias}-000001": {alias} for alias in aliases}

    for kind in KINDS:
        assert re.search(rf"{kind}: 100%.*1234/1234 .*rows/s", done.errors), done.errors

    assert reindex(own_search_settings).code == 0
    assert indices(own_search_settings) == {f"{alias}-000002": {alias} for alias in aliases}, "anew"
    assert_index_is_database(own_search_settings)


def test_nothing_is_searched_in_the_index_before(own_search_settings: Settings, own_database: Database) -> None:
    with serving(own_search_settings) as api:
        user = api.user()
        user.post("/api/mocs", json={"title": "Castle"}).raise_for_status()

        def source() -> str:
            answer = api.client().get("/api/mocs/search", params={"q": "castle"}).raise_for_status().json()
            assert [moc["title"] for moc in answer["mocs"]] == ["Castle"]
            return str(answer["source"])

        assert source() == "database"
        assert reindex(own_search_settings, "wishes").code == 0
        assert source() == "database"
        assert reindex(own_search_settings, "mocs").code == 0
        assert source() == "opensearch"
        assert len(indices(own_search_settings)) == 2


def test_an_empty_database(own_search_settings: Settings) -> None:
    assert reindex(own_search_settings).code == 0
    check = reindex(own_search_settings, "--check")
    assert check.code == 0
    assert check.output.splitlines() == [
        f"{kind}: 0 rows, 0 documents; 0 missing, 0 stale, 0 extra" for kind in ("mocs", "gallery-images", "wishes")
    ]


@pytest.mark.parametrize("option", [None, "--check", "--mend"])
def test_a_kind_that_does_not_exist(own_search_settings: Settings, option: str | None) -> None:
    done = reindex(own_search_settings, "castles", *([option] if option else []))
    assert (done.code, done.output) == (1, "")
    assert done.errors == "there is no kind castles: it is one of mocs, gallery-images, wishes\n"
    assert indices(own_search_settings) == {}


def test_both_options_at_once_are_refused(own_search_settings: Settings) -> None:
    done = reindex(own_search_settings, "--check", "--mend")
    assert done.code == 2
    assert "not allowed with" in done.errors


@pytest.mark.parametrize("option", [None, "--check", "--mend"])
def test_without_an_address(own_settings: Settings, option: str | None) -> None:
    done = reindex(own_settings, *([option] if option else []))
    assert (done.code, done.output) == (1, "")
    assert done.errors == (
        "lego-api: OPENSEARCH_URL is not set: there is no search index, and PostgreSQL answers searches\n"
    )


@pytest.mark.parametrize("option", [None, "--check", "--mend"])
def test_nobody_answers(own_settings: Settings, option: str | None) -> None:
    settings = own_settings.model_copy(update={"opensearch_url": f"http://{HOST}:{free_port()}"})
    done = reindex(settings, *([option] if option else []))
    assert done.code == 1
    assert "OpenSearch does not answer" in done.errors
    assert "Traceback" not in done.errors


def test_the_database_does_not_answer(own_search_settings: Settings) -> None:
    away = f"postgresql+asyncpg://postgres@{HOST}:{free_port()}/lego"
    done = reindex(own_search_settings.model_copy(update={"database_url": away}))
    assert done.code == 1
    assert "the database does not answer" in done.errors
    assert "Traceback" not in done.errors


@pytest.mark.parametrize("option", ["--check", "--mend"])
def test_there_is_no_index_to_check(own_search_settings: Settings, option: str) -> None:
    done = reindex(own_search_settings, option)
    assert (done.code, done.output) == (1, "")
    assert "has no complete index yet" in done.errors
