"""What narrows the list of a user's images, and with it the total: in the database, not on the page."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.gallery.builders import Json, album, old_image, page, pages, patched, problems, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.route_table import NOBODYS_ID

IMAGES = "/api/images"


@pytest.fixture(scope="module")
def gallery(settings: Settings, database: Database) -> Iterator[User]:
    """Its owner; every image is told by its title."""
    with serving(settings) as api:
        user = api.user()
        fill(api, user, database)
        yield user


def fill(api: Api, user: User, database: Database) -> None:
    inside = album(user, "Castles")["id"]
    upload(user, title="plain")
    upload(user, title="castle", tags="Castle,old", category="Buildings")
    upload(user, title="tower", tags=["castle", "100%", "a,b"], category="buildings", albumId=inside)
    upload(user, title="bücher", tags="BÜCHER", albumId=inside)
    old_image(database, user, title="old", flagged=None, tags={"castle": 1})
    old_image(database, user, title="flagged", flagged=True, tags=["castle", 5])
    for stranger in (api.user(), api.user()):
        image = upload(stranger, title="a stranger's", tags="castle,old", category="Buildings")
        patched(stranger, image, albumId=album(stranger)["id"])


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["flagged", "old", "bücher", "tower", "castle", "plain"]),
        ({"tag": "castle"}, ["flagged", "tower", "castle"]),
        ({"tag": "CASTLE"}, ["flagged", "tower", "castle"]),
        ({"tag": "cast"}, []),
        ({"tag": ["castle", "old"]}, ["castle"]),
        ({"tag": ["castle", "", "100%"]}, ["tower"]),
        ({"tag": "a,b"}, ["tower"]),
        ({"tag": '"castle"'}, []),
        ({"tag": "5"}, []),
        ({"tag": ""}, ["flagged", "old", "bücher", "tower", "castle", "plain"]),
        ({"category": "BUILDINGS"}, ["tower", "castle"]),
        ({"category": "building"}, []),
        ({"flagged": "true"}, ["flagged"]),
        ({"flagged": "TRUE"}, ["flagged"]),
        ({"flagged": "false"}, ["old", "bücher", "tower", "castle", "plain"]),
        ({"flagged": "1"}, ["old", "bücher", "tower", "castle", "plain"]),
        ({"albumId": "inside"}, ["bücher", "tower"]),
        ({"albumId": "inside", "tag": "castle"}, ["tower"]),
        ({"albumId": NOBODYS_ID}, []),
        ({"search": "castle", "albumId": "inside"}, ["tower"]),
        ({"search": "bucher"}, ["bücher"]),
        ({"search": " ", "q": "tower"}, ["tower"]),
        ({"category": "buildings", "tag": "castle", "flagged": "false", "search": "tow"}, ["tower"]),
    ],
    ids=str,
)
def test_each_narrows_the_list_and_its_total(gallery: User, query: Json, titles: list[str]) -> None:
    if query.get("albumId") == "inside":
        query = query | {"albumId": gallery.get("/api/albums").json()["albums"][0]["id"]}
    everything = page(gallery, IMAGES, **query)
    assert [image["title"] for image in everything["images"]] == titles
    assert everything["total"] == page(gallery, IMAGES, limit=1, **query)["total"] == len(titles)
    read = [image["title"] for some in pages(gallery, IMAGES, limit=1, **query) for image in some]
    assert read == titles


def test_an_album_of_a_stranger_shows_nothing(gallery: User, over_http: Api) -> None:
    made = gallery.get("/api/albums").json()["albums"][0]
    assert page(over_http.user(), IMAGES, albumId=made["id"]) == {"images": [], "total": 0, "nextCursor": None}


def test_too_many_tags(gallery: User) -> None:
    assert gallery.get("/api/images", params={"tag": ["castle"] * 20}).json()["total"] == 3
    answer = gallery.get("/api/images", params={"tag": ["castle"] * 21})
    assert list(problems(answer)) == ["tag"]
