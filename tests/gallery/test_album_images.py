"""Images put into albums, one or many at a time, and taken out of them: all or none, and each in one album."""

from typing import Any
from uuid import uuid4

import pytest

from tests.gallery.builders import Json, add, album, ids, images, problems, rows, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID

NO_IMAGE = (404, "IMAGE_NOT_FOUND", "Image not found")
NOT_ALL = (404, "IMAGE_NOT_FOUND", "One or more images were not found")
NOT_YOURS = (403, "FORBIDDEN", "Forbidden: You can only add your own images")


def shown(user: User, made: Json) -> Json:
    answer = user.get(f"/api/albums/{made['id']}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def inside(user: User, made: Json) -> list[str]:
    return ids(shown(user, made)["images"])


def add_many(user: User, made: Json, image_ids: Any) -> Any:
    return user.post(f"/api/gallery/albums/{made['id']}/batch-add", json={"imageIds": image_ids})


def test_into_an_album_and_out_of_it(api: Api) -> None:
    user = api.user()
    made = album(user)
    older, newer = upload(user), upload(user)
    for image in (newer, older):
        answer = user.post(f"/api/albums/{made['id']}/images", json={"imageId": image["id"]})
        assert answer.status_code == 200, answer.text
        assert answer.json() == shown(user, made)
    filled = shown(user, made)
    assert list(filled) == ["album", "images", "nextCursor"]
    assert ids(filled["images"]) == [newer["id"], older["id"]], "the newest first, whenever it was added"
    assert {image["albumId"] for image in filled["images"]} == {made["id"]}
    assert (filled["album"]["imageCount"], filled["album"]["lastUpdatedAt"] > made["lastUpdatedAt"]) == (2, True)
    assert all(image["lastUpdatedAt"] > older["lastUpdatedAt"] for image in filled["images"])

    answer = user.delete(f"/api/albums/{made['id']}/images/{newer['id']}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == shown(user, made)
    assert inside(user, made) == [older["id"]]
    assert {image["id"]: image["albumId"] for image in images(user)} == {newer["id"]: None, older["id"]: made["id"]}
    again = user.delete(f"/api/albums/{made['id']}/images/{newer['id']}")
    assert refusal(again) == (404, "IMAGE_NOT_FOUND", "Image not found in this album")


def test_adding_again_changes_no_image(over_http: Api) -> None:
    user = over_http.user()
    made, image = album(user), upload(user)
    add(user, made, image)
    first = shown(user, made)["images"]
    assert add(user, made, image)["imageCount"] == 1
    assert add_many(user, made, [image["id"]]).status_code == 200
    assert shown(user, made)["images"] == first


def test_an_image_is_in_one_album(api: Api) -> None:
    user = api.user()
    one, other = album(user), album(user)
    image = upload(user)
    add(user, one, image)
    assert add(user, other, image)["imageCount"] == 1
    assert (inside(user, one), inside(user, other)) == ([], [image["id"]])
    gone = user.delete(f"/api/albums/{one['id']}/images/{image['id']}")
    assert refusal(gone) == (404, "IMAGE_NOT_FOUND", "Image not found in this album")
    assert inside(user, other) == [image["id"]]


@pytest.mark.parametrize("image_id", [NOBODYS_ID, "front.jpg", ""])
def test_an_image_that_does_not_exist(over_http: Api, image_id: str) -> None:
    user = over_http.user()
    made = album(user)
    assert refusal(user.post(f"/api/albums/{made['id']}/images", json={"imageId": image_id})) == NO_IMAGE
    assert refusal(user.delete(f"/api/albums/{made['id']}/images/{image_id or 'x'}"))[0] == 404
    assert shown(user, made)["album"] == made


def test_an_image_of_somebody_else(api: Api) -> None:
    user, other = api.user(), api.user()
    made, foreign = album(user), upload(other)
    assert refusal(user.post(f"/api/albums/{made['id']}/images", json={"imageId": foreign["id"]})) == NOT_YOURS
    assert refusal(user.delete(f"/api/albums/{made['id']}/images/{foreign['id']}"))[0] == 404
    assert shown(user, made)["album"] == made
    assert images(other) == [foreign]


@pytest.mark.parametrize("sent", [{}, {"imageId": None}, {"imageId": 5}, {"imageId": ["x"]}, {"imageId": "a\x00b"}])
def test_an_image_is_named_by_a_text(over_http: Api, sent: Json) -> None:
    user = over_http.user()
    answer = user.post(f"/api/albums/{album(user)['id']}/images", json=sent)
    assert list(problems(answer)) == ["imageId"]


def test_many_at_once(api: Api, database: Database) -> None:
    user = api.user()
    made, other = album(user), album(user)
    added = rows(database, user, 200)
    add(user, other, {"id": added[7]})
    answer = add_many(user, made, [*added[:199], added[199].upper()])
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "message": "200 images added successfully",
        "albumId": made["id"],
        "addedIds": added,
    }
    assert inside(user, made) == added[::-1]
    assert (shown(user, made)["album"]["imageCount"], inside(user, other)) == (200, [])


def test_each_of_many_once(over_http: Api, database: Database) -> None:
    user = over_http.user()
    made = album(user)
    [image_id] = rows(database, user, 1)
    answer = add_many(user, made, [image_id, image_id.upper(), image_id])
    assert (answer.status_code, answer.json()["addedIds"]) == (200, [image_id])


@pytest.mark.parametrize("bad", ["unknown", "no UUID", "foreign"])
def test_of_many_all_or_none(api: Api, database: Database, bad: str) -> None:
    user = api.user()
    made = album(user)
    own = rows(database, user, 3)
    wrong = {"unknown": str(uuid4()), "no UUID": "front.jpg", "foreign": rows(database, api.user(), 1)[0]}[bad]
    answer = add_many(user, made, [*own[:2], wrong, own[2]])
    assert refusal(answer) == (NOT_YOURS if bad == "foreign" else NOT_ALL)
    assert shown(user, made) == {"album": made, "images": [], "nextCursor": None}
    assert {image["albumId"] for image in images(user)} == {None}


@pytest.mark.parametrize(
    "sent",
    [None, [], "x", {"id": "x"}, [None], [5], [["x"]], ["a\x00b"], ["x" * 101], [NOBODYS_ID] * 201, ["x"] * 1000],
    ids=lambda sent: repr(sent)[:30],
)
@pytest.mark.parametrize("route", ["batch-add", "batch-delete"])
def test_what_is_no_list_of_ids(over_http: Api, route: str, sent: Any) -> None:
    """Both routes take the same."""
    user = over_http.user()
    path = "batch-delete" if route == "batch-delete" else f"albums/{album(user)['id']}/batch-add"
    method = "DELETE" if route == "batch-delete" else "POST"
    answer = user.request(method, f"/api/gallery/{path}", json={"imageIds": sent})
    assert list(problems(answer)) == ["imageIds"]
