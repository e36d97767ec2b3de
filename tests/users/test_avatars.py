"""Avatars: square and small whatever is sent, shown by Cognito, and one for each user."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.clients import Api, User
from tests.support.objects import Objects, key_of
from tests.support.picture_sample import Expected
from tests.support.picture_samples import CAMERA, CORPUS, jpeg, phone_jpeg
from tests.support.pictures import JPEG, PNG
from tests.support.raw_http import raw_request
from tests.support.refusals import refusal
from tests.support.user_pool import UsersOfPool
from tests.users.builders import avatar_path, known, profile, send_avatar, uploaded

NOT_YOURS = (403, "FORBIDDEN", "You can only modify your own profile")
NO_FORMAT = "Invalid file format. Only JPEG, PNG, HEIC, WebP and GIF files are supported."
NOTHING_SENT = {"message": "Profile will be created when you add your first content"}

Stored = Callable[[User], set[str]]


def size_of(data: bytes) -> tuple[int, int]:
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(data)) as image:
        assert image.format == "WEBP"
        return image.size


def test_an_avatar_is_stored_and_shown(api: Api, user: User, pool: UsersOfPool, stored: Stored) -> None:
    answer = send_avatar(user, jpeg((640, 480)))
    assert answer.status_code == 200, answer.text
    url = answer.json()["avatarUrl"]
    assert answer.json() == {"message": "Avatar uploaded successfully", "avatarUrl": url}
    assert stored(user) == {key_of(url)}
    assert pool.attributes(user.id)["picture"] == url
    assert profile(user, user.id)["avatarUrl"] == url
    shown = api.client().get(url)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert size_of(shown.content) == (256, 256)


def test_nothing_of_the_sent_file_remains(over_http: Api, pool: UsersOfPool, objects: Objects) -> None:
    user = known(over_http, pool)
    data = objects.get(key_of(uploaded(user, phone_jpeg())))["Body"].read()
    assert CAMERA not in data
    assert size_of(data) == (120, 120), "and it is not enlarged"


@pytest.mark.parametrize("case", CORPUS)
def test_every_kind_of_file(over_http: Api, pool: UsersOfPool, stored: Stored, case: str) -> None:
    sample, user = CORPUS[case], known(over_http, pool)
    answer = send_avatar(user, sample.content, sample.filename)
    if sample.expected is Expected.ACCEPTED:
        assert answer.status_code == 200, answer.text
        [key] = stored(user)
        edge = min(256, *sample.size)
        assert size_of(over_http.client().get(f"/uploads/{key}").content) == (edge, edge)
    else:
        assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")
        assert stored(user) == set()
        assert "picture" not in pool.attributes(user.id)


def test_what_is_no_picture_is_told_in_the_recorded_words(api: Api, user: User) -> None:
    answer = send_avatar(user, b"%PDF-1.4\n", "book.pdf")
    assert refusal(answer) == (400, "VALIDATION_ERROR", NO_FORMAT)
    assert answer.json()["details"] == {"formErrors": [], "fieldErrors": {"avatar": [NO_FORMAT]}}
    assert refusal(send_avatar(user, PNG, "me.jpg")) == (
        400,
        "VALIDATION_ERROR",
        "me.jpg does not contain what its name says",
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "Avatar file is required"),
        ([("avatar", (None, "no file"))], "Avatar file is required"),
        ([("image", ("me.jpg", JPEG))], "Unexpected file field: image. Send files as avatar."),
        ([("avatar", ("me.jpg", JPEG))] * 2, "Too many files in avatar: at most 1 are accepted"),
    ],
    ids=["nothing", "a text", "another field", "two"],
)
def test_a_form_that_does_not_hold_one_avatar(api: Api, user: User, files: Any, message: str) -> None:
    answer = user.post(avatar_path(user), files=files)
    assert refusal(answer) == (400, "VALIDATION_ERROR", message)


def test_a_file_over_the_limit(over_http: Api, pool: UsersOfPool) -> None:
    user = known(over_http, pool)
    padded = JPEG + bytes(20 * 1024 * 1024 - len(JPEG))
    assert send_avatar(user, padded).status_code == 200
    message = "File too large. Maximum size is 20MB."
    assert refusal(send_avatar(user, padded + b"\0")) == (413, "PAYLOAD_TOO_LARGE", message)


def test_a_new_avatar_takes_the_place_of_the_old_one(api: Api, user: User, pool: UsersOfPool, stored: Stored) -> None:
    first = uploaded(user)
    assert profile(user, user.id)["avatarUrl"] == first
    second = uploaded(user, jpeg())
    assert stored(user) == {key_of(second)} != {key_of(first)}
    assert profile(user, user.id)["avatarUrl"] == pool.attributes(user.id)["picture"] == second


def test_deleting_is_for_good_and_may_be_repeated(api: Api, user: User, pool: UsersOfPool, stored: Stored) -> None:
    uploaded(user)
    assert profile(user, user.id)["avatarUrl"] is not None
    for _ in range(2):
        answer = user.delete(avatar_path(user))
        assert (answer.status_code, answer.json()) == (200, {"message": "Avatar deleted successfully"})
        assert stored(user) == set()
        assert "picture" not in pool.attributes(user.id)
        assert profile(user, user.id)["avatarUrl"] is None


def test_a_picture_from_elsewhere_is_only_forgotten(api: Api, pool: UsersOfPool, stored: Stored) -> None:
    other = known(api, pool)
    theirs = uploaded(other)
    for picture in ("https://pictures.example/anna.jpg", "", theirs, f"https://cdn.example{theirs}"):
        user = known(api, pool, picture=picture)
        assert user.delete(avatar_path(user)).status_code == 200
        assert "picture" not in pool.attributes(user.id)
        pool.change(user.id, picture=picture)
        assert pool.attributes(user.id)["picture"] != uploaded(user) != picture
    assert stored(other) == {key_of(theirs)}


def test_nobody_elses(api: Api, pool: UsersOfPool, stored: Stored) -> None:
    owner = known(api, pool)
    url = uploaded(owner)
    for stranger in (known(api, pool), api.admin()):
        assert refusal(send_avatar(stranger, to=avatar_path(owner))) == NOT_YOURS
        assert refusal(send_avatar(stranger, to=f"/api/users/{owner.id}")) == NOT_YOURS
        assert refusal(stranger.delete(avatar_path(owner))) == NOT_YOURS
        assert refusal(stranger.post(avatar_path(owner), content=b"no form", headers={"Content-Type": "a/b"}))[0] >= 400
    for method in ("POST", "DELETE"):
        answer = api.client().request(method, avatar_path(owner))
        assert refusal(answer) == (401, "UNAUTHORIZED", "No authentication token provided")
    assert stored(owner) == {key_of(url)}
    assert pool.attributes(owner.id)["picture"] == url


def test_strangers_send_no_picture(over_http: Api) -> None:
    """They are answered although none of the body that they announce has come."""
    authorization = over_http.user().headers["Authorization"]
    form = {"Content_Type": "multipart/form-data; boundary=x", "Content_Length": "10000000"}
    for path in ("/api/users/somebody", "/api/users/somebody/avatar"):
        answer = raw_request(over_http, "POST", path, Authorization=authorization, **form)
        assert (answer.status_code, answer.json()["message"]) == (403, NOT_YOURS[2])
        assert raw_request(over_http, "POST", path, **form).status_code == 401


def test_who_is_no_longer_in_the_pool(api: Api, user: User, pool: UsersOfPool, stored: Stored) -> None:
    pool.delete(user.id)
    gone = (404, "NOT_FOUND", "This user account no longer exists")
    assert refusal(send_avatar(user)) == gone
    assert refusal(user.delete(avatar_path(user))) == gone
    assert stored(user) == set()


def test_the_whole_profile_by_one_form(api: Api, user: User, pool: UsersOfPool) -> None:
    path = f"/api/users/{user.id}"
    for answer in (user.post(path), user.post(path, files={"note": (None, "x")}), user.post(path, data={})):
        assert (answer.status_code, answer.json()) == (200, NOTHING_SENT)

    refused = user.post(path, json={"name": "Anna"})
    assert refusal(refused) == (415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as multipart/form-data")

    named = user.post(path, files={"name": (None, " Anna ")})
    assert named.json() == {"message": "Profile updated successfully", "name": "Anna"}
    shown = send_avatar(user, to=path)
    url = shown.json()["avatarUrl"]
    assert shown.json() == {"message": "Profile updated successfully", "avatarUrl": url}
    own = profile(user, user.id)
    assert (own["name"], own["avatarUrl"]) == ("Anna", url)

    both = user.post(path, files={"avatar": ("me.png", PNG, "image/png"), "name": (None, "Anna Maria")})
    assert both.json()["name"] == "Anna Maria"
    assert pool.attributes(user.id)["picture"] == both.json()["avatarUrl"] != url
    assert pool.attributes(user.id)["name"] == "Anna Maria"

    refused = user.post(path, files={"avatar": ("me.png", PNG, "image/png"), "name": (None, "x" * 101)})
    assert list(refused.json()["details"]["fieldErrors"]) == ["name"]
    assert profile(user, user.id)["avatarUrl"] == both.json()["avatarUrl"], "both or none"
