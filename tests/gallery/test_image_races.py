"""Requests about one image at the same time: each ends well or is told why not, and nothing is half done."""

from functools import partial
from uuid import UUID

from tests.gallery.builders import add, album, assert_nothing_is_left, ids, images, keys_of, send_image, upload
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.locks import held_up, open_transaction
from tests.support.objects import Objects

# Nobody writes an image; reading and locking them goes on.
NO_WRITING = "LOCK TABLE gallery_images IN SHARE MODE"
LOCKED = "SELECT FROM gallery_images WHERE id = $1 FOR UPDATE"


def test_an_album_that_is_deleted_while_an_image_comes_into_it(
    over_http: Api, database: Database, objects: Objects
) -> None:
    user = over_http.user()
    made = album(user)
    uploading = partial(send_image, user, texts={"albumId": made["id"]})
    deleting = partial(user.delete, f"/api/albums/{made['id']}")
    uploaded, deleted = held_up(database, [uploading, deleting], NO_WRITING)
    assert deleted.status_code == 200, deleted.text
    if uploaded.status_code == 201:
        [image] = images(user)
        assert (image["id"], image["albumId"]) == (uploaded.json()["image"]["id"], None)
        assert objects.keys(f"gallery/{user.id}/") == keys_of(image)
    else:
        assert (uploaded.status_code, uploaded.json()["code"]) == (404, "ALBUM_NOT_FOUND")
        assert_nothing_is_left(database, objects, user)


def test_an_image_is_deleted_while_it_is_described(over_http: Api, database: Database, objects: Objects) -> None:
    user = over_http.user()
    image = upload(user)
    path = f"/api/images/{image['id']}"
    requests = [partial(user.patch, path, json={"title": "New"}), partial(user.delete, path)]
    described, deleted = held_up(database, requests, LOCKED, UUID(image["id"]))
    assert deleted.status_code == 200
    assert described.status_code in (200, 404)
    assert_nothing_is_left(database, objects, user)


def test_an_image_is_deleted_twice(over_http: Api, database: Database, objects: Objects) -> None:
    user = over_http.user()
    image = upload(user)
    requests = [partial(user.delete, f"/api/{path}/{image['id']}") for path in ("images", "gallery")]
    answers = held_up(database, requests, LOCKED, UUID(image["id"]))
    assert sorted(answer.status_code for answer in answers) == [200, 404]
    assert_nothing_is_left(database, objects, user)


def test_an_image_is_deleted_while_it_is_made_a_cover(over_http: Api, database: Database, objects: Objects) -> None:
    user = over_http.user()
    made, image = album(user), upload(user)
    requests = [
        partial(user.patch, f"/api/albums/{made['id']}", json={"coverImageId": image["id"]}),
        partial(user.delete, f"/api/images/{image['id']}"),
    ]
    covered, deleted = held_up(database, requests, LOCKED, UUID(image["id"]))
    assert deleted.status_code == 200, deleted.text
    assert covered.status_code in (200, 404), covered.text
    assert user.get(f"/api/albums/{made['id']}").json()["album"]["coverImageId"] is None
    assert_nothing_is_left(database, objects, user)


def test_two_covers_change_places(over_http: Api, database: Database) -> None:
    """Each request needs both albums; one that had its own first would wait for the other for ever."""
    user = over_http.user()
    albums = sorted((album(user) for _ in range(2)), key=lambda made: str(made["id"]))
    for _ in range(4):
        covers = [upload(user, albumId=made["id"]) for made in albums]
        for made, cover in zip(albums, covers, strict=True):
            assert user.patch(f"/api/albums/{made['id']}", json={"coverImageId": cover["id"]}).status_code == 200
        requests = [
            partial(user.patch, f"/api/images/{cover['id']}", json={"albumId": made["id"]})
            for cover, made in zip(covers, reversed(albums), strict=True)
        ]
        lock = "SELECT FROM gallery_albums WHERE id = $1 FOR UPDATE"
        answers = held_up(database, requests, lock, UUID(albums[0]["id"]))
        assert [answer.status_code for answer in answers] == [200, 200]
        for made, cover in zip(albums, reversed(covers), strict=True):
            shown = user.get(f"/api/albums/{made['id']}").json()
            assert cover["id"] in ids(shown["images"])
            assert shown["album"]["coverImageId"] is None


def test_who_describes_an_image_does_not_wait_for_whoever_has_its_album(over_http: Api, database: Database) -> None:
    """Albums are locked before images: an update of an image that came to lock its album, too, would meet others."""
    user = over_http.user()
    image, holder = upload(user), album(user)
    add(user, holder, image)
    with open_transaction(database, "SELECT 1 FROM gallery_albums WHERE id = $1 FOR UPDATE", [holder["id"]]):
        answer = user.patch(f"/api/images/{image['id']}", json={"title": "Described"}, timeout=5)
    assert answer.status_code == 200, answer.text
