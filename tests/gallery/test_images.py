"""One image by its id: seen, changed, deleted and downloaded; by its owner, by others, and by nobody."""

from collections.abc import Callable

import httpx
import pytest

from tests.gallery.builders import images, keys_of, problems, upload
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID

NOT_FOUND = (404, "IMAGE_NOT_FOUND", "Image not found")

Send = Callable[[httpx.Client, str], httpx.Response]
# Every way to one image: how it is asked, the key under which it answers it, and what it is about.
READS: dict[str, tuple[Send, str]] = {
    "GET /api/images": (lambda user, id: user.get(f"/api/images/{id}"), "image"),
    "GET /api/gallery": (lambda user, id: user.get(f"/api/gallery/{id}"), "data"),
}
UPDATES: dict[str, tuple[Send, str]] = {
    "PATCH /api/images": (lambda user, id: user.patch(f"/api/images/{id}", json={"title": "New"}), "image"),
    "PUT /api/gallery": (lambda user, id: user.put(f"/api/gallery/{id}", json={"title": "New"}), "data"),
}
DELETIONS: dict[str, tuple[Send, str | None]] = {
    "DELETE /api/images": (lambda user, id: user.delete(f"/api/images/{id}"), "image"),
    "DELETE /api/gallery": (lambda user, id: user.delete(f"/api/gallery/{id}"), None),
}
VERBS: dict[str, tuple[Send, str]] = {
    **{name: (send, "view") for name, (send, _) in READS.items()},
    **{name: (send, "edit") for name, (send, _) in UPDATES.items()},
    **{name: (send, "delete") for name, (send, _) in DELETIONS.items()},
    "GET /api/gallery/{id}/download": (lambda user, id: user.get(f"/api/gallery/{id}/download"), "download"),
}


@pytest.mark.parametrize(("send", "key"), READS.values(), ids=READS)
def test_seen_by_its_owner(api: Api, send: Send, key: str) -> None:
    user = api.user()
    image = upload(user, title="Castle", tags="castle")
    answer = send(user, image["id"].upper())
    assert (answer.status_code, answer.json()) == (200, {key: image})


@pytest.mark.parametrize(("send", "key"), UPDATES.values(), ids=UPDATES)
def test_described_anew_by_its_owner(api: Api, send: Send, key: str) -> None:
    user = api.user()
    image = upload(user)
    answer = send(user, image["id"])
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["message", key]
    times = {name: answer.json()[key][name] for name in ("lastUpdatedAt", "updatedAt")}
    assert answer.json()[key] == image | {"title": "New", **times}
    assert images(user) == [answer.json()[key]]


@pytest.mark.parametrize(("send", "key"), DELETIONS.values(), ids=DELETIONS)
def test_deleted_by_its_owner(api: Api, database: Database, objects: Objects, send: Send, key: str | None) -> None:
    user = api.user()
    image, other = upload(user), upload(user)
    answer = send(user, image["id"])
    assert answer.status_code == 200, answer.text
    deleted = {"message": "Image deleted successfully"}
    assert answer.json() == deleted | ({key: image} if key else {})
    assert images(user) == [other]
    assert objects.keys(f"gallery/{user.id}/") == keys_of(other)
    assert database.count("outbox", "payload::text LIKE $1", f"%{image['id']}%") == 0
    again = send(user, image["id"])
    assert refusal(again) == NOT_FOUND


@pytest.mark.parametrize(("send", "verb"), VERBS.values(), ids=VERBS)
def test_not_by_a_stranger(api: Api, objects: Objects, send: Send, verb: str) -> None:
    owner = api.user()
    image = upload(owner)
    answer = send(api.user(), image["id"])
    assert refusal(answer) == (403, "FORBIDDEN", f"Forbidden: You do not have permission to {verb} this image")
    assert images(owner) == [image]
    assert objects.keys(f"gallery/{owner.id}/") == keys_of(image)


@pytest.mark.parametrize(("send", "verb"), VERBS.values(), ids=VERBS)
def test_not_by_nobody(api: Api, send: Send, verb: str) -> None:
    for id in (upload(api.user())["id"], "42"):
        assert refusal(send(api.client(), id)) == (401, "UNAUTHORIZED", "No authentication token provided")


@pytest.mark.parametrize(("send", "verb"), VERBS.values(), ids=VERBS)
def test_an_admin_changes_and_deletes_but_does_not_look(api: Api, send: Send, verb: str) -> None:
    owner = api.user()
    image = upload(owner)
    answer = send(api.admin(), image["id"])
    if verb in ("view", "download"):
        assert refusal(answer)[0] == 403
        assert images(owner) == [image]
    else:
        assert answer.status_code == 200, answer.text
        assert [shown["title"] for shown in images(owner)] == (["New"] if verb == "edit" else [])


@pytest.mark.parametrize(("send", "verb"), VERBS.values(), ids=VERBS)
def test_an_id_that_names_nothing(over_http: Api, send: Send, verb: str) -> None:
    assert refusal(send(over_http.user(), NOBODYS_ID)) == NOT_FOUND


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("id", ["42", NOBODYS_ID.replace("-", ""), f"{{{NOBODYS_ID}}}", "ä"])
def test_an_id_that_is_none(over_http: Api, name: str, id: str) -> None:
    send, _ = VERBS[name]
    answer = send(over_http.user(), id)
    if name in ("PATCH /api/images", "DELETE /api/images"):  # as the old server told it
        assert refusal(answer) == (400, "VALIDATION_ERROR", "Request validation failed")
        assert answer.json()["errors"] == {"formErrors": [], "fieldErrors": {"params": ["Invalid UUID"]}}
        assert problems(answer) == {"imageId": ["Invalid UUID"]}
    else:
        assert refusal(answer) == NOT_FOUND
