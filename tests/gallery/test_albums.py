"""Albums are made, shown, renamed and deleted; what they may not be is a 400 that names the field."""

from json import dumps  # with escapes for what is no Unicode, as a browser sends it; an HTTP client would refuse
from typing import Any
from uuid import uuid4

import pytest

from tests.gallery.builders import ALBUM_KEYS, IMAGE_KEYS, Json, add, album, ids, images, keys_of, problems, upload
from tests.support.clients import Api
from tests.support.objects import Objects
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID
from tests.support.timestamps import TIMESTAMP

JSON = {"Content-Type": "application/json"}
NO_ALBUM = (404, "ALBUM_NOT_FOUND", "Album not found")

# Of the field, and what may not be sent in it.
REFUSED: list[tuple[str, Any]] = [
    ("title", ""),
    ("title", "   "),
    ("title", None),
    ("title", 5),
    ("title", ["Holiday"]),
    ("title", "x" * 256),
    ("title", "a\x00b"),
    ("title", "lone surrogate \ud800"),
    ("description", 5),
    ("description", {"text": "x"}),
    ("description", "a\x00b"),
    ("description", "x" * 5001),
]


def test_make_show_and_list(api: Api) -> None:
    user = api.user()
    answer = user.post("/api/albums", json={"title": "  Holiday ", "description": " by the sea ", "unknown": 1})
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["album", "images", "nextCursor"]
    made = answer.json()["album"]
    assert list(made) == ALBUM_KEYS
    assert TIMESTAMP.fullmatch(made["createdAt"])
    assert made == {
        "id": made["id"],
        "userId": user.id,
        "title": "Holiday",
        "description": " by the sea ",
        "coverImageId": None,
        "createdAt": made["createdAt"],
        "lastUpdatedAt": made["createdAt"],
        "imageCount": 0,
        "url": None,
        "thumbnailUrl": None,
        "updatedAt": made["createdAt"],
    }
    assert user.get(f"/api/albums/{made['id'].upper()}").json() == answer.json()
    listed = user.get("/api/albums")
    assert listed.json() == {"albums": [made], "total": 1, "nextCursor": None}


def test_two_albums_may_have_one_title(over_http: Api) -> None:
    user = over_http.user()
    made = [album(user, "Holiday") for _ in range(2)]
    assert ids(user.get("/api/albums").json()["albums"]) == [made[1]["id"], made[0]["id"]]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_only_what_was_sent_changes(api: Api, method: str) -> None:
    user = api.user()
    made = album(user, "Holiday", description="By the sea")

    def change(**changes: Any) -> Json:
        answer = user.request(method, f"/api/albums/{made['id']}", json=changes)
        assert answer.status_code == 200, answer.text
        assert list(answer.json()) == ["album", "images", "nextCursor"]
        changed: Json = answer.json()["album"]
        assert user.get(f"/api/albums/{made['id']}").json()["album"] == changed
        return changed

    renamed = change(title=" Summer ")
    assert (renamed["title"], renamed["description"]) == ("Summer", "By the sea")
    assert renamed["lastUpdatedAt"] == renamed["updatedAt"] > made["lastUpdatedAt"]
    assert renamed["createdAt"] == made["createdAt"]
    for nothing in (None, ""):
        assert change(description="Again")["description"] == "Again"
        assert change(description=nothing)["description"] is None
    touched = change()
    assert (touched["title"], touched["lastUpdatedAt"] > renamed["lastUpdatedAt"]) == ("Summer", True)


@pytest.mark.parametrize(("field", "value"), REFUSED, ids=lambda value: repr(value)[:30])
def test_what_an_album_may_not_be(over_http: Api, field: str, value: Any) -> None:
    user = over_http.user()
    refused = user.post("/api/albums", content=dumps({"title": "Holiday", field: value}), headers=JSON)
    assert list(problems(refused)) == [field]
    assert user.get("/api/albums").json()["total"] == 0
    made = album(user, "Holiday")
    refused = user.put(f"/api/albums/{made['id']}", content=dumps({field: value}), headers=JSON)
    assert list(problems(refused)) == [field]
    assert user.get(f"/api/albums/{made['id']}").json()["album"] == made


def test_the_longest_texts(over_http: Api) -> None:
    longest = {"title": "ä" * 255, "description": "x" * 5000}
    made = album(over_http.user(), **longest)
    assert {name: made[name] for name in longest} == longest


def test_a_title_is_needed_and_a_body_is_an_object(over_http: Api) -> None:
    user = over_http.user()
    assert problems(user.post("/api/albums", json={})) == {"title": ["title is required"]}
    for body in (b"[]", b'"title"', b"{", b"null"):
        answer = user.post("/api/albums", content=body, headers=JSON)
        assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")


def test_deleting_an_album_keeps_its_images(api: Api, objects: Objects) -> None:
    user = api.user()
    made, other = album(user, "Holiday"), album(user)
    inside = [upload(user), upload(user)]
    for image in inside:
        add(user, made, image)
    elsewhere = upload(user)
    add(user, other, elsewhere)
    before = user.get(f"/api/albums/{made['id']}").json()["album"]

    answer = user.delete(f"/api/albums/{made['id']}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"message": "Album deleted successfully", "album": before}
    assert (before["imageCount"], before["url"]) == (2, inside[1]["imageUrl"])
    assert refusal(user.get(f"/api/albums/{made['id']}")) == NO_ALBUM
    assert {image["id"]: image["albumId"] for image in images(user)} == {
        **{image["id"]: None for image in inside},
        elsewhere["id"]: other["id"],
    }
    assert objects.keys(f"gallery/{user.id}/") == keys_of(*inside, elsewhere)
    assert refusal(user.delete(f"/api/albums/{made['id']}")) == NO_ALBUM


@pytest.mark.parametrize("album_id", [NOBODYS_ID, "holiday", "1", NOBODYS_ID.replace("-", ""), f"{{{NOBODYS_ID}}}"])
def test_an_album_that_does_not_exist(over_http: Api, album_id: str) -> None:
    user = over_http.user()
    image = upload(user)
    path = f"/api/albums/{album_id}"
    for answer in (
        user.get(path),
        user.put(path, json={"title": "x"}),
        user.put(path, json={"coverImageId": image["id"]}),
        user.patch(path, json={}),
        user.delete(path),
        user.post(f"{path}/images", json={"imageId": image["id"]}),
        user.delete(f"{path}/images/{image['id']}"),
        user.post(f"/api/gallery/albums/{album_id}/batch-add", json={"imageIds": [image["id"]]}),
    ):
        assert refusal(answer) == NO_ALBUM
    assert images(user) == [image]


def test_an_album_of_somebody_else(api: Api) -> None:
    owner = api.user()
    made, image = album(owner), upload(owner)
    add(owner, made, image)
    before = owner.get(f"/api/albums/{made['id']}").json()
    assert list(before["images"][0]) == IMAGE_KEYS
    for other in (api.user(), api.admin()):
        own, path = upload(other), f"/api/albums/{made['id']}"
        for answer, verb in (
            (other.put(path, json={"title": "Mine"}), "edit"),
            (other.patch(path, json={"coverImageId": own["id"]}), "edit"),
            (other.delete(path), "delete"),
            (other.post(f"{path}/images", json={"imageId": own["id"]}), "add images to"),
            (other.post(f"/api/gallery{path[4:]}/batch-add", json={"imageIds": [own["id"]]}), "add images to"),
            (other.delete(f"{path}/images/{image['id']}"), "remove images from"),
        ):
            text = f"Forbidden: You do not have permission to {verb} this album"
            assert refusal(answer) == (403, "FORBIDDEN", text)
        assert other.get("/api/albums").json()["albums"] == []
    assert owner.get(f"/api/albums/{made['id']}").json() == before


def test_who_may_see_an_album(api: Api) -> None:
    owner = api.user()
    made = album(owner)
    path = f"/api/albums/{made['id']}"
    assert api.client().get(path).status_code == 401
    text = "Forbidden: You do not have permission to view this album"
    assert refusal(api.user().get(path)) == (403, "FORBIDDEN", text)
    assert api.admin().get(path).json() == owner.get(path).json()
    assert api.user(str(uuid4()), role="admin").get(path).json()["album"] == made
