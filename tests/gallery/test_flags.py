"""Users flag images for a moderator: once each, and an image that enough of them have flagged is flagged."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from json import dumps
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from tests.gallery.builders import Json, album, images, old_image, page, rows, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import serving
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID
from tests.support.timestamps import TIMESTAMP

FLAG_KEYS = ["id", "imageId", "userId", "reason", "createdAt", "lastUpdatedAt"]
TWICE = (409, "CONFLICT", "You have already flagged this image")


def flag(user: httpx.Client, image_id: str, **fields: Any) -> httpx.Response:
    return user.post("/api/flag", json={"imageId": image_id} | fields)


def flagged(user: httpx.Client, image_id: str, **fields: Any) -> Json:
    answer = flag(user, image_id, **fields)
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["message", "flag"]
    made: Json = answer.json()["flag"]
    return made


def test_a_flag(api: Api, database: Database) -> None:
    image, user = upload(api.user()), api.user()
    answer = flag(user, image["id"].upper(), reason="  not LEGO ", unknown=1)
    assert answer.status_code == 201, answer.text
    made = answer.json()["flag"]
    assert answer.json()["message"] == "Image flagged for moderation"
    assert list(made) == FLAG_KEYS
    assert TIMESTAMP.fullmatch(made["createdAt"])
    assert made == {
        "id": made["id"],
        "imageId": image["id"],
        "userId": user.id,
        "reason": "not LEGO",
        "createdAt": made["createdAt"],
        "lastUpdatedAt": made["createdAt"],
    }
    assert refusal(flag(user, image["id"], reason="again")) == TWICE
    assert database.count("gallery_flags", "image_id = $1", image["id"]) == 1


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_reason_is_not_needed(over_http: Api, database: Database, reason: str | None) -> None:
    [image_id] = rows(database, over_http.user(), 1)
    assert flagged(over_http.user(), image_id, reason=reason)["reason"] is None
    assert flagged(over_http.user(), image_id)["reason"] is None
    assert flagged(over_http.user(), image_id, reason="x" * 1000)["reason"] == "x" * 1000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("imageId", None),
        ("imageId", 5),
        ("imageId", "front.jpg"),
        ("imageId", ""),
        ("imageId", [NOBODYS_ID]),
        ("imageId", "a\x00b"),
        ("reason", 5),
        ("reason", ["x"]),
        ("reason", "x" * 1001),
        ("reason", "a\x00b"),
        ("reason", "\ud800"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_a_flag_may_not_be(over_http: Api, database: Database, field: str, value: Any) -> None:
    [image_id] = rows(database, over_http.user(), 1)
    body = dumps({"imageId": image_id, field: value})
    refused = over_http.user().post("/api/flag", content=body, headers={"Content-Type": "application/json"})
    assert refusal(refused) == (400, "VALIDATION_ERROR", "Request validation failed")
    assert list(refused.json()["details"]["fieldErrors"]) == [field]
    [text] = refused.json()["errors"]["fieldErrors"]["body"]  # where the old server told it
    assert text.startswith(f"{field}: ")
    assert database.count("gallery_flags", "image_id = $1", image_id) == 0


def test_an_image_is_needed(over_http: Api) -> None:
    refused = over_http.user().post("/api/flag", json={"reason": "x"})
    assert refused.json()["details"]["fieldErrors"] == {"imageId": ["imageId is required"]}


def test_an_image_that_does_not_exist(over_http: Api) -> None:
    assert refusal(flag(over_http.user(), NOBODYS_ID)) == (404, "IMAGE_NOT_FOUND", "Image not found")


def test_the_third_user_makes_it_flagged_and_its_owner_sees_it_at_once(api: Api) -> None:
    owner = api.user()
    made = album(owner)
    image, loose = upload(owner, albumId=made["id"]), upload(owner)
    lists: list[Callable[[], list[Json]]] = [
        lambda: images(owner),
        lambda: page(owner, "/api/gallery", type="image")["items"] + page(owner, f"/api/albums/{made['id']}")["images"],
        lambda: page(owner, "/api/albums", withImages="true")["albums"][0]["images"],
    ]
    for count in range(3):
        assert {image["flagged"] for listed in lists for image in listed()} == {False}
        assert images(owner, flagged="true") == []
        flagged(api.user(), image["id"])
        flagged(owner if count == 0 else api.user(), loose["id"])
    assert {image["flagged"] for listed in lists for image in listed()} == {True}
    assert len(images(owner, flagged="true")) == 2
    assert flag(api.user(), image["id"]).status_code == 201, "still"


def test_how_many_are_enough_is_a_setting(settings: Settings) -> None:
    with serving(settings, flags_for_moderation=1) as api:
        owner = api.user()
        image = upload(owner)
        flagged(api.user(), image["id"])
        assert images(owner)[0]["flagged"] is True


def test_flags_of_the_old_server_count(over_http: Api, database: Database) -> None:
    owner = over_http.user()
    image_id = old_image(database, owner, flagged=None)
    insert = (
        "INSERT INTO gallery_flags (image_id, user_id) SELECT $1, gen_random_uuid()::text FROM generate_series(1, 5)"
    )
    database.fetch(insert, image_id)
    assert images(owner)[0]["flagged"] is False
    flagged(over_http.user(), image_id)
    assert images(owner)[0]["flagged"] is True


def test_flags_go_with_the_image(over_http: Api, database: Database) -> None:
    owner = over_http.user()
    image = upload(owner)
    flagged(over_http.user(), image["id"])
    assert owner.delete(f"/api/images/{image['id']}").status_code == 200
    assert database.count("gallery_flags", "image_id = $1", image["id"]) == 0
    assert refusal(flag(over_http.user(), image["id"]))[0] == 404


def all_at_once(users: list[User], image_id: str) -> list[int]:
    with ThreadPoolExecutor(len(users)) as threads:
        return sorted(answer.status_code for answer in threads.map(lambda user: flag(user, image_id), users))


def test_one_user_twice_at_once(over_http: Api, database: Database) -> None:
    user_id = over_http.user().id
    for image_id in rows(database, over_http.user(), 5):
        assert all_at_once([over_http.user(user_id), over_http.user(user_id)], image_id) == [201, 409]
        assert database.count("gallery_flags", "image_id = $1", image_id) == 1


def test_several_users_at_once_are_all_counted(over_http: Api, database: Database) -> None:
    """Each would count only its own flag, and none be the third, if they did not wait for one another."""
    owner = over_http.user()
    for image_id in rows(database, owner, 5):
        assert all_at_once([over_http.user() for _ in range(3)], image_id) == [201] * 3
        assert database.value("SELECT flagged FROM gallery_images WHERE id = $1", image_id) is True
