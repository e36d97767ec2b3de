"""The list of a user's images: counted, and read on from page to page."""

import pytest

from tests.gallery.builders import IMAGE_KEYS, ids, images, page, pages, problems, rows, upload
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.route_table import NOBODYS_ID

IMAGES = "/api/images"


def test_a_user_without_images(api: Api) -> None:
    assert page(api.user(), IMAGES) == {"images": [], "total": 0, "nextCursor": None}


def test_the_newest_comes_first(api: Api) -> None:
    user = api.user()
    uploaded = [upload(user, title=f"Image {number}") for number in range(3)]
    body = page(user, IMAGES)
    assert body == {"images": uploaded[::-1], "total": 3, "nextCursor": None}
    assert list(body["images"][0]) == IMAGE_KEYS


def test_all_pages_have_each_image_once_and_the_same_total(over_http: Api, database: Database) -> None:
    user = over_http.user()
    made = rows(database, user, 25)[::-1]
    assert page(user, IMAGES, limit=10)["total"] == page(user, IMAGES, limit=10, cursor=10)["total"] == 25
    for limit, lengths in ((10, [10, 10, 5]), (25, [25]), (24, [24, 1]), (5, [5] * 5)):
        read = [ids(some) for some in pages(user, IMAGES, limit=limit)]
        assert [len(some) for some in read] == lengths
        assert [id for some in read for id in some] == made


@pytest.mark.parametrize(
    ("limit", "length"),
    [("0", 20), ("abc", 20), ("", 20), ("-5", 1), ("1.9", 1), ("100", 100), ("101", 100), ("9" * 400, 20), ("nan", 20)],
)
def test_limits_are_clamped(over_http: Api, database: Database, limit: str, length: int) -> None:
    user = over_http.user()
    rows(database, user, 105)
    assert len(images(user, limit=limit)) == length


@pytest.mark.parametrize("cursor", ["", "0", "-1", "abc", "1.5", "null", "9" * 5000, "0x10", "10 OR 1=1"])
def test_what_is_no_cursor_begins_at_the_start(over_http: Api, database: Database, cursor: str) -> None:
    user = over_http.user()
    made = rows(database, user, 3)[::-1]
    assert ids(images(user, cursor=cursor)) == made


def test_a_cursor_behind_everything(over_http: Api, database: Database) -> None:
    user = over_http.user()
    made = rows(database, user, 3)[::-1]
    assert page(user, IMAGES, cursor=1000) == {"images": [], "total": 3, "nextCursor": None}
    assert ids(images(user, cursor=str(2**70))) == made, "before everything, for what is newest comes first"


@pytest.mark.parametrize("path", ["/api/images", "/api/images/search", "/api/gallery/search"])
@pytest.mark.parametrize("album_id", ["x", "1", "../etc", NOBODYS_ID[:-1], "{" + NOBODYS_ID + "}"])
def test_an_album_id_that_is_none(over_http: Api, path: str, album_id: str) -> None:
    answer = over_http.user().get(path, params={"albumId": album_id})
    assert problems(answer) == {"albumId": ["must be the id of an album"]}


@pytest.mark.parametrize("name", ["tag", "category", "search", "q", "albumId", "cursor", "flagged"])
def test_a_nul_in_a_filter(over_http: Api, name: str) -> None:
    assert over_http.user().get(f"/api/images?{name}=a%00b").status_code == 400
