"""Two requests for one album or one image at the same moment: each has an answer, and none is half done.

A transaction of the test's own holds what both want, until both have come as far as they can.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.gallery.builders import Json, add, album, ids, images, old_image, page, rows, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.locks import Request, held_up
from tests.support.refusals import refusal

HOLD_ALBUM = "SELECT FROM gallery_albums WHERE id = $1 FOR UPDATE"
HOLD_IMAGE = "SELECT FROM gallery_images WHERE id = $1 FOR UPDATE"
DELETE_ALBUM = "DELETE FROM gallery_albums WHERE id = $1"
DELETE_IMAGE = "DELETE FROM gallery_images WHERE id = $1"

Filling = Callable[[User, Json, Json], Request]


def add_one(user: User, to: Json, image: Json) -> Request:
    return partial(user.post, f"/api/albums/{to['id']}/images", json={"imageId": image["id"]})


def add_many(user: User, to: Json, *chosen: Json) -> Request:
    body = {"imageIds": [image["id"] for image in chosen]}
    return partial(user.post, f"/api/gallery/albums/{to['id']}/batch-add", json=body)


def choose(user: User, to: Json, image: Json) -> Request:
    return partial(user.put, f"/api/albums/{to['id']}", json={"coverImageId": image["id"]})


def delete(user: User, kind: str, thing: Json) -> Request:
    return partial(user.delete, f"/api/{kind}/{thing['id']}")


def delete_many(user: User, *chosen: Json) -> Request:
    body = {"imageIds": [image["id"] for image in chosen]}
    return partial(user.request, "DELETE", "/api/gallery/batch-delete", json=body)


def where(database: Database, image: Json) -> list[Any]:
    """The album of an image; nothing if there is no such image."""
    return [row["album_id"] for row in database.fetch("SELECT album_id FROM gallery_images WHERE id = $1", image["id"])]


every_filling = pytest.mark.parametrize("fill", [add_one, add_many, choose])


@every_filling
def test_an_album_that_is_deleted_while_an_image_comes_into_it(
    over_http: Api, database: Database, fill: Filling
) -> None:
    user = over_http.user()
    made, image = album(user), upload(user)
    [answer] = held_up(database, [fill(user, made, image)], DELETE_ALBUM, UUID(made["id"]))
    assert refusal(answer) == (404, "ALBUM_NOT_FOUND", "Album not found")
    assert images(user) == [image]


@every_filling
def test_an_image_that_is_deleted_while_it_comes_into_an_album(
    over_http: Api, database: Database, fill: Filling
) -> None:
    user = over_http.user()
    made, [image_id] = album(user), rows(database, user, 1)
    [answer] = held_up(database, [fill(user, made, {"id": image_id})], DELETE_IMAGE, UUID(image_id))
    assert refusal(answer)[:2] == (404, "IMAGE_NOT_FOUND")
    left = page(user, f"/api/albums/{made['id']}")
    assert left == {"album": made, "images": [], "nextCursor": None}


@every_filling
def test_adding_to_an_album_and_deleting_it_at_once(over_http: Api, database: Database, fill: Filling) -> None:
    user = over_http.user()
    made, image = album(user), upload(user)
    requests = [fill(user, made, image), delete(user, "albums", made)]
    filled, deleted = held_up(database, requests, HOLD_ALBUM, UUID(made["id"]))
    assert (filled.status_code, deleted.status_code) in ((200, 200), (404, 200))
    assert where(database, image) == [None]
    assert page(user, "/api/albums")["total"] == 0


@every_filling
@pytest.mark.parametrize("delete_it", [lambda user, image: delete(user, "images", image), delete_many])
def test_an_image_comes_into_an_album_and_is_deleted_at_once(
    over_http: Api, database: Database, fill: Filling, delete_it: Callable[[User, Json], Request]
) -> None:
    user = over_http.user()
    made, [image_id] = album(user), rows(database, user, 1)
    image = {"id": image_id}
    requests = [fill(user, made, image), delete_it(user, image)]
    filled, deleted = held_up(database, requests, HOLD_IMAGE, UUID(image_id))
    assert (filled.status_code, deleted.status_code) in ((200, 200), (404, 200))
    left = page(user, "/api/albums")["albums"][0]
    assert (left["imageCount"], left["coverImageId"], left["url"]) == (0, None, None)


@every_filling
def test_an_image_that_comes_into_two_albums_at_once_is_in_one(
    over_http: Api, database: Database, fill: Filling
) -> None:
    user = over_http.user()
    one, other = album(user), album(user)
    image = upload(user)
    requests = [fill(user, made, image) for made in (one, other)]
    answers = held_up(database, requests, HOLD_IMAGE, UUID(image["id"]))
    assert [answer.status_code for answer in answers] == [200, 200]
    counts = {made["id"]: made["imageCount"] for made in page(user, "/api/albums")["albums"]}
    [home] = where(database, image)
    assert counts == {one["id"]: 0, other["id"]: 0} | {str(home): 1}
    covers = [made["coverImageId"] for made in page(user, "/api/albums")["albums"] if made["id"] != str(home)]
    assert covers == [None]


def test_covers_that_change_places_do_not_wait_for_each_other_for_ever(over_http: Api, database: Database) -> None:
    user = over_http.user()
    one, other = album(user), album(user)
    first, second = upload(user), upload(user)
    for made, image in ((one, first), (other, second)):
        choose(user, made, image)()
    requests = [choose(user, one, second), choose(user, other, first)]
    lower = min(UUID(one["id"]), UUID(other["id"]))
    answers = held_up(database, requests, HOLD_ALBUM, lower)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted(made["imageCount"] for made in page(user, "/api/albums")["albums"]) == [1, 1]


@pytest.mark.parametrize("other", ["delete", "move"])
def test_an_album_goes_while_its_images_do(over_http: Api, database: Database, other: str) -> None:
    """Its images are stored against the order of their ids, in which the other request locks them."""
    user = over_http.user()
    made, destination = album(user), album(user)
    stored = sorted((uuid4() for _ in range(3)), reverse=True)
    for image_id in stored:
        old_image(database, user, id=image_id, album_id=made["id"])
    inside: list[Json] = [{"id": str(image_id)} for image_id in stored]
    second = delete_many(user, *inside) if other == "delete" else add_many(user, destination, *inside)
    answers = held_up(database, [delete(user, "albums", made), second], HOLD_IMAGE, stored[1])
    assert [answer.status_code for answer in answers] == [200, 200]
    expected = [] if other == "delete" else [UUID(destination["id"])]
    assert [where(database, image) for image in inside] == [expected] * 3


def test_many_images_added_one_by_one_at_once(over_http: Api, database: Database) -> None:
    """As the dialog for a new album does it."""
    user = over_http.user()
    made = album(user)
    image_ids = rows(database, user, 20)
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda id: add(user, made, {"id": id}), image_ids))
    assert sorted(answer["imageCount"] for answer in answers) == list(range(1, 21))
    assert set(ids(page(user, f"/api/albums/{made['id']}")["images"])) == set(image_ids)


def test_an_album_deleted_while_it_is_read_is_not_found(over_http: Api, database: Database) -> None:
    """The reader has found it, and waits for its images."""
    user = over_http.user()
    made = album(user)
    reading = partial(user.get, f"/api/albums/{made['id']}")
    lock = f"""
        DO $$ BEGIN
            LOCK TABLE gallery_images IN ACCESS EXCLUSIVE MODE;
            DELETE FROM gallery_albums WHERE id = '{UUID(made["id"])}';
        END $$
    """
    [answer] = held_up(database, [reading], lock)
    assert refusal(answer) == (404, "ALBUM_NOT_FOUND", "Album not found")
