"""The calls of the gallery components, as the browser sends them: `galleryApi` and `albumsApi` with a bearer, no more.

Each test names the call; what is asserted are the fields that the components read, and their types.
"""

from datetime import datetime
from types import NoneType
from typing import Any

import pytest

from tests.gallery.builders import Json, ids
from tests.mocs.builders import multipart
from tests.support.clients import Api, User
from tests.support.pictures import JPEG

Kinds = tuple[type, ...]

TEXT: Kinds = (str,)
TEXT_OR_NOTHING: Kinds = (str, NoneType)
TAGS: Kinds = (list, NoneType)
# What an image card shows, from whichever answer.
CARD: dict[str, Kinds] = {
    "id": TEXT,
    "url": TEXT,
    "title": TEXT,
    "description": TEXT_OR_NOTHING,
    "author": TEXT_OR_NOTHING,
    "tags": TAGS,
}


@pytest.fixture
def browser(api: Api) -> User:
    return api.user()


def assert_reads(thing: Json, fields: dict[str, Kinds], *times: str) -> None:
    for name, kinds in fields.items():
        assert isinstance(thing[name], kinds), name
    for tag in thing.get("tags") or []:
        assert isinstance(tag, str)
    for name in times:
        assert datetime.fromisoformat(thing[name]).tzinfo is not None


def upload(browser: User, title: str, **texts: str) -> Json:
    """galleryApi.uploadImage: the tags joined by commas, and the file behind the texts."""
    parts = [("title", title), *texts.items(), ("file", ("front.jpg", JPEG, "image/jpeg"))]
    answer = browser.post("/api/gallery/", **multipart(*parts))
    assert answer.status_code == 201, answer.text
    assert isinstance(answer.json()["message"], str)
    data: Json = answer.json()["data"]
    return data


def created(browser: User, **fields: str) -> Json:
    """albumsApi.createAlbum"""
    answer = browser.post("/api/albums", json=fields)
    assert answer.status_code == 201, answer.text
    album: Json = answer.json()["album"]
    assert isinstance(album["id"], str)
    return album


def ok(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_upload_image(browser: User, api: Api) -> None:
    texts = {"description": "From the south", "author": "Anna", "tags": "castle,medieval knights", "category": "MOCs"}
    image = upload(browser, "Front", **texts)
    assert_reads(image, CARD, "uploadDate")
    assert (image["title"], image["author"], image["tags"]) == ("Front", "Anna", ["castle", "medieval knights"])
    shown = api.client().get(image["url"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")


def test_get_gallery(browser: User) -> None:
    image = upload(browser, "Front", tags="castle")
    album = created(browser, title="Holiday", description="By the sea")
    body = ok(browser.get("/api/gallery/?type=all&limit=20&cursor=0"))
    assert ids(body["items"]) == [album["id"], image["id"]]
    assert [item["type"] for item in body["items"]] == ["album", "image"]
    assert (body["hasMore"], body["nextCursor"]) == (False, None)
    assert_reads(body["items"][1], CARD, "createdAt", "updatedAt")
    assert_reads(body["items"][0], {"id": TEXT, "title": TEXT, "description": TEXT, "url": (NoneType,)}, "createdAt")
    ok(browser.post(f"/api/albums/{album['id']}/images", json={"imageId": image["id"]}))
    [filled] = ok(browser.get("/api/gallery/?type=all&limit=20&cursor=0"))["items"]
    assert filled["url"] == image["url"]


def test_the_infinite_gallery_scrolls_to_its_end(browser: User) -> None:
    """useInfiniteGallery: the cursor is 0, then 2, 4 and so on, as long as `hasMore` is true."""
    albums = [created(browser, title=f"Album {number}") for number in range(5)]
    seen: list[str] = []
    cursor, more = 0, True
    while more:
        body = ok(browser.get(f"/api/gallery/?limit=2&cursor={cursor}"))
        seen += ids(body["items"])
        cursor, more = cursor + 2, body["hasMore"]
    assert seen == ids(albums)[::-1]


def test_search_and_what_the_filter_bar_offers(browser: User) -> None:
    image = upload(browser, "Seed", tags="castle,x", category="c")
    upload(browser, "Other", tags="castle")
    body = ok(browser.get("/api/gallery/search?q=seed&tag=castle&tag=x&category=c&from=0&size=10"))
    assert ids(body["data"]) == [image["id"]]
    assert_reads(body["data"][0], CARD, "uploadDate")
    assert (body["total"], body["source"]) == (1, "database")
    assert ok(browser.get("/api/gallery/search?q=nothing&from=0&size=10"))["data"] == []
    assert ok(browser.get("/api/gallery/tags")) == ["castle", "x"]
    assert ok(browser.get("/api/gallery/categories")) == ["c"]


def test_an_album_is_created_filled_shown_edited_emptied_and_deleted(browser: User) -> None:
    """CreateAlbumDialog, BatchOperationsToolbar and AlbumView."""
    images = [upload(browser, f"Image {number}") for number in range(2)]
    created(browser, title="Without a description")
    album = created(browser, title="Holiday", description="By the sea")
    path = f"/api/albums/{album['id']}"
    for image in images:
        added = ok(browser.post(f"{path}/images", json={"imageId": image["id"]}))
        assert (added["album"]["id"], added["images"][0]["id"]) == (album["id"], image["id"])

    shown = ok(browser.get(path))
    assert_reads(shown["album"], {"title": TEXT, "description": TEXT}, "createdAt", "lastUpdatedAt")
    assert ids(shown["images"]) == [images[1]["id"], images[0]["id"]]
    assert_reads(shown["images"][0], CARD, "uploadDate")

    edited = ok(browser.put(path, json={"title": "Summer", "description": ""}))
    assert (edited["album"]["title"], edited["album"]["description"]) == ("Summer", None)
    assert ids(edited["images"]) == ids(shown["images"])

    removed = ok(browser.delete(f"{path}/images/{images[0]['id']}"))
    assert (removed["album"]["id"], ids(removed["images"])) == (album["id"], [images[1]["id"]])
    assert isinstance(ok(browser.delete(path))["message"], str)
    assert browser.get(path).status_code == 404


def test_get_albums(browser: User) -> None:
    image, album = upload(browser, "Front"), created(browser, title="Holiday")
    ok(browser.post(f"/api/albums/{album['id']}/images", json={"imageId": image["id"]}))
    [listed] = ok(browser.get("/api/albums?withImages=true"))["albums"]
    assert_reads(listed, {"id": TEXT, "userId": TEXT, "title": TEXT}, "createdAt", "lastUpdatedAt")
    assert_reads(listed["images"][0], CARD, "uploadDate")
    [plain] = ok(browser.get("/api/albums"))["albums"]
    assert plain["id"] == album["id"]


def test_one_image_is_shown_changed_downloaded_and_deleted(browser: User) -> None:
    """getImageById, updateImage, the link of the toolbar, and deleteImage."""
    image = upload(browser, "Front")
    path = f"/api/gallery/{image['id']}"
    assert ok(browser.get(path))["data"] == image
    changed = ok(browser.put(path, json={"title": "Back", "tags": ["castle"]}))["data"]
    assert (changed["title"], changed["tags"], changed["url"]) == ("Back", ["castle"], image["url"])
    link = browser.get(f"{path}/download")
    assert link.status_code == 302
    assert isinstance(ok(browser.delete(path))["message"], str)
    assert browser.get(path).status_code == 404


def test_batches(browser: User) -> None:
    """batchAddImagesToAlbum and batchDeleteImages."""
    chosen = ids([upload(browser, f"Image {number}") for number in range(3)])
    album = created(browser, title="Holiday")
    added = ok(browser.post(f"/api/gallery/albums/{album['id']}/batch-add", json={"imageIds": chosen}))
    assert isinstance(added["message"], str)
    assert (added["albumId"], added["addedIds"]) == (album["id"], chosen)
    deleted = ok(browser.request("DELETE", "/api/gallery/batch-delete", json={"imageIds": chosen[:2]}))
    assert isinstance(deleted["message"], str)
    assert deleted["deletedIds"] == chosen[:2]
    assert ids(ok(browser.get(f"/api/albums/{album['id']}"))["images"]) == chosen[2:]


def test_an_image_is_linked_to_a_moc(api: Api) -> None:
    """GalleryImageLinker and GalleryImageLinkModal: relative addresses, and the cookie is all that they send."""
    browser = api.cookie_user(None, **{"Sec-Fetch-Site": "same-origin"})
    image = upload(browser, "Front", description="From the south", tags="castle")
    created(browser, title="Not an image")
    [available] = ok(browser.get("/api/gallery?type=image"))["items"]
    assert_reads(available, CARD, "createdAt", "lastUpdatedAt")
    moc = browser.post("/api/mocs", json={"title": f"Castle {image['id']}"}).json()["moc"]

    path = f"/api/mocs/{moc['id']}/gallery-images"
    assert browser.post(path, json={"galleryImageId": available["id"]}).is_success
    [linked] = ok(browser.get(path))["images"]
    assert_reads(linked, {"id": TEXT, "title": TEXT, "description": TEXT, "url": TEXT}, "linkedAt")
    assert (linked["id"], linked["url"]) == (image["id"], image["url"])
    assert browser.delete(f"{path}/{image['id']}").is_success
    assert ok(browser.get(path))["images"] == []


def test_errors_are_texts(browser: User) -> None:
    """Toasts show `message`, else `error`: anything but a text there breaks them."""
    for answer in (
        browser.get("/api/gallery/inspiration?category=c&tag=a&search=s&limit=12&offset=1"),
        browser.post("/api/albums", json={}),
        browser.post("/api/gallery/", **multipart(("title", "Front"))),
    ):
        assert answer.status_code in (400, 404)
        assert {type(answer.json()[key]) for key in ("message", "error", "code")} == {str}
