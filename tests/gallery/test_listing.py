"""`GET /api/gallery`: images and albums in one list, and what narrows it."""

from typing import Any
from uuid import uuid4

import pytest

from tests.gallery.builders import (
    ALBUM_KEYS,
    IMAGE_KEYS,
    Json,
    add,
    album,
    ids,
    old_image,
    page,
    problems,
    rows,
    upload,
)
from tests.support.clients import Api, User
from tests.support.database import Database

LIST = "/api/gallery"


def items(user: User, **query: Any) -> list[Json]:
    listed: list[Json] = page(user, LIST, **query)["items"]
    return listed


def titles(user: User, **query: Any) -> list[str]:
    return [item["title"] for item in items(user, **query)]


def test_the_newest_first_each_with_its_type(api: Api) -> None:
    user = api.user()
    first = upload(user, title="First")
    second = album(user, "Second", description="An album")
    third = upload(user, title="Third", tags="castle")
    body = page(user, LIST)
    assert list(body) == ["items", "nextCursor", "hasMore"]
    assert body["items"] == [
        {**third, "type": "image"},
        {**second, "type": "album"},
        {**first, "type": "image"},
    ]
    assert [list(item) for item in body["items"][:2]] == [[*IMAGE_KEYS, "type"], [*ALBUM_KEYS, "type"]]
    assert (body["nextCursor"], body["hasMore"]) == (None, False)


def test_a_list_is_its_users_own(api: Api) -> None:
    owner = api.user()
    upload(owner)
    inside = album(owner)
    for other in (api.user(), api.admin()):
        assert items(other) == []
        assert items(other, albumId=inside["id"]) == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("all", ["Album", "Image"]), ("", ["Album", "Image"]), ("image", ["Image"]), ("album", ["Album"]), ("moc", [])],
)
def test_types(over_http: Api, database: Database, kind: str, expected: list[str]) -> None:
    user = over_http.user()
    old_image(database, user, title="Image")
    album(user, "Album")
    assert titles(user, type=kind) == expected


def test_a_type_that_is_endless(over_http: Api) -> None:
    assert list(problems(over_http.user().get(LIST, params={"type": "x" * 1000}))) == ["type"]


def test_images_in_albums_are_seen_only_in_them(api: Api, database: Database) -> None:
    user = api.user()
    holiday, empty = album(user, "Holiday"), album(user, "Empty")
    inside, outside = upload(user, title="Inside"), upload(user, title="Outside")
    add(user, holiday, inside)
    assert titles(user) == ["Outside", "Empty", "Holiday"]
    assert titles(user, type="image") == ["Outside"]
    assert titles(user, albumId=holiday["id"]) == titles(user, albumId=holiday["id"].upper()) == ["Inside"]
    assert titles(user, albumId=holiday["id"], type="album") == []
    assert titles(user, albumId=empty["id"]) == titles(user, albumId=str(uuid4())) == []

    user.delete(f"/api/albums/{holiday['id']}/images/{inside['id']}")
    assert titles(user) == ["Outside", "Inside", "Empty", "Holiday"], "each where it always was"
    assert items(user, type="image")[0]["id"] == outside["id"]


def test_an_album_that_is_no_id(api: Api) -> None:
    answer = api.user().get(LIST, params={"albumId": "holiday"})
    assert problems(answer) == {"albumId": ["must be the id of an album"]}


def test_what_only_images_have_leaves_albums_out(over_http: Api, database: Database) -> None:
    user = over_http.user()
    old_image(database, user, title="Plain")
    old_image(database, user, title="Flagged", flagged=True)
    old_image(database, user, title="Neither", flagged=None)
    old_image(database, user, title="Tagged", tags=["Castle", "Knight"], category="Build")
    album(user, "castle")
    assert titles(user, tag="castle") == titles(user, tag=["castle", "KNIGHT"]) == ["Tagged"]
    assert titles(user, tag=["castle", "space"]) == []
    assert titles(user, category="build") == ["Tagged"]
    assert titles(user, flagged="true") == ["Flagged"]
    assert titles(user, flagged="false") == ["castle", "Tagged", "Neither", "Plain"]
    assert titles(user, flagged="", tag="") == ["castle", "Tagged", "Neither", "Flagged", "Plain"]


def test_a_search_finds_both_and_pages(over_http: Api, database: Database) -> None:
    user = over_http.user()
    rows(database, user, 30, title="Drawbridge")
    album(user, "Bridges", description="drawbridge and moat")
    album(user, "Nothing like it")
    rows(database, user, 3, title="Other")
    seen: list[str] = []
    cursor: int | None = 0
    while cursor is not None:
        body = page(user, LIST, search=" drawbridge ", limit=7, cursor=cursor)
        seen += [item["title"] for item in body["items"]]
        cursor = body["nextCursor"]
    assert seen == ["Bridges", *(f"Drawbridge {number}" for number in range(30, 0, -1))]
    assert titles(user, q="moat") == ["Bridges"]
    assert titles(user, search="100%_\\") == []


def test_a_change_is_seen_at_once(api: Api) -> None:
    user = api.user()
    image = upload(user, title="Image")
    made = album(user, "Album")
    assert titles(user) == ["Album", "Image"]
    user.put(f"/api/albums/{made['id']}", json={"title": "New name"})
    user.patch(f"/api/images/{image['id']}", json={"title": "New title"})
    assert titles(user) == ["New name", "New title"]
    user.delete(f"/api/images/{image['id']}")
    assert ids(items(user)) == [made["id"]]
    user.delete(f"/api/albums/{made['id']}")
    assert items(user) == []


def test_a_list_that_has_not_changed_is_not_sent_again(api: Api) -> None:
    user = api.user()
    album(user)
    first = user.get(LIST)
    again = user.get(LIST, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    album(user)
    assert user.get(LIST, headers={"If-None-Match": first.headers["etag"]}).status_code == 200
