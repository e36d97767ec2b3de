"""Requests about a profile, and what to look for afterwards."""

from typing import Any

import httpx

from tests.support.clients import Api, User
from tests.support.pictures import JPEG
from tests.support.user_pool import UsersOfPool

Json = dict[str, Any]


def known(api: Api, pool: UsersOfPool, **attributes: str) -> User:
    """Somebody whom Cognito knows."""
    user = api.user()
    pool.add(user.id, **attributes)
    return user


def profile(who: httpx.Client, user_id: str) -> Json:
    answer = who.get(f"/api/users/{user_id}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def rename(user: User, name: Any) -> httpx.Response:
    return user.patch(f"/api/users/{user.id}", json={"name": name})


def avatar_path(user: User) -> str:
    return f"/api/users/{user.id}/avatar"


def send_avatar(user: User, content: bytes = JPEG, name: str = "me.jpg", *, to: str | None = None) -> httpx.Response:
    return user.post(to or avatar_path(user), files={"avatar": (name, content, "application/octet-stream")})


def uploaded(user: User, content: bytes = JPEG) -> str:
    """The URL of an avatar that is shown now."""
    answer = send_avatar(user, content)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["avatarUrl"])
