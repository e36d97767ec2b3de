"""A user's name: written to Cognito, shown to its user at once, and nobody else's to change."""

from typing import Any

import pytest

from tests.support.clients import Api, User
from tests.support.refusals import refusal
from tests.support.user_pool import UsersOfPool
from tests.users.builders import known, profile, rename

NOTHING_SENT = {"message": "Profile updated through individual content updates"}
NOT_YOURS = (403, "FORBIDDEN", "You can only modify your own profile")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("A", "A"),
        ("  Anna Maria  ", "Anna Maria"),
        ("x" * 100, "x" * 100),
        (f" {'x' * 100} ", "x" * 100),
        ("Zoë \N{BRICK} O'Brien <b>", "Zoë \N{BRICK} O'Brien <b>"),
        ("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"),
    ],
)
def test_a_name_is_kept_trimmed(api: Api, user: User, pool: UsersOfPool, sent: str, kept: str) -> None:
    answer = rename(user, sent)
    assert (answer.status_code, answer.json()) == (200, {"message": "Profile updated successfully", "name": kept})
    assert pool.attributes(user.id)["name"] == kept
    assert profile(user, user.id)["name"] == kept


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", "\t\n", "x" * 101, "An\x00na", "An\x1bna", "An\nna", "An\x85na", "An\N{LINE SEPARATOR}na"),
        *(None, 5, True, ["Anna"], {"first": "Anna"}),
    ],
)
def test_what_is_no_name(api: Api, user: User, pool: UsersOfPool, name: Any) -> None:
    answer = rename(user, name)
    assert refusal(answer) == (400, "VALIDATION_ERROR", "Invalid input")
    assert answer.json()["details"]["formErrors"] == []
    [(field, [problem])] = answer.json()["details"]["fieldErrors"].items()
    assert (field, bool(problem)) == ("name", True)
    assert "name" not in pool.attributes(user.id)


def test_half_a_character_is_no_name(api: Api, user: User) -> None:
    body = b'{"name": "An\\ud800na"}'
    answer = user.patch(f"/api/users/{user.id}", content=body, headers={"Content-Type": "application/json"})
    assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")
    assert list(answer.json()["details"]["fieldErrors"]) == ["name"]


@pytest.mark.parametrize("body", [{}, {"nickname": "Anna", "picture": "x", "email": "a@b.c"}, None])
def test_without_a_name_nothing_changes(api: Api, pool: UsersOfPool, body: Any) -> None:
    user = known(api, pool, name="Anna")
    before = pool.attributes(user.id)
    answer = user.patch(f"/api/users/{user.id}", json=body) if body is not None else user.patch(f"/api/users/{user.id}")
    assert (answer.status_code, answer.json()) == (200, NOTHING_SENT)
    assert pool.attributes(user.id) == before


def test_as_a_form_of_a_page(api: Api, user: User, pool: UsersOfPool) -> None:
    assert user.patch(f"/api/users/{user.id}", data={"name": "Anna"}).status_code == 200
    assert pool.attributes(user.id)["name"] == "Anna"


def test_unknown_keys_are_ignored(api: Api, user: User, pool: UsersOfPool) -> None:
    body = {"name": "Anna", "picture": "https://evil.example", "custom:role": "admin", "userId": "x"}
    answer = user.patch(f"/api/users/{user.id}", json=body)
    assert answer.json() == {"message": "Profile updated successfully", "name": "Anna"}
    assert pool.attributes(user.id).keys() & {"picture", "custom:role"} == set()


def test_nobody_elses(api: Api, pool: UsersOfPool) -> None:
    owner = known(api, pool, name="Anna")
    path = f"/api/users/{owner.id}"
    for stranger in (known(api, pool), api.admin()):
        assert refusal(stranger.patch(path, json={"name": "Mallory"})) == NOT_YOURS
        assert refusal(stranger.patch(path, json={"name": ""})) == NOT_YOURS, "whatever is sent"
        assert refusal(stranger.patch(path.upper(), json={"name": "Mallory"}))[0] == 403
    answer = api.client().patch(path, json={"name": "Mallory"})
    assert refusal(answer) == (401, "UNAUTHORIZED", "No authentication token provided")
    assert refusal(api.cookie_user(owner.id).patch(path, json={"name": "Mallory"}))[1] == "CSRF_FAILED"
    assert pool.attributes(owner.id)["name"] == "Anna"


def test_who_is_no_longer_in_the_pool(api: Api, user: User, pool: UsersOfPool) -> None:
    pool.delete(user.id)
    assert refusal(rename(user, "Anna")) == (404, "NOT_FOUND", "This user account no longer exists")
