"""Images on their way into albums, from one to another, and out again."""

from functools import partial
from uuid import UUID

import pytest

from tests.gallery.builders import Json, add, album, images, patched, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.locks import held_up
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID

NO_ALBUM = (404, "ALBUM_NOT_FOUND", "Album not found")


def shown(user: User, made: Json) -> Json:
    answer = user.get(f"/api/albums/{made['id']}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def chosen(user: User, made: Json, image: Json) -> None:
    """Makes an image the cover."""
    answer = user.patch(f"/api/albums/{made['id']}", json={"coverImageId": image["id"]})
    assert answer.status_code == 200, answer.text


def test_into_an_album_to_another_and_out(api: Api) -> None:
    user = api.user()
    image, one, other = upload(user), album(user), album(user)
    moved = patched(user, image, albumId=one["id"].upper())
    assert moved["albumId"] == one["id"]
    assert shown(user, one)["images"] == [moved]
    moved = patched(user, image, albumId=other["id"])
    assert (shown(user, one)["images"], shown(user, other)["images"]) == ([], [moved])
    for nothing in (None, ""):
        assert patched(user, image, albumId=nothing)["albumId"] is None
        assert shown(user, other)["images"] == []
        patched(user, image, albumId=other["id"])


@pytest.mark.parametrize("album_of", ["a stranger", "nobody", "no UUID"])
@pytest.mark.parametrize("route", ["/api/images", "/api/gallery"])
def test_an_album_that_is_not_the_owners(over_http: Api, route: str, album_of: str) -> None:
    user = over_http.user()
    image = upload(user)
    ids = {"nobody": NOBODYS_ID, "no UUID": "../../etc"}
    album_id = ids.get(album_of) or album(over_http.user())["id"]
    method = "PATCH" if route == "/api/images" else "PUT"
    answer = user.request(method, f"{route}/{image['id']}", json={"albumId": album_id, "title": "New"})
    assert refusal(answer) == NO_ALBUM
    assert images(user) == [image]


def test_an_admin_files_images_in_albums_of_their_owner(over_http: Api) -> None:
    owner, admin = over_http.user(), over_http.admin()
    image = upload(owner)
    answer = admin.patch(f"/api/images/{image['id']}", json={"albumId": album(admin)["id"]})
    assert refusal(answer) == NO_ALBUM
    owners = album(owner)
    assert patched(admin, image, albumId=owners["id"])["albumId"] == owners["id"]


def test_a_stranger_does_not_learn_which_albums_there_are(over_http: Api) -> None:
    owner, stranger = over_http.user(), over_http.user()
    image = upload(owner)
    answers = [
        stranger.patch(f"/api/images/{image['id']}", json={"albumId": album_id})
        for album_id in (album(owner)["id"], album(stranger)["id"], NOBODYS_ID)
    ]
    assert [refusal(answer)[0] for answer in answers] == [403, 403, 403]


def test_a_cover_that_leaves_its_album_is_its_cover_no_longer(over_http: Api) -> None:
    user = over_http.user()
    one, other = album(user), album(user)
    for destination in (None, other["id"]):
        image, newer = upload(user, albumId=one["id"]), upload(user, albumId=one["id"])
        chosen(user, one, image)
        assert shown(user, one)["album"]["coverImageId"] == image["id"]
        patched(user, image, title="Stays", albumId=one["id"])
        assert shown(user, one)["album"]["coverImageId"] == image["id"], "it has not left"
        patched(user, image, albumId=destination)
        left = shown(user, one)["album"]
        assert (left["coverImageId"], left["url"]) == (None, newer["url"])
        assert shown(user, other)["album"]["coverImageId"] is None
        patched(user, image, albumId=one["id"])
        assert shown(user, one)["album"]["coverImageId"] is None, "nor when it comes back"


def test_a_deleted_image_is_no_cover(over_http: Api) -> None:
    user = over_http.user()
    made = album(user)
    image, newer = upload(user, albumId=made["id"]), upload(user, albumId=made["id"])
    chosen(user, made, image)
    assert user.delete(f"/api/images/{image['id']}").status_code == 200
    left = shown(user, made)["album"]
    assert (left["coverImageId"], left["url"], left["imageCount"]) == (None, newer["url"], 1)


def test_an_image_that_somebody_moves_meanwhile(over_http: Api, database: Database) -> None:
    """The request has seen where it was, and waits for the album that it is to come into."""
    user = over_http.user()
    one, other = album(user), album(user)
    image = upload(user, albumId=one["id"], title="Before")
    lock = f"""
        WITH locked AS (SELECT FROM gallery_albums WHERE id = '{UUID(one["id"])}' FOR UPDATE),
        moved AS (
            UPDATE gallery_images SET album_id = '{UUID(other["id"])}', title = 'Meanwhile'
            WHERE id = '{UUID(image["id"])}'
        )
        SELECT count(*) FROM locked
    """
    request = partial(user.patch, f"/api/images/{image['id']}", json={"albumId": one["id"]})
    [answer] = held_up(database, [request], lock)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["image"]["title"], answer.json()["image"]["albumId"]) == ("Meanwhile", one["id"])
    row = database.fetch("SELECT title, album_id FROM gallery_images WHERE id = $1::text::uuid", image["id"])
    assert row == [{"title": "Meanwhile", "album_id": UUID(one["id"])}]


def test_an_album_that_goes_before_the_image_is_in_it(over_http: Api, database: Database) -> None:
    user = over_http.user()
    image, made = upload(user), album(user)
    request = partial(user.patch, f"/api/images/{image['id']}", json={"albumId": made["id"]})
    [answer] = held_up(database, [request], "DELETE FROM gallery_albums WHERE id = $1", UUID(made["id"]))
    assert refusal(answer) == NO_ALBUM
    assert images(user) == [image]


def test_images_of_a_deleted_album_stay(over_http: Api) -> None:
    user = over_http.user()
    made, image = album(user), upload(user)
    add(user, made, image)
    assert user.delete(f"/api/albums/{made['id']}").status_code == 200
    [left] = images(user)
    assert (left["id"], left["albumId"]) == (image["id"], None)
    assert user.get(image["imageUrl"]).status_code == 200
