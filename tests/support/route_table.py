"""Every route of the application, and what each kind of caller gets from it. A route that is missing here fails."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import httpx

from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.pictures import JPEG, PDF
from tests.support.user_pool import UsersOfPool

Send = dict[str, Any]

# Of the form of an id, and no row has it. A constant: all workers must name the tests alike.
NOBODYS_ID = "00000000-0000-4000-8000-000000000000"


class World:
    """An owner with one of everything, made when it is first needed."""

    def __init__(self, api: Api, database: Database) -> None:
        self.api = api
        self.owner: User = api.user()
        self.name = uuid4().hex
        self._database = database
        self._made: dict[str, Any] = {}

    def fill(self, path: str) -> str:
        """The path with the ids of the owner's things in it."""
        for name in ("moc_id", "file_id", "image_id", "item_id", "user_id", "key"):
            if f"{{{name}" in path:
                path = path.replace(f"{{{name}}}", self[name]).replace(f"{{{name}:path}}", self[name])
        return path

    def __getitem__(self, name: str) -> str:
        if name not in self._made:
            self._made[name] = getattr(self, f"_{name}")()
        return str(self._made[name])

    def traces(self) -> set[str]:
        """The names of everything that the owner has, and its ids. Nobody else's things have them."""
        ids = {self[name] for name in ("moc_id", "file_id", "image_id", "item_id")}
        return ids | {self["key"], self.owner.id, self.name}

    def _moc_id(self) -> str:
        body = {"title": f"Castle {self.name}", "theme": f"Theme {self.name}", "tags": [f"tag {self.name}"]}
        return str(self._created(self.owner.post("/api/mocs", json=body))["moc"]["id"])

    def _file_id(self) -> str:
        form: Send = {"data": {"fileType": "instruction"}, "files": {"file": ("plan.pdf", PDF, "application/pdf")}}
        saved = self._created(self.owner.post(f"/api/mocs/{self['moc_id']}/files", **form))
        self._made["key"] = saved["file"]["fileUrl"].removeprefix("/uploads/")
        return str(saved["file"]["id"])

    def _key(self) -> str:
        self._file_id()
        return str(self._made["key"])

    def gallery_image(self, owner: User) -> str:
        """Uploading to the gallery is another domain; a row is all that linking needs."""
        insert = "INSERT INTO gallery_images (user_id, title, image_url) VALUES ($1, $2, 'gallery/x.webp') RETURNING id"
        return str(self._database.value(insert, owner.id, f"Brick {self.name}"))

    def _image_id(self) -> str:
        image_id = self.gallery_image(self.owner)
        link = {"galleryImageId": image_id}
        self._created(self.owner.post(f"/api/mocs/{self['moc_id']}/gallery-images", json=link))
        return image_id

    def _item_id(self) -> str:
        body = {"title": f"Falcon {self.name}", "sortOrder": "1"}
        item = self._created(self.owner.post("/api/wishlist", json=body))["data"]
        return str(item["item"]["id"])

    def _image_url(self) -> str:
        uploaded = self.owner.post("/api/wishlist/upload-image", files={"image": ("p.jpg", JPEG, "image/jpeg")})
        return str(uploaded.json()["data"]["imageUrl"])

    def _user_id(self) -> str:
        """Of an owner whom Cognito knows."""
        UsersOfPool(self.api.settings).add(self.owner.id)
        return self.owner.id

    @staticmethod
    def _created(answer: httpx.Response) -> Any:
        assert answer.status_code == 201, answer.text
        return answer.json()


@dataclass(frozen=True)
class Case:
    """`foreign`: what another signed-in user gets for the owner's things. Public routes are the same for all.

    `shows`: what is in an answer that all who are signed in get. One's own things; the owner's, which are published;
    or no things at all.
    """

    method: str
    path: str
    status: int
    foreign: int
    public: bool = False
    shows: Literal["own", "published", "nothing"] = "own"
    body: Callable[[World], Send] = field(default=lambda _: {})

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"

    def send(self, world: World, caller: httpx.Client) -> httpx.Response:
        return caller.request(self.method, world.fill(self.path), **self.body(world))


def public(method: str, path: str, status: int = 200) -> Case:
    return Case(method, path, status, status, public=True)


def json_of(**body: Any) -> Callable[[World], Send]:
    return lambda _: {"json": body}


def title(_: World) -> Send:
    return {"json": {"title": f"Castle {uuid4()}"}}


def moc_form(_: World) -> Send:
    return {
        "data": {"type": "moc", "title": f"Castle {uuid4()}", "author": "Anna"},
        "files": {"instructionsFile": ("plan.pdf", PDF, "application/pdf")},
    }


def file_form(_: World) -> Send:
    return {"data": {"fileType": "thumbnail"}, "files": {"file": ("front.jpg", JPEG, "image/jpeg")}}


def image_form(_: World) -> Send:
    return {"files": {"image": ("brick.jpg", JPEG, "image/jpeg")}}


def avatar_form(_: World) -> Send:
    return {"files": {"avatar": ("me.jpg", JPEG, "image/jpeg")}}


def order(world: World) -> Send:
    return {"json": {"itemOrders": [{"id": world["item_id"], "sortOrder": 7}]}}


CASES = (
    public("GET", "/"),
    public("GET", "/health"),
    public("GET", "/health/live"),
    public("GET", "/api/health"),
    public("GET", "/api/health/live"),
    public("GET", "/docs"),
    public("GET", "/openapi.json"),
    public("GET", "/api/csrf"),
    public("GET", "/uploads/{key:path}"),
    public("POST", "/api/mocs/test-auth"),
    public("POST", "/api/mocs/test-cors"),
    public("GET", "/api/mocs/search"),
    public("GET", "/api/mocs/{moc_id}"),
    # Lists and new things are the caller's own, whoever that is.
    Case("GET", "/api/mocs", 200, 200),
    Case("POST", "/api/mocs", 201, 201, body=title),
    Case("POST", "/api/mocs/with-files", 201, 201, body=moc_form),
    Case("GET", "/api/mocs/stats/by-category", 200, 200),
    Case("GET", "/api/mocs/stats/uploads-over-time", 200, 200),
    Case("PUT", "/api/mocs/{moc_id}", 200, 403, body=title),
    Case("PATCH", "/api/mocs/{moc_id}", 200, 403, body=title),
    Case("DELETE", "/api/mocs/{moc_id}", 200, 403),
    Case("POST", "/api/mocs/{moc_id}/files", 201, 403, body=file_form),
    Case("DELETE", "/api/mocs/{moc_id}/files/{file_id}", 200, 403),
    # MOCs are published: whoever is signed in may download them.
    Case("GET", "/api/mocs/{moc_id}/files/{file_id}/download", 302, 302, shows="published"),
    Case("GET", "/api/mocs/{moc_id}/files/{file_id}/download-info", 200, 200, shows="published"),
    Case(
        "POST",
        "/api/mocs/{moc_id}/gallery-images",
        201,
        403,
        body=lambda world: {"json": {"galleryImageId": world.gallery_image(world.owner)}},
    ),
    Case("GET", "/api/mocs/{moc_id}/gallery-images", 200, 403),
    Case("DELETE", "/api/mocs/{moc_id}/gallery-images/{image_id}", 200, 403),
    Case("GET", "/api/wishlist", 200, 200),
    Case("GET", "/api/wishlist/search", 200, 200),
    Case("POST", "/api/wishlist", 201, 201, body=json_of(title="Falcon", sortOrder="1")),
    Case("PUT", "/api/wishlist/reorder", 200, 403, body=order),
    Case("POST", "/api/wishlist/reorder", 200, 403, body=order),
    Case("POST", "/api/wishlist/reorder/debounced", 202, 403, body=order),
    Case("GET", "/api/wishlist/reorder/status", 200, 200, shows="nothing"),
    Case("POST", "/api/wishlist/reorder/cancel", 404, 404),
    Case("POST", "/api/wishlist/upload-image", 200, 200, body=image_form),
    Case("DELETE", "/api/wishlist/image", 200, 403, body=lambda world: {"json": {"imageUrl": world["image_url"]}}),
    Case("GET", "/api/wishlist/{item_id}", 200, 404),
    Case("PUT", "/api/wishlist/{item_id}", 200, 404, body=json_of(title="Eagle")),
    Case("PATCH", "/api/wishlist/{item_id}", 200, 404, body=json_of(title="Eagle")),
    Case("DELETE", "/api/wishlist/{item_id}", 200, 404),
    Case("POST", "/api/wishlist/{item_id}/image", 200, 404, body=image_form),
    # For the user themselves there is more in the public answer.
    public("GET", "/api/users/{user_id}"),
    Case("PATCH", "/api/users/{user_id}", 200, 403, body=json_of(name="Anna")),
    Case("POST", "/api/users/{user_id}", 200, 403, body=avatar_form),
    Case("POST", "/api/users/{user_id}/avatar", 200, 403, body=avatar_form),
    Case("DELETE", "/api/users/{user_id}/avatar", 200, 403),
)
