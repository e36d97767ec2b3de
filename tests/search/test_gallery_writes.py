"""After every kind of write to images and albums, the index answers what is true by then, by words and by filters."""

from typing import Any

import pytest

from tests.gallery.builders import Json, add, album, patched, upload
from tests.search import asking
from tests.support.clients import Api, User
from tests.support.pictures import JPEG


@pytest.fixture
def user(indexed: Api) -> User:
    """Has three castles in no album."""
    user = indexed.user()
    for title in ("Castle A", "Castle B", "Castle C"):
        upload(user, title=title, tags=["stone"], category="Views")
    return user


def found(user: User, text: str = "castle", **query: Any) -> list[str]:
    """The titles, sorted; by both routes, in OpenSearch."""
    answers = [route.ask(user, text, **query) for route in (asking.IMAGES, asking.GALLERY)]
    assert answers[0].rows == answers[1].rows
    for answer in answers:
        assert (answer.source, answer.total) == ("opensearch", len(answer.rows))
    return sorted(answers[0].titles)


def castles(user: User) -> dict[str, Json]:
    return {row["title"]: row for row in asking.IMAGES.ask(user, "castle").rows}


ALL = ["Castle A", "Castle B", "Castle C"]


@pytest.mark.parametrize("to", ["/api/images", "/api/gallery"])
def test_an_upload(user: User, to: str) -> None:
    field = {"/api/images": "image", "/api/gallery": "file"}[to]
    inside = album(user)
    texts = {"title": "Tower", "description": "Windy", "author": "Anna", "category": "Plans", "albumId": inside["id"]}
    sent = user.post(to, data=texts | {"tags": "round,tall"}, files={field: ("t.jpg", JPEG, "image/jpeg")})
    assert sent.status_code == 201, sent.text
    for text in ("tower", "windy", "anna", "plans", "round"):
        assert found(user, text) == ["Tower"], text
    for query in ({"tag": ["round", "tall"]}, {"category": "plans"}, {"albumId": inside["id"]}, {"flagged": "false"}):
        assert found(user, "tower", **query) == ["Tower"], query


@pytest.mark.parametrize("by_put", [False, True], ids=["patch", "put"])
@pytest.mark.parametrize("by_admin", [False, True], ids=["owner", "admin"])
def test_a_change(user: User, indexed: Api, by_put: bool, by_admin: bool) -> None:
    image = castles(user)["Castle A"]
    who = indexed.admin() if by_admin else user
    changes = {"title": "Tower A", "tags": ["Brick"], "category": None, "author": "Zoë", "description": "Windy"}
    if by_put:
        assert who.put(f"/api/gallery/{image['id']}", json=changes).status_code == 200
    else:
        patched(who, image, **changes)
    assert found(user) == ["Castle B", "Castle C"]
    for text in ("tower", "brick", "zoe", "windy"):
        assert found(user, text) == ["Tower A"], text
    assert found(user, "tower", tag="brick") == ["Tower A"]
    assert found(user, "tower", tag="stone") == found(user, "tower", category="views") == []
    assert found(user, "stone") == found(user, "views") == ["Castle B", "Castle C"]


@pytest.mark.parametrize("path", ["/api/images", "/api/gallery"])
def test_a_deletion(user: User, path: str) -> None:
    image = castles(user)["Castle A"]
    assert user.delete(f"{path}/{image['id']}").status_code == 200
    assert found(user) == ["Castle B", "Castle C"]


def test_a_deletion_of_many(user: User) -> None:
    ids = [image["id"] for title, image in castles(user).items() if title != "Castle B"]
    assert user.request("DELETE", "/api/gallery/batch-delete", json={"imageIds": ids}).status_code == 200
    assert found(user) == ["Castle B"]


def test_into_an_album_and_out_of_it(user: User) -> None:
    images, inside, other = castles(user), album(user), album(user)
    add(user, inside, images["Castle A"])
    assert found(user, albumId=inside["id"]) == ["Castle A"]

    ids = [images[title]["id"] for title in ("Castle A", "Castle B")]
    batch = user.post(f"/api/gallery/albums/{other['id']}/batch-add", json={"imageIds": ids})
    assert batch.status_code == 200, batch.text
    assert found(user, albumId=other["id"]) == ["Castle A", "Castle B"]
    assert found(user, albumId=inside["id"]) == []

    gone = user.delete(f"/api/albums/{other['id']}/images/{images['Castle A']['id']}")
    assert gone.status_code == 200, gone.text
    assert found(user, albumId=other["id"]) == ["Castle B"]

    patched(user, images["Castle C"], albumId=inside["id"])
    assert found(user, albumId=inside["id"]) == ["Castle C"]
    patched(user, images["Castle C"], albumId=None)
    assert found(user, albumId=inside["id"]) == []
    assert found(user) == ALL


def test_as_the_cover_of_an_album(user: User) -> None:
    images, inside = castles(user), album(user)
    covered = user.patch(f"/api/albums/{inside['id']}", json={"coverImageId": images["Castle A"]["id"]})
    assert covered.status_code == 200, covered.text
    assert found(user, albumId=inside["id"]) == ["Castle A"]


def test_an_album_is_deleted_and_its_images_stay(user: User) -> None:
    images, inside = castles(user), album(user)
    for image in images.values():
        add(user, inside, image)
    assert found(user, albumId=inside["id"]) == ALL
    assert user.delete(f"/api/albums/{inside['id']}").status_code == 200
    assert found(user, albumId=inside["id"]) == []
    assert found(user) == ALL


def test_a_new_and_a_renamed_album_leave_its_images_as_they_are(user: User) -> None:
    inside = album(user, title="Tower")
    add(user, inside, castles(user)["Castle A"])
    assert user.put(f"/api/albums/{inside['id']}", json={"title": "Castle D"}).status_code == 200
    assert found(user) == ALL
    assert found(user, "tower") == []
    assert found(user, albumId=inside["id"]) == ["Castle A"]


def test_flags(user: User, indexed: Api) -> None:
    image = castles(user)["Castle A"]
    for number in range(indexed.settings.flags_for_moderation):
        assert found(user, flagged="true") == [], f"after {number} flags"
        assert indexed.user().post("/api/flag", json={"imageId": image["id"]}).status_code == 201
    assert found(user, flagged="true") == ["Castle A"]
    assert found(user, flagged="false") == ["Castle B", "Castle C"]


def test_a_write_that_is_refused_changes_nothing(user: User, indexed: Api) -> None:
    images = list(castles(user).values())
    stranger = indexed.user()
    ids = [image["id"] for image in images]
    assert stranger.request("DELETE", "/api/gallery/batch-delete", json={"imageIds": ids}).status_code == 403
    assert stranger.patch(f"/api/images/{ids[0]}", json={"title": "Tower"}).status_code == 403
    nobodys = {"imageIds": [*ids, "00000000-0000-4000-8000-000000000000"]}
    assert user.request("DELETE", "/api/gallery/batch-delete", json=nobodys).status_code == 404
    assert user.post(f"/api/gallery/albums/{album(user)['id']}/batch-add", json=nobodys).status_code == 404
    assert found(user) == ALL
    assert found(user, "tower") == []
