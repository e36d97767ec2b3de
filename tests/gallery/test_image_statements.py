"""What requests about images ask of PostgreSQL: a few statements however many rows there are, each by an index."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.gallery.builders import Json, album, ids, images, patched, upload
from tests.support.clients import Api, User, UvicornServer
from tests.support.database import Database
from tests.support.statements import Statement, watched

CROWD = """
    INSERT INTO gallery_images (user_id, title, image_url, tags, description)
    SELECT 'user ' || n % 500, md5(n::text), 'x', jsonb_build_array(md5((n % 100)::text)),
           (SELECT string_agg(md5((n * 50 + word)::text), ' ') FROM generate_series(1, 8) AS word)
    FROM generate_series(1, 2000) AS n
"""


@pytest.fixture(scope="module")
def server(module_settings: Settings) -> Iterator[UvicornServer]:
    with UvicornServer(module_settings) as server:
        yield server


@pytest.fixture(scope="module")
def user(module_settings: Settings, server: UvicornServer, module_database: Database) -> Iterator[User]:
    """With six images, half of them in an album, among thousands of other people's."""
    module_database.fetch(CROWD)
    api = Api(module_settings, server.url)
    user = api.user()
    made = album(user)
    for number in range(6):
        texts = {"albumId": made["id"]} if number % 2 else {}
        upload(user, title=f"Castle {number}", tags="castle", category="Sets", **texts)
    module_database.fetch("VACUUM ANALYZE")
    yield user
    api.close()


@pytest.fixture(scope="module")
def image(user: User) -> Json:
    return images(user)[0]


def sent(server: UvicornServer, user: User, path: str) -> list[Statement]:
    assert user.get(path).status_code in (200, 302)  # what is asked only once, is asked now
    with watched(server.app) as statements:
        assert user.get(path).status_code in (200, 302)
    return statements


PATHS = {
    "/api/images": (1, "gallery_images_user"),  # more than one begins with it
    "/api/images?limit=2": (1, "gallery_images_user"),
    "/api/images?albumId={albumId}": (1, "gallery_images"),
    "/api/images?tag=castle&category=sets&flagged=false&search=castle": (1, "gallery_images_user"),
    "/api/images/search": (1, "gallery_images_user"),
    "/api/images/search?q=castle": (1, "gallery_images_user"),
    "/api/gallery/search?q=castle&from=1000": (2, "gallery_images_user"),
    "/api/gallery/tags": (1, "gallery_images_user"),
    "/api/gallery/categories": (1, "gallery_images_user"),
    "/api/images/{id}": (1, "gallery_images_pkey"),
    "/api/gallery/{id}/download": (1, "gallery_images_pkey"),
}


@pytest.mark.parametrize(("path", "count"), [(path, count) for path, (count, _) in PATHS.items()])
def test_the_number_of_statements_does_not_grow_with_the_rows(
    server: UvicornServer, user: User, image: Json, path: str, count: int
) -> None:
    assert len(sent(server, user, path.format(**image))) == count


@pytest.mark.parametrize(("path", "index"), [(path, index) for path, (_, index) in PATHS.items()])
def test_rows_are_found_by_an_index(
    server: UvicornServer, user: User, image: Json, module_database: Database, path: str, index: str
) -> None:
    plan = sent(server, user, path.format(**image))[0].plan(module_database)
    assert index in plan
    assert "Seq Scan on gallery_images" not in plan


def test_uploads_look_up_what_they_need_once(server: UvicornServer, user: User, image: Json) -> None:
    """Announced; in a transaction, written and claimed. Into an album: looked for before, and held with the row."""
    with watched(server.app) as statements:
        upload(user)
    assert len(statements) == 3
    with watched(server.app) as statements:
        upload(user, albumId=image["albumId"])
    assert len(statements) == 5


def test_changes_lock_and_look_up_once(server: UvicornServer, user: User) -> None:
    made = upload(user)
    with watched(server.app) as statements:
        patched(user, made, title="Tower")
    assert len(statements) == 2
    with watched(server.app) as statements:
        patched(user, made, albumId=album(user)["id"])
    assert len(statements) <= 8


def test_a_batch_is_as_many_statements_as_one(server: UvicornServer, user: User) -> None:
    counts = []
    for size in (1, 20):
        made = ids([upload(user) for _ in range(size)])
        with watched(server.app) as statements:
            assert user.request("DELETE", "/api/gallery/batch-delete", json={"imageIds": made}).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 7, "also what becomes of the objects: one entry, taken and done with"
