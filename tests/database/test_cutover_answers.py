"""What the Express server has stored is answered by every route that reads, odd values and all."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.express_answers import answer, assert_answered
from tests.support.express_queries import Express, Row
from tests.support.express_rows import ODD_OWNER, OWNER, OldRows, adopt, existing_database, fill
from tests.support.faults import serving
from tests.support.route_table import CASES

pytestmark = pytest.mark.large

READ = sorted({case.path for case in CASES if case.method == "GET"} - {"/uploads/{key:path}"})  # files are not rows


@pytest.fixture(scope="module")
def existing(settings: Settings) -> Iterator[Database]:
    with existing_database(settings) as database:
        yield database


@pytest.fixture(scope="module")
def rows(existing: Database) -> OldRows:
    """Stored by the old server; then the database was adopted."""
    rows = fill(Express(existing))
    adopt(existing)
    return rows


@pytest.fixture(scope="module")
def express(existing: Database, rows: OldRows) -> Express:
    return Express(existing)


@pytest.fixture(scope="module")
def served(settings: Settings, existing: Database, rows: OldRows) -> Iterator[Api]:
    with serving(settings, database_url=existing.settings_url, redis_url=None) as api:
        yield api


@pytest.mark.parametrize("path", READ)
def test_every_route_that_reads_answers(served: Api, rows: OldRows, path: str) -> None:
    ids = {"moc_id": rows.moc, "file_id": rows.file, "list_id": rows.parts_list, "image_id": rows.image}
    ids |= {"album_id": rows.album, "item_id": rows.wish}
    response = served.user(OWNER).get(path.format(**ids, user_id=OWNER))
    expected = {"download": 302, "export": 409}.get(path.rpartition("/")[2], 200)  # old lists have no parts to export
    assert response.status_code == expected, response.text


def test_lists(served: Api, rows: OldRows, express: Express) -> None:
    def own(table: str, where: str = "true") -> list[Row]:
        return express.select(table, f"user_id = $1 AND {where}", OWNER)

    assert_answered(answer(served, OWNER, "/api/mocs?limit=100")["data"], own("moc_instructions"))
    found = answer(served, OWNER, "/api/mocs/search?size=100")
    assert found["total"] == len(found["mocs"])
    assert_answered(found["mocs"], express.select("moc_instructions"))
    assert_answered(answer(served, OWNER, "/api/images?limit=100")["images"], own("gallery_images"))
    assert_answered(answer(served, OWNER, "/api/albums?limit=100")["albums"], own("gallery_albums"))
    gallery = answer(served, OWNER, "/api/gallery?limit=100")["items"]
    assert_answered([item for item in gallery if item["type"] == "album"], own("gallery_albums"))
    outside = own("gallery_images", "album_id IS NULL")
    assert_answered([item for item in gallery if item["type"] == "image"], outside)
    assert_answered(answer(served, OWNER, "/api/wishlist")["data"]["items"], own("wishlist_items"))
    lists = answer(served, OWNER, f"/api/mocs/{rows.moc}/parts-lists")["data"]
    assert_answered(lists, express.select("moc_parts_lists", "moc_id = $1", rows.moc))


def test_details(served: Api, rows: OldRows, express: Express) -> None:
    for moc in express.select("moc_instructions"):
        data = answer(served, OWNER, f"/api/mocs/{moc['id']}")["data"]
        assert_answered([data], [moc])
        assert_answered(data["files"], express.select("moc_files", "moc_id = $1", moc["id"]))
    for parts_list in express.select("moc_parts_lists"):
        path = f"/api/moc-instructions/{rows.moc}/parts-lists/{parts_list['id']}"
        assert_answered([answer(served, OWNER, path)["data"]], [parts_list])
    for image in express.select("gallery_images"):
        assert_answered([answer(served, image["user_id"], f"/api/images/{image['id']}")["image"]], [image])
    for album in express.select("gallery_albums"):
        found = answer(served, album["user_id"], f"/api/albums/{album['id']}")
        assert_answered([found["album"]], [album])
        assert_answered(found["images"], express.select("gallery_images", "album_id = $1", album["id"]))
    for wish in express.select("wishlist_items"):
        found = answer(served, wish["user_id"], f"/api/wishlist/{wish['id']}")
        assert_answered([found["data"]["item"]], [wish])


def test_what_belongs_to_them(served: Api, rows: OldRows) -> None:
    [linked] = answer(served, OWNER, f"/api/mocs/{rows.moc}/gallery-images")["images"]
    assert (linked["id"], linked["linkedAt"]) == (str(rows.image), None)
    moc = answer(served, OWNER, f"/api/mocs/{rows.moc}")["data"]
    assert [image["alt"] for image in moc["images"]] == ["bild-Ã¤.jpg", "back.jpg"]
    profile = answer(served, OWNER, f"/api/users/{OWNER}")
    assert profile["stats"] == {"mocsCount": 7, "imagesCount": 5, "albumsCount": 2, "wishlistCount": 8}
    odd = answer(served, OWNER, f"/api/users/{quote(ODD_OWNER, safe='')}")
    assert odd["userId"] == ODD_OWNER
    assert [moc["title"] for moc in answer(served, ODD_OWNER, "/api/mocs")["data"]] == ["Old castle"]
