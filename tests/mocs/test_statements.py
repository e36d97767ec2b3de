"""What reading MOCs asks of PostgreSQL: a few statements however many rows there are, and each by an index."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.mocs.builders import Json, add_files, detail, moc_with_files, new_moc
from tests.mocs.test_search import has_trigrams
from tests.support.clients import Api, User, UvicornServer
from tests.support.database import Database
from tests.support.pictures import CSV, JPEG
from tests.support.statements import Statement, watched


@pytest.fixture(scope="module")
def server(module_settings: Settings) -> Iterator[UvicornServer]:
    with UvicornServer(module_settings) as server:
        yield server


CROWD = """
    INSERT INTO moc_instructions (user_id, title, type, tags, description, created_at)
    SELECT 'user ' || n % 500, md5(n::text), 'moc', jsonb_build_array(md5((n % 100)::text)),
           (SELECT string_agg(md5((n * 50 + word)::text), ' ') FROM generate_series(1, 8) AS word),
           now() - n * interval '1 minute'
    FROM generate_series(1, 2000) AS n
"""
FILES = """
    INSERT INTO moc_files (moc_id, file_type, file_url)
    SELECT id, 'gallery-image', 'x' FROM moc_instructions, generate_series(1, 5)
"""


@pytest.fixture(scope="module")
def user(server: UvicornServer, module_settings: Settings, module_database: Database) -> Iterator[User]:
    """With five MOCs of several files each, among thousands of other people's."""
    module_database.fetch(CROWD)
    module_database.fetch(FILES)
    api = Api(module_settings, server.url)
    user = api.user()
    for number in range(5):
        moc = moc_with_files(
            user, ("tags", f"tag {number}"), ("theme", "Castle"), ("images", (f"{number}.jpg", JPEG, ""))
        )
        add_files(user, moc, "parts-list", *((f"{name}.csv", CSV, "") for name in range(3)))
    module_database.fetch("VACUUM ANALYZE")
    yield user
    api.close()


@pytest.fixture(scope="module")
def moc(user: User) -> Json:
    data: Json = user.get("/api/mocs").json()["data"][0]
    return data


def sent(server: UvicornServer, user: User, path: str) -> list[Statement]:
    assert user.get(path).status_code == 200  # what is asked only once, is asked now
    with watched(server.app) as statements:
        assert user.get(path).status_code == 200
    return statements


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/api/mocs/search", 2),
        ("/api/mocs/search?q=castle", 2),
        ("/api/mocs/search?from=1000", 2),
        ("/api/mocs/search?q=nothing+like+it", 1),
        ("/api/mocs", 1),
        ("/api/mocs?search=castle&tag=tag+1&type=moc&theme=Castle&sort=title", 1),
        ("/api/mocs?page=1000", 2),
        ("/api/mocs/{id}", 3),
        ("/api/mocs/{id}/gallery-images", 2),
        ("/api/mocs/stats/by-category", 1),
        ("/api/mocs/stats/uploads-over-time", 1),
    ],
)
def test_the_number_of_statements_does_not_grow_with_the_rows(
    server: UvicornServer, user: User, moc: Json, path: str, count: int
) -> None:
    assert len(sent(server, user, path.format(**moc))) == count


def test_writing_locks_and_looks_up_once(server: UvicornServer, user: User) -> None:
    with watched(server.app) as statements:
        moc = new_moc(user)
    assert len(statements) == 1
    with watched(server.app) as statements:
        user.patch(f"/api/mocs/{moc['id']}", json={"theme": "Space"})
    assert len(statements) == 2
    assert detail(user, moc)["theme"] == "Space"


@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("/api/mocs/search", "idx_moc_instructions_created"),
        ("/api/mocs/search?tag=castle", "idx_moc_instructions_tags"),
        ("/api/mocs", "moc_instructions_user"),  # more than one begins with it
        ("/api/mocs/{id}", "moc_instructions_pkey"),
        ("/api/mocs/stats/by-category", "moc_instructions_user"),
        ("/api/mocs/stats/uploads-over-time", "moc_instructions_user"),
    ],
)
def test_rows_are_found_by_an_index(
    server: UvicornServer, user: User, moc: Json, module_database: Database, path: str, index: str
) -> None:
    plan = sent(server, user, path.format(**moc))[0].plan(module_database)
    assert index in plan


@pytest.mark.parametrize("query", ["castle", "royal castle", "millenium falcno", "cas:*", "100%"])
def test_a_search_uses_both_of_its_indexes(
    server: UvicornServer, user: User, module_database: Database, query: str
) -> None:
    plan = sent(server, user, f"/api/mocs/search?q={query}")[0].plan(module_database, large=True)
    uses_both = "idx_moc_instructions_search_vector" in plan and "idx_moc_instructions_search_text" in plan
    assert uses_both is has_trigrams(module_database)
    assert ("Seq Scan on moc_instructions" in plan) is not uses_both


def test_the_pictures_of_a_page_are_found_by_an_index(
    server: UvicornServer, user: User, module_database: Database
) -> None:
    plan = sent(server, user, "/api/mocs/search")[1].plan(module_database)
    assert "Index Scan on" in plan, "three begin with the MOC, and any of them will do"
    assert "Seq Scan on moc_files" not in plan
