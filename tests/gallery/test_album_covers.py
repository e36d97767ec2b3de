"""The cover of an album: the image that was chosen, while it is in the album, else the newest."""

from typing import Any

import pytest

from tests.gallery.builders import Json, add, album, images, old_image, page, problems, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.locks import Request
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID


def choose(user: User, made: Json, image_id: Any) -> Any:
    return user.put(f"/api/albums/{made['id']}", json={"coverImageId": image_id})


def chosen(user: User, made: Json, image: Json) -> Json:
    answer = choose(user, made, image["id"])
    assert answer.status_code == 200, answer.text
    return shown(user, made)


def shown(user: User, made: Json) -> Json:
    """An album, which is the same wherever it is shown."""
    album: Json = user.get(f"/api/albums/{made['id']}").json()["album"]
    in_list = one_of(page(user, "/api/albums")["albums"], made)
    with_images = one_of(page(user, "/api/albums", withImages="true")["albums"], made)
    in_gallery = one_of(page(user, "/api/gallery", type="album")["items"], made)
    assert album == in_list
    assert with_images == {**album, "images": with_images["images"]}
    assert in_gallery == {**album, "type": "album"}
    return album


def one_of(listed: list[Json], made: Json) -> Json:
    [found] = [album for album in listed if album["id"] == made["id"]]
    return found


def cover(album: Json) -> tuple[str | None, str | None, str | None]:
    return album["coverImageId"], album["url"], album["thumbnailUrl"]


def picked(image: Json) -> tuple[str, str, str]:
    return image["id"], image["imageUrl"], image["thumbnailUrl"]


def newest(image: Json) -> tuple[None, str, str]:
    return None, image["imageUrl"], image["thumbnailUrl"]


NO_COVER = (None, None, None)


def test_the_newest_image_unless_one_is_chosen(api: Api) -> None:
    user = api.user()
    made = album(user)
    assert cover(shown(user, made)) == NO_COVER
    older, newer = upload(user, albumId=made["id"]), upload(user, albumId=made["id"])
    assert cover(shown(user, made)) == newest(newer)
    assert cover(chosen(user, made, older)) == picked(older)
    newest_of_all = upload(user, albumId=made["id"])
    assert cover(shown(user, made)) == picked(older)
    for nothing in (None, ""):
        assert choose(user, made, nothing).status_code == 200
        assert cover(shown(user, made)) == newest(newest_of_all)
        chosen(user, made, newer)


def test_another_field_leaves_the_cover_alone(over_http: Api) -> None:
    user = over_http.user()
    made = album(user)
    older, _ = upload(user, albumId=made["id"]), upload(user, albumId=made["id"])
    chosen(user, made, older)
    user.patch(f"/api/albums/{made['id']}", json={"title": "New"})
    assert cover(shown(user, made)) == picked(older)


def test_what_is_chosen_comes_into_the_album(api: Api) -> None:
    user = api.user()
    made, other = album(user), album(user)
    loose, elsewhere = upload(user), upload(user)
    add(user, other, elsewhere)
    chosen(user, other, elsewhere)
    assert cover(chosen(user, made, loose)) == picked(loose)
    assert cover(chosen(user, made, elsewhere)) == picked(elsewhere)
    assert cover(shown(user, other)) == NO_COVER
    assert {image["albumId"] for image in images(user)} == {made["id"]}


@pytest.mark.parametrize("leaves", ["removed", "deleted", "deleted with others", "moved", "added to another", "cover"])
def test_a_cover_that_leaves_is_none(over_http: Api, leaves: str) -> None:
    user = over_http.user()
    made, other = album(user), album(user)
    older, newer = upload(user, albumId=made["id"]), upload(user, albumId=made["id"])
    chosen(user, made, older)
    path, batch = f"/api/images/{older['id']}", {"imageIds": [older["id"]]}
    leave: dict[str, Request] = {
        "removed": lambda: user.delete(f"/api/albums/{made['id']}/images/{older['id']}"),
        "deleted": lambda: user.delete(path),
        "deleted with others": lambda: user.request("DELETE", "/api/gallery/batch-delete", json=batch),
        "moved": lambda: user.patch(path, json={"albumId": other["id"]}),
        "added to another": lambda: user.post(f"/api/gallery/albums/{other['id']}/batch-add", json=batch),
        "cover": lambda: choose(user, other, older["id"]),
    }
    answer = leave[leaves]()
    assert answer.status_code == 200, answer.text
    left = shown(user, made)
    assert (cover(left), left["imageCount"]) == (newest(newer), 1)
    if "deleted" not in leaves:  # and coming back does not make it the cover again
        add(user, made, older)
        assert cover(shown(user, made)) == newest(newer)


def test_the_same_cover_again_stays(over_http: Api) -> None:
    user = over_http.user()
    made = album(user)
    image = upload(user, albumId=made["id"])
    upload(user, albumId=made["id"])
    for _ in range(2):
        assert cover(chosen(user, made, image)) == picked(image)
    add(user, made, image)
    assert cover(shown(user, made)) == picked(image)


@pytest.mark.parametrize("wrong", ["unknown", "no UUID", "foreign"])
def test_an_image_that_cannot_be_the_cover(api: Api, wrong: str) -> None:
    user, other = api.user(), api.user()
    made = album(user)
    inside = upload(user, albumId=made["id"])
    chosen(user, made, inside)
    before = shown(user, made)
    foreign = upload(other)
    image_id = {"unknown": NOBODYS_ID, "no UUID": "front.jpg", "foreign": foreign["id"]}[wrong]
    answer = user.put(f"/api/albums/{made['id']}", json={"title": "New", "coverImageId": image_id})
    if wrong == "foreign":
        assert refusal(answer) == (403, "FORBIDDEN", "Forbidden: You can only use your own images")
    else:
        assert refusal(answer) == (404, "IMAGE_NOT_FOUND", "Image not found")
    assert shown(user, made) == before
    assert images(other) == [foreign]


@pytest.mark.parametrize("sent", [5, ["x"], {"id": "x"}, "a\x00b", "x" * 101])
def test_a_cover_is_named_by_a_text(over_http: Api, sent: Any) -> None:
    user = over_http.user()
    assert list(problems(choose(user, album(user), sent))) == ["coverImageId"]


def test_covers_of_the_old_server(over_http: Api, database: Database) -> None:
    """It let any image be the cover, and had no thumbnails."""
    user = over_http.user()
    made, url = album(user), "/uploads/gallery/old/1.jpg"
    outside, inside = old_image(database, user), old_image(database, user, album_id=made["id"], image_url=url)
    database.fetch("UPDATE gallery_albums SET cover_image_id = $2 WHERE id = $1", made["id"], outside)
    assert cover(shown(user, made)) == (None, url, url)
    assert cover(chosen(user, made, {"id": inside})) == (inside, url, url)
