"""Deleting several images at once: all of them, or none."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.gallery.builders import Json, album, ids, images, keys_of, old_image, problems, rows, upload
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.locks import held_up
from tests.support.objects import Objects
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID

NOT_FOUND = (404, "IMAGE_NOT_FOUND", "One or more images were not found")
FORBIDDEN = (403, "FORBIDDEN", "Forbidden: You do not have permission to delete these images")


def delete(user: httpx.Client, image_ids: Any) -> httpx.Response:
    return user.request("DELETE", "/api/gallery/batch-delete", json={"imageIds": image_ids})


def deleted(user: httpx.Client, image_ids: list[str]) -> list[str]:
    answer = delete(user, image_ids)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["message", "deletedIds"]
    found: list[str] = answer.json()["deletedIds"]
    assert answer.json()["message"] == f"{len(found)} images deleted successfully"
    return found


def test_all_of_them_go_with_their_objects(api: Api, database: Database, objects: Objects) -> None:
    user = api.user()
    first, second, kept = (upload(user) for _ in range(3))
    assert deleted(user, ids([second, first])) == ids([second, first])
    assert images(user) == [kept]
    assert objects.keys(f"gallery/{user.id}/") == keys_of(kept)
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0


def test_an_id_that_is_there_twice_counts_once(over_http: Api) -> None:
    user = over_http.user()
    image = upload(user)
    assert deleted(user, [image["id"], image["id"].upper(), image["id"]]) == [image["id"]]


def test_albums_lose_their_covers(over_http: Api) -> None:
    user = over_http.user()
    made = [album(user) for _ in range(2)]
    covers = [upload(user, albumId=one["id"]) for one in made]
    for one, cover in zip(made, covers, strict=True):
        assert user.patch(f"/api/albums/{one['id']}", json={"coverImageId": cover["id"]}).status_code == 200
    deleted(user, ids(covers))
    left = user.get("/api/albums").json()["albums"]
    assert [(one["coverImageId"], one["url"], one["imageCount"]) for one in left] == [(None, None, 0)] * 2


@pytest.mark.parametrize(
    ("other", "refused"),
    [("unknown", NOT_FOUND), ("no UUID", NOT_FOUND), ("foreign", FORBIDDEN), ("foreign and unknown", NOT_FOUND)],
)
def test_one_that_cannot_be_deleted_keeps_all(
    over_http: Api, database: Database, objects: Objects, other: str, refused: tuple[int, str, str]
) -> None:
    user, stranger = over_http.user(), over_http.user()
    own, foreign = upload(user), upload(stranger)
    others = {
        "unknown": [NOBODYS_ID],
        "no UUID": ["42"],
        "foreign": [foreign["id"]],
        "foreign and unknown": [foreign["id"], NOBODYS_ID],
    }
    assert refusal(delete(user, [own["id"], *others[other]])) == refused
    assert (images(user), images(stranger)) == ([own], [foreign])
    assert objects.keys(f"gallery/{user.id}/") == keys_of(own)
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0


def test_an_admin_deletes_anybodys(over_http: Api, objects: Objects) -> None:
    owners = [over_http.user() for _ in range(2)]
    made = [upload(owner) for owner in owners]
    assert all(images(owner) for owner in owners)
    assert deleted(over_http.admin(), ids(made)) == ids(made)
    assert [images(owner) for owner in owners] == [[], []]
    assert not any(objects.keys(f"gallery/{owner.id}/") for owner in owners)


@pytest.mark.parametrize(
    "sent",
    [
        [],
        None,
        "42",
        {},
        [5],
        [None],
        ["a\x00b"],
        ["x" * 101],
        [NOBODYS_ID] * 201,
        [NOBODYS_ID] * 1000,
    ],
    ids=lambda sent: str(sent)[:20],
)
def test_lists_that_cannot_be(over_http: Api, sent: Any) -> None:
    assert list(problems(delete(over_http.user(), sent))) == ["imageIds"]


def test_no_list_at_all(over_http: Api) -> None:
    user = over_http.user()
    answer = user.delete("/api/gallery/batch-delete")
    assert problems(answer) == {}
    assert answer.json()["details"]["formErrors"] == ["A body is required"]
    answer = user.request("DELETE", "/api/gallery/batch-delete", json={})
    assert problems(answer) == {"imageIds": ["imageIds is required"]}


def test_without_a_token(over_http: Api) -> None:
    assert refusal(delete(over_http.client(), [NOBODYS_ID]))[0] == 401


def test_as_many_as_are_allowed(over_http: Api, database: Database) -> None:
    user = over_http.user()
    made = rows(database, user, 200)
    assert deleted(user, made) == made
    assert images(user) == []


def test_old_and_new_ones_together(over_http: Api, database: Database, objects: Objects) -> None:
    user = over_http.user()
    image, old = upload(user), old_image(database, user)
    assert deleted(user, [old, image["id"]]) == [old, image["id"]]
    assert objects.keys(f"gallery/{user.id}/") == set()


def overlapping(user: User, made: list[str]) -> list[list[str]]:
    """Two batches that share images, in opposite orders."""
    return [made[:8], made[:3:-1]]


def test_two_batches_at_once_that_share_images(over_http: Api, database: Database) -> None:
    """Both have come to the locks before either may go on."""
    user = over_http.user()
    made = rows(database, user, 12)
    batches = overlapping(user, made)
    requests = [lambda batch=batch: delete(user, batch) for batch in batches]
    lock = "SELECT id FROM gallery_images WHERE user_id = $1 FOR UPDATE"
    answers = held_up(database, requests, lock, user.id)
    assert sorted(answer.status_code for answer in answers) == [200, 404]
    [won] = [batch for batch, answer in zip(batches, answers, strict=True) if answer.status_code == 200]
    assert set(ids(images(user))) == set(made) - set(won)


def test_a_batch_and_a_single_deletion_at_once(over_http: Api, database: Database, objects: Objects) -> None:
    user = over_http.user()
    made: list[Json] = [upload(user) for _ in range(2)]
    requests = [
        lambda: delete(user, ids(made)),
        lambda: user.delete(f"/api/images/{made[0]['id']}"),
    ]
    lock = "SELECT id FROM gallery_images WHERE user_id = $1 FOR UPDATE"
    batch, single = held_up(database, requests, lock, user.id)
    assert sorted((batch.status_code, single.status_code)) == [200, 404]
    left = [] if batch.status_code == 200 else [made[1]]
    assert images(user) == left
    assert objects.keys(f"gallery/{user.id}/") == keys_of(*left)


def test_ids_of_other_things_are_not_found(over_http: Api) -> None:
    user = over_http.user()
    image, made = upload(user), album(user)
    for other in (made["id"], str(uuid4()), user.id):
        assert refusal(delete(user, [image["id"], other])) == NOT_FOUND
    assert images(user) == [image]
