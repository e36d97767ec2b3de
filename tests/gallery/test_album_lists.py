"""Albums with how many images they have, with the newest of them, and one with more than are answered at once."""

from typing import Any

import pytest

from lego_api.gallery.albums.repository import SHOWN_WITH_ALBUMS
from tests.gallery.builders import ALBUM_KEYS, IMAGE_KEYS, Json, album, ids, page, rows, upload
from tests.support.clients import Api, User
from tests.support.database import Database


def fill(database: Database, user: User, made: Json, count: int) -> list[str]:
    """An album with images, by SQL; their ids, the newest first."""
    image_ids = rows(database, user, count)
    database.fetch("UPDATE gallery_images SET album_id = $1 WHERE id = ANY($2::text[]::uuid[])", made["id"], image_ids)
    return image_ids[::-1]


def test_each_with_its_count(over_http: Api, database: Database) -> None:
    user = over_http.user()
    made = [album(user, f"Album {number}") for number in range(3)]
    for album_, count in zip(made, (3, 0, 60), strict=True):
        fill(database, user, album_, count)
    rows(database, user, 5, title="Loose")
    body = page(user, "/api/albums")
    assert list(body) == ["albums", "total", "nextCursor"]
    assert [(album_["id"], album_["imageCount"]) for album_ in body["albums"]] == [
        (made[2]["id"], 60),
        (made[1]["id"], 0),
        (made[0]["id"], 3),
    ]
    assert [list(album_) for album_ in body["albums"]] == [ALBUM_KEYS] * 3
    assert (body["total"], body["nextCursor"]) == (3, None)
    in_gallery = page(user, "/api/gallery", type="album")["items"]
    assert [item["imageCount"] for item in in_gallery] == [60, 0, 3]


def test_with_the_newest_images_of_each(over_http: Api, database: Database) -> None:
    user = over_http.user()
    few, none, many = album(user), album(user), album(user)
    inside = {few["id"]: fill(database, user, few, 3), none["id"]: [], many["id"]: fill(database, user, many, 60)}
    assert 3 < SHOWN_WITH_ALBUMS < 60
    body = page(user, "/api/albums", withImages="true")
    assert list(body) == ["albums", "total", "nextCursor"]
    assert [list(album_) for album_ in body["albums"]] == [[*ALBUM_KEYS, "images"]] * 3
    assert {album_["id"]: ids(album_["images"]) for album_ in body["albums"]} == {
        id: image_ids[:SHOWN_WITH_ALBUMS] for id, image_ids in inside.items()
    }
    assert list(body["albums"][0]["images"][0]) == IMAGE_KEYS


@pytest.mark.parametrize(
    ("sent", "shown"), [("true", True), ("True", True), ("false", False), ("1", False), ("", False)]
)
def test_images_are_shown_where_they_are_asked_for(over_http: Api, sent: str, shown: bool) -> None:
    user = over_http.user()
    album(user)
    [made] = page(user, "/api/albums", withImages=sent)["albums"]
    assert ("images" in made) is shown


def test_no_albums(api: Api) -> None:
    user = api.user()
    for query in ({}, {"withImages": "true"}, {"cursor": 5}):
        assert page(user, "/api/albums", **query) == {"albums": [], "total": 0, "nextCursor": None}


def test_an_album_with_more_images_than_are_answered_at_once(over_http: Api, database: Database) -> None:
    user = over_http.user()
    made = album(user)
    inside = fill(database, user, made, 1200)
    path = f"/api/albums/{made['id']}"
    first = page(user, path)
    assert (ids(first["images"]), first["album"]["imageCount"]) == (inside[:1000], 1200)
    second = page(user, path, cursor=first["nextCursor"])
    assert (ids(second["images"]), second["nextCursor"]) == (inside[1000:], None)
    assert second["album"] == first["album"]
    assert ids(page(user, path, cursor=1100)["images"]) == inside[1100:]


@pytest.mark.parametrize(("limit", "count"), [("2", 2), ("0", 5), ("-1", 1), ("x", 5), ("5000", 5)])
def test_an_album_in_parts(over_http: Api, database: Database, limit: str, count: int) -> None:
    user = over_http.user()
    made = album(user)
    inside = fill(database, user, made, 5)
    body: Any = page(user, f"/api/albums/{made['id']}", limit=limit)
    assert ids(body["images"]) == inside[:count]
    assert (body["nextCursor"] is None) is (count == 5)


def test_lists_follow_changes(api: Api) -> None:
    user = api.user()
    made = album(user)
    assert page(user, "/api/albums", withImages="true")["albums"][0]["images"] == []
    image = upload(user, albumId=made["id"])
    assert page(user, "/api/albums", withImages="true")["albums"][0]["images"] == [image]
    user.patch(f"/api/images/{image['id']}", json={"title": "New"})
    assert page(user, "/api/albums", withImages="true")["albums"][0]["images"][0]["title"] == "New"
    user.delete(f"/api/images/{image['id']}")
    [empty] = page(user, "/api/albums", withImages="true")["albums"]
    assert (empty["images"], empty["imageCount"], empty["url"]) == ([], 0, None)
