"""What a filter offers: the tags and the categories of a user's images."""

import pytest

from tests.gallery.builders import old_image, patched, upload
from tests.support.clients import Api
from tests.support.database import Database

TAGS = "/api/gallery/tags"
CATEGORIES = "/api/gallery/categories"


def test_there_are_none_yet(api: Api) -> None:
    user = api.user()
    upload(user)
    assert user.get(TAGS).json() == user.get(CATEGORIES).json() == []


def test_each_once_and_in_order(api: Api) -> None:
    user = api.user()
    upload(user, tags="tower,castle", category="Sets")
    upload(user, tags="Castle,100%", category="buildings")
    upload(user, tags=['a, "quoted" one', "ünder"], category="Buildings")
    assert [tag.lower() for tag in user.get(TAGS).json()] == sorted(
        ["100%", 'a, "quoted" one', "castle", "tower", "ünder"]
    )
    assert [category.lower() for category in user.get(CATEGORIES).json()] == ["buildings", "sets"]


@pytest.mark.parametrize("path", [TAGS, CATEGORIES])
def test_nobody_elses(over_http: Api, path: str) -> None:
    upload(over_http.user(), tags="castle", category="Buildings")
    user = over_http.user()
    upload(user, tags="mine", category="mine")
    assert user.get(path).json() == ["mine"]


def test_they_go_with_the_last_image_that_has_them(over_http: Api) -> None:
    user = over_http.user()
    image = upload(user, tags="castle", category="Buildings")
    assert (user.get(TAGS).json(), user.get(CATEGORIES).json()) == (["castle"], ["Buildings"])
    patched(user, image, tags=["tower"], category=None)
    assert (user.get(TAGS).json(), user.get(CATEGORIES).json()) == (["tower"], [])
    user.delete(f"/api/images/{image['id']}")
    assert user.get(TAGS).json() == []


def test_tags_of_old_rows(over_http: Api, database: Database) -> None:
    user = over_http.user()
    for tags in (None, [], {}, {"castle": "x"}, 5, "a text", ["castle", 5, None, ["x"], {"a": "b"}, "", True]):
        old_image(database, user, tags=tags)
    assert user.get(TAGS).json() == ["castle"]
    assert user.get("/api/images?tag=castle").json()["total"] == 1


def test_there_are_no_more_than_can_be_chosen_from(over_http: Api, database: Database) -> None:
    user = over_http.user()
    for start in range(0, 1100, 100):
        old_image(database, user, tags=[f"{number:04}" for number in range(start, start + 100)])
    assert user.get(TAGS).json() == [f"{number:04}" for number in range(1000)]
