"""Describing an image anew: only what was sent changes, null clears, and what cannot be is refused by name."""

import pytest

from tests.gallery.builders import Json, images, patched, problems, upload
from tests.support.clients import Api
from tests.support.refusals import refusal

NO_TITLE = "Title must be a non-empty string"


def test_every_text_can_be_changed_and_cleared(api: Api) -> None:
    user = api.user()
    texts = {"description": "From the south", "tags": ["castle"], "author": "Anna", "category": "Castles"}
    image = patched(user, upload(user), **texts)
    assert {name: image[name] for name in texts} == texts
    for cleared in (None, ""):
        changed = patched(user, image, **dict.fromkeys(texts, cleared))
        assert {name: changed[name] for name in texts} == dict.fromkeys(texts)
        patched(user, image, **texts)
    blank = patched(user, image, author=" ", category="\t")
    assert (blank["author"], blank["category"]) == (None, None)
    assert patched(user, image, tags=[])["tags"] == []
    assert patched(user, image, tags=" Tower ")["tags"] == ["Tower"]
    assert patched(user, image, title="  Castle ")["title"] == "Castle"


def test_nothing_to_change_still_counts_as_a_change(over_http: Api) -> None:
    user = over_http.user()
    image = upload(user)
    for changes in ({}, {"unknown": 1}):
        changed = patched(user, image, **changes)
        assert changed["lastUpdatedAt"] > image["lastUpdatedAt"]
        assert changed == image | dict.fromkeys(("lastUpdatedAt", "updatedAt"), changed["lastUpdatedAt"])


@pytest.mark.parametrize("blank", ["", "   "])
@pytest.mark.parametrize("route", ["/api/images", "/api/gallery"])
def test_a_title_cannot_be_blank(over_http: Api, route: str, blank: str) -> None:
    user = over_http.user()
    image = upload(user)
    method = "PATCH" if route == "/api/images" else "PUT"
    answer = user.request(method, f"{route}/{image['id']}", json={"title": blank, "description": "x"})
    assert refusal(answer) == (400, "VALIDATION_ERROR", NO_TITLE)
    assert problems(answer) == {"title": [NO_TITLE]}
    assert images(user) == [image]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": None}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"description": ["x"]}, "description"),
        ({"description": "x" * 5001}, "description"),
        ({"tags": 5}, "tags"),
        ({"tags": ["x", 5]}, "tags"),
        ({"tags": ["a\x00b"]}, "tags"),
        ({"tags": ["x"] * 101}, "tags"),
        ({"author": 5}, "author"),
        ({"category": "x" * 256}, "category"),
        ({"albumId": 5}, "albumId"),
        ({"albumId": "a\x00b"}, "albumId"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_changes_that_cannot_be(over_http: Api, changes: Json, field: str) -> None:
    user = over_http.user()
    image = upload(user)
    answer = user.patch(f"/api/images/{image['id']}", json=changes)
    assert list(problems(answer)) == [field]
    assert [text.partition(":")[0] for text in answer.json()["errors"]["fieldErrors"]["body"]] == [field]
    assert images(user) == [image]


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"null", b"{", b"\xff"])
def test_a_body_that_is_no_object(over_http: Api, body: bytes) -> None:
    user = over_http.user()
    image = upload(user)
    headers = {"Content-Type": "application/json"}
    answer = user.patch(f"/api/images/{image['id']}", content=body, headers=headers)
    assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")
    assert images(user) == [image]


def test_half_a_character(over_http: Api) -> None:
    user = over_http.user()
    image = upload(user)
    headers = {"Content-Type": "application/json"}
    answer = user.patch(f"/api/images/{image['id']}", content=b'{"title": "\\ud800"}', headers=headers)
    assert problems(answer) == {"title": ["must be valid Unicode"]}
    assert images(user) == [image]


def test_an_image_stays_its_owners_when_an_admin_describes_it(over_http: Api) -> None:
    owner = over_http.user()
    image = upload(owner)
    changed = patched(over_http.admin(), image, title="Castle", userId="x", imageUrl="y", flagged=True, id="z")
    kept = ("id", "userId", "imageUrl", "flagged", "createdAt")
    assert {name: changed[name] for name in kept} == {name: image[name] for name in kept}
