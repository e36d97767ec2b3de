"""A little of everything that is searched: written, changed and deleted by one user, and asked for."""

from typing import Any
from uuid import uuid4

from tests.gallery import builders as gallery
from tests.mocs.builders import new_moc
from tests.support.clients import Api, User
from tests.support.database import Database

WISHLIST = "/api/wishlist"

# Of searches, by the kind.
PATHS = {"mocs": "/api/mocs/search", "gallery-images": "/api/gallery/search", "wishes": "/api/wishlist/search"}


def new_wish(user: User, title: str) -> str:
    answer = user.post(WISHLIST, json={"title": title, "sortOrder": "1"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["item"]["id"])


class Collection:
    """`word` is in the title of each of its three things; nobody else's has it."""

    def __init__(self, api: Api) -> None:
        self.user = api.user()
        self.word = f"w{uuid4().hex}"
        self._moc = new_moc(self.user, title=self.word)["id"]
        self._image = gallery.upload(self.user, title=self.word)
        self._wish = new_wish(self.user, self.word)

    def rename(self) -> None:
        self.word = f"w{uuid4().hex}"
        self.user.patch(f"/api/mocs/{self._moc}", json={"title": self.word}).raise_for_status()
        gallery.patched(self.user, self._image, title=self.word)
        self.user.patch(f"{WISHLIST}/{self._wish}", json={"title": self.word}).raise_for_status()

    def delete(self) -> None:
        for path in (f"/api/mocs/{self._moc}", f"/api/images/{self._image['id']}", f"{WISHLIST}/{self._wish}"):
            self.user.delete(path).raise_for_status()

    def found(self, word: str | None = None) -> dict[str, int]:
        """How many things of each kind have the word."""
        return {kind: ask(self.user, kind, word or self.word)["total"] for kind in PATHS}

    def sources(self) -> set[str]:
        return {ask(self.user, kind, self.word)["source"] for kind in PATHS}


ONE_OF_EACH = dict.fromkeys(PATHS, 1)
NONE = dict.fromkeys(PATHS, 0)


def ask(user: User, kind: str, words: str) -> dict[str, Any]:
    answer = user.get(PATHS[kind], params={"q": words, "search": words})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body.get("data", body) if "total" not in body else body


def assert_nothing_is_left_to_do(database: Database) -> None:
    assert database.fetch("SELECT kind, payload, attempts, last_error FROM outbox WHERE kind = 'index'") == []
