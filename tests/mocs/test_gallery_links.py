"""Gallery images linked to a MOC. Uploading to the gallery is another domain; rows are all that linking needs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.mocs.builders import Json, new_moc, problems, unused_title
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.refusals import refusal
from tests.support.timestamps import TIMESTAMP

NewImage = Callable[..., str]
NO_IMAGE = (404, "IMAGE_NOT_FOUND", "Gallery image not found")


@pytest.fixture
def new_image(database: Database) -> NewImage:
    insert = """
        INSERT INTO gallery_images (user_id, title, image_url, tags) VALUES ($1, $2, 'gallery/front.webp', $3)
        RETURNING id
    """

    def make(owner: User, title: str = "Front", tags: Any = None) -> str:
        return str(database.value(insert, owner.id, title, tags))

    return make


def link(user: httpx.Client, moc: Json, image_id: Any) -> httpx.Response:
    return user.post(f"/api/mocs/{moc['id']}/gallery-images", json={"galleryImageId": image_id})


def linked(user: httpx.Client, moc: Json) -> list[Json]:
    answer = user.get(f"/api/mocs/{moc['id']}/gallery-images")
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["message", "images"]
    assert answer.json()["message"] == "Linked gallery images retrieved successfully"
    images: list[Json] = answer.json()["images"]
    return images


def test_link_list_and_unlink(api: Api, new_image: NewImage) -> None:
    user = api.user()
    moc, image_id = new_moc(user), new_image(user)
    assert linked(user, moc) == []

    answer = link(user, moc, image_id)
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["message", "link"]
    assert answer.json()["message"] == "Gallery image linked successfully"
    made = answer.json()["link"]
    assert list(made)[:3] == ["id", "mocId", "galleryImageId"]
    assert (made["mocId"], made["galleryImageId"]) == (moc["id"], image_id)

    (image,) = linked(user, moc)
    assert list(image) == ["id", "title", "description", "url", "tags", "createdAt", "lastUpdatedAt", "linkedAt"]
    assert (image["id"], image["title"], image["url"]) == (image_id, "Front", "/uploads/gallery/front.webp")
    assert (image["description"], image["tags"]) == (None, None)
    assert image["linkedAt"] == made["linkedAt"]
    assert TIMESTAMP.fullmatch(image["linkedAt"])

    again = link(user, moc, image_id)
    assert refusal(again) == (409, "CONFLICT", "Image is already linked to this MOC")

    gone = user.delete(f"/api/mocs/{moc['id']}/gallery-images/{image_id}")
    assert gone.status_code == 200
    assert gone.json() == {"message": "Gallery image unlinked successfully"}
    assert linked(user, moc) == []
    again = user.delete(f"/api/mocs/{moc['id']}/gallery-images/{image_id}")
    assert refusal(again) == (404, "NOT_FOUND", "Image is not linked to this MOC")


def test_a_link_of_the_old_server_has_no_time(over_http: Api, database: Database, new_image: NewImage) -> None:
    user = over_http.user()
    moc = new_moc(user)
    images = [new_image(user, f"Image {number}", ["tag", 5]) for number in range(2)]
    for image_id in reversed(images):
        database.fetch(
            "INSERT INTO moc_gallery_images (moc_id, gallery_image_id, linked_at) VALUES ($1, $2, NULL)",
            moc["id"],
            image_id,
        )
    assert [(image["id"], image["linkedAt"], image["tags"]) for image in linked(user, moc)] == [
        (image_id, None, ["tag"]) for image_id in images
    ], "the oldest image first, whenever it was linked"


@pytest.mark.parametrize("sent", [{}, {"galleryImageId": ""}, {"galleryImageId": None}, {"imageId": "x"}])
def test_an_image_must_be_named(over_http: Api, sent: Json) -> None:
    user = over_http.user()
    answer = user.post(f"/api/mocs/{new_moc(user)['id']}/gallery-images", json=sent)
    assert refusal(answer) == (400, "VALIDATION_ERROR", "Gallery image ID is required")


def test_an_image_is_named_by_a_text(over_http: Api) -> None:
    user = over_http.user()
    for sent in (5, ["x"], {"id": "x"}, "a\x00b"):
        assert list(problems(link(user, new_moc(user), sent))) == ["galleryImageId"]


def test_an_image_that_does_not_exist(over_http: Api) -> None:
    user = over_http.user()
    moc = new_moc(user)
    for image_id in (str(uuid4()), moc["id"], "front.jpg"):
        assert refusal(link(user, moc, image_id)) == NO_IMAGE
        unlinked = user.delete(f"/api/mocs/{moc['id']}/gallery-images/{image_id}")
        assert refusal(unlinked) == (404, "NOT_FOUND", "Image is not linked to this MOC")


def test_an_image_of_somebody_else(api: Api, new_image: NewImage) -> None:
    user, other = api.user(), api.user()
    moc = new_moc(user)
    answer = link(user, moc, new_image(other))
    assert refusal(answer) == (403, "FORBIDDEN", "Forbidden: You can only link your own images")
    assert linked(user, moc) == []


@pytest.mark.parametrize("who", ["stranger", "admin"])
def test_a_moc_of_somebody_else_is_not_even_an_admins(api: Api, new_image: NewImage, who: str) -> None:
    owner, caller = api.user(), api.admin() if who == "admin" else api.user()
    moc, image_id = new_moc(owner), new_image(owner)
    path = f"/api/mocs/{moc['id']}/gallery-images"
    refused = link(caller, moc, image_id)
    assert refusal(refused) == (403, "FORBIDDEN", "Forbidden: You can only link images to your own MOCs")
    assert refusal(caller.get(path))[0] == 403
    link(owner, moc, image_id)
    assert refusal(caller.delete(f"{path}/{image_id}"))[0] == 403
    assert len(linked(owner, moc)) == 1


def test_a_moc_that_does_not_exist(over_http: Api, new_image: NewImage) -> None:
    user = over_http.user()
    image_id = new_image(user)
    for moc_id in (str(uuid4()), "test-moc-1"):
        moc = {"id": moc_id}
        for answer in (
            link(user, moc, image_id),
            user.get(f"/api/mocs/{moc_id}/gallery-images"),
            user.delete(f"/api/mocs/{moc_id}/gallery-images/{image_id}"),
        ):
            assert refusal(answer) == (404, "MOC_NOT_FOUND", "MOC not found")


def test_links_with_a_new_moc(api: Api, new_image: NewImage) -> None:
    user = api.user()
    images = [new_image(user, f"Image {number}") for number in range(3)]
    moc = new_moc(user, galleryImageIds=[*images, images[0]])
    assert [image["id"] for image in linked(user, moc)] == images
    assert linked(user, new_moc(user, galleryImageIds=None)) == []


def test_a_link_that_cannot_be_is_a_moc_that_is_not_made(over_http: Api, new_image: NewImage) -> None:
    user = over_http.user()
    own, foreign = new_image(user), new_image(over_http.user())
    for ids, expected in (
        ([own, str(uuid4())], NO_IMAGE),
        ([own, foreign], (403, "FORBIDDEN", "Forbidden: You can only link your own images")),
    ):
        answer = user.post("/api/mocs", json={"title": unused_title(), "galleryImageIds": ids})
        assert refusal(answer) == expected
    for sent in (["front.jpg"], own, [None], [own] * 101):
        answer = user.post("/api/mocs", json={"title": unused_title(), "galleryImageIds": sent})
        assert list(problems(answer)) == ["galleryImageIds"]
    assert user.get("/api/mocs").json()["total"] == 0


def test_of_two_links_at_once_one_is_made(over_http: Api, new_image: NewImage) -> None:
    user = over_http.user()
    moc = new_moc(user)
    with ThreadPoolExecutor(2) as threads:
        for _ in range(3):
            image_id = new_image(user)
            answers = threads.map(lambda id: link(user, moc, id), [image_id, image_id])
            assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(linked(user, moc)) == 3


def test_links_go_with_the_moc_and_with_the_image(over_http: Api, database: Database, new_image: NewImage) -> None:
    user = over_http.user()
    moc, image_id, other = new_moc(user), new_image(user), new_image(user)
    link(user, moc, image_id)
    link(user, moc, other)
    database.fetch("DELETE FROM gallery_images WHERE id = $1", other)
    assert [image["id"] for image in linked(user, moc)] == [image_id]
    assert user.delete(f"/api/mocs/{moc['id']}").status_code == 200
    assert database.count("moc_gallery_images", "moc_id = $1", moc["id"]) == 0
    assert database.count("gallery_images", "id = $1", image_id) == 1, "the image is still its owner's"
