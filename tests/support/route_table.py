"""Every route of the application, and what each kind of caller gets from it. A route that is missing here fails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import httpx

from tests.support.pictures import CSV, JPEG, PDF
from tests.support.route_world import Send, World

# Of the form of an id, and no row has it. A constant: all workers must name the tests alike.
NOBODYS_ID = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Case:
    """`status`: what the owner gets. `foreign`: what another signed-in user gets for the owner's things, and `admin`
    what an admin does. Public routes are the same for all.

    `shows`: what is in an answer that all who are signed in get. One's own things; the owner's, which are published;
    or no things at all.
    """

    method: str
    path: str
    status: int
    foreign: int
    admin: int
    public: bool = False
    shows: Literal["own", "published", "nothing"] = "own"
    body: Callable[[World], Send] = field(default=lambda _: {})

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"

    def send(self, world: World, caller: httpx.Client) -> httpx.Response:
        return caller.request(self.method, world.fill(self.path), **self.body(world))


def public(method: str, path: str, status: int = 200) -> Case:
    return Case(method, path, status, status, status, public=True)


def json_of(**body: Any) -> Callable[[World], Send]:
    return lambda _: {"json": body}


def title(_: World) -> Send:
    return {"json": {"title": f"Castle {uuid4()}"}}


def moc_form(_: World) -> Send:
    return {
        "data": {"type": "moc", "title": f"Castle {uuid4()}", "author": "Anna"},
        "files": {"instructionsFile": ("plan.pdf", PDF, "application/pdf")},
    }


def moc_to_be_sent(_: World) -> Send:
    plan = {"filename": "plan.pdf", "fileType": "instruction", "mimeType": "application/pdf", "size": len(PDF)}
    return {"json": {"type": "moc", "title": f"Castle {uuid4()}", "author": "Anna", "files": [plan]}}


def files_to_be_sent(world: World) -> Send:
    parts = {"filename": f"{uuid4()}.csv", "fileType": "parts-list", "mimeType": "text/csv", "size": len(CSV)}
    return {"json": {"mocId": world["moc_id"], "files": [parts]}}


def file_form(_: World) -> Send:
    return {"data": {"fileType": "thumbnail"}, "files": {"file": ("front.jpg", JPEG, "image/jpeg")}}


def image_form(_: World) -> Send:
    return {"files": {"image": ("brick.jpg", JPEG, "image/jpeg")}}


def file_as_image(_: World) -> Send:
    return {"files": {"file": ("brick.jpg", JPEG, "image/jpeg")}}


def one_image(world: World) -> Send:
    return {"json": {"imageId": world["image_id"]}}


def many_images(world: World) -> Send:
    return {"json": {"imageIds": [world["image_id"]]}}


def avatar_form(_: World) -> Send:
    return {"files": {"avatar": ("me.jpg", JPEG, "image/jpeg")}}


def parts_list_form(world: World) -> Send:
    return {"data": {"mocId": world["moc_id"]}, "files": {"partsListFile": ("parts.csv", CSV, "text/csv")}}


def order(world: World) -> Send:
    return {"json": {"itemOrders": [{"id": world["item_id"], "sortOrder": 7}]}}


def parts_list_cases(prefix: str) -> Iterator[Case]:
    lists = f"{prefix}/{{moc_id}}/parts-lists"
    yield Case("GET", lists, 200, 403, 403)
    yield Case("POST", lists, 201, 403, 403, body=title)
    yield Case("GET", f"{lists}/{{list_id}}", 200, 403, 403)
    yield Case("PUT", f"{lists}/{{list_id}}", 200, 403, 403, body=title)
    yield Case("DELETE", f"{lists}/{{list_id}}", 200, 403, 403)
    yield Case("PATCH", f"{lists}/{{list_id}}/status", 200, 403, 403, body=json_of(built=True))
    yield Case("GET", f"{lists}/{{list_id}}/parts", 200, 403, 403)
    yield Case("GET", f"{lists}/{{list_id}}/export", 200, 403, 403)


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
    Case("GET", "/api/mocs", 200, 200, 200),
    Case("POST", "/api/mocs", 201, 201, 201, body=title),
    Case("POST", "/api/mocs/with-files", 201, 201, 201, body=moc_form),
    Case("POST", "/api/mocs/with-files/initialize", 201, 201, 201, body=moc_to_be_sent),
    Case("POST", "/api/mocs/with-files/initialize", 201, 403, 201, body=files_to_be_sent),
    Case("POST", "/api/mocs/{moc_id}/finalize", 200, 403, 200, body=json_of(uploadedFiles=[{"fileId": NOBODYS_ID}])),
    Case("GET", "/api/mocs/stats/by-category", 200, 200, 200),
    Case("GET", "/api/mocs/stats/uploads-over-time", 200, 200, 200),
    Case("PUT", "/api/mocs/{moc_id}", 200, 403, 200, body=title),
    Case("PATCH", "/api/mocs/{moc_id}", 200, 403, 200, body=title),
    Case("DELETE", "/api/mocs/{moc_id}", 200, 403, 200),
    Case("POST", "/api/mocs/{moc_id}/files", 201, 403, 201, body=file_form),
    Case("DELETE", "/api/mocs/{moc_id}/files/{file_id}", 200, 403, 200),
    # MOCs are published: whoever is signed in may download them.
    Case("GET", "/api/mocs/{moc_id}/files/{file_id}/download", 302, 302, 302, shows="published"),
    Case("GET", "/api/mocs/{moc_id}/files/{file_id}/download-info", 200, 200, 200, shows="published"),
    Case(
        "POST",
        "/api/mocs/{moc_id}/gallery-images",
        201,
        403,
        403,
        body=lambda world: {"json": {"galleryImageId": world.gallery_image()}},
    ),
    Case("GET", "/api/mocs/{moc_id}/gallery-images", 200, 403, 403),
    Case("DELETE", "/api/mocs/{moc_id}/gallery-images/{image_id}", 200, 403, 403),
    # Who else asks is told of no MOC.
    Case("POST", "/api/mocs/upload-parts-list", 201, 404, 404, body=parts_list_form),
    Case("POST", "/api/mocs/{moc_id}/upload-parts-list", 201, 404, 404, body=parts_list_form),
    Case("GET", "/api/user/parts-lists/summary", 200, 200, 200),
    *parts_list_cases("/api/mocs"),
    *parts_list_cases("/api/moc-instructions"),
    Case("GET", "/api/wishlist", 200, 200, 200),
    Case("GET", "/api/wishlist/search", 200, 200, 200),
    Case("POST", "/api/wishlist", 201, 201, 201, body=json_of(title="Falcon", sortOrder="1")),
    Case("PUT", "/api/wishlist/reorder", 200, 403, 403, body=order),
    Case("POST", "/api/wishlist/reorder", 200, 403, 403, body=order),
    Case("POST", "/api/wishlist/reorder/debounced", 202, 403, 403, body=order),
    Case("GET", "/api/wishlist/reorder/status", 200, 200, 200, shows="nothing"),
    Case("POST", "/api/wishlist/reorder/cancel", 404, 404, 404),
    Case("POST", "/api/wishlist/upload-image", 200, 200, 200, body=image_form),
    Case("DELETE", "/api/wishlist/image", 200, 403, 403, body=lambda world: {"json": {"imageUrl": world["image_url"]}}),
    Case("GET", "/api/wishlist/{item_id}", 200, 404, 404),
    Case("PUT", "/api/wishlist/{item_id}", 200, 404, 404, body=json_of(title="Eagle")),
    Case("PATCH", "/api/wishlist/{item_id}", 200, 404, 404, body=json_of(title="Eagle")),
    Case("DELETE", "/api/wishlist/{item_id}", 200, 404, 404),
    Case("POST", "/api/wishlist/{item_id}/image", 200, 404, 404, body=image_form),
    Case("GET", "/api/images", 200, 200, 200),
    Case("POST", "/api/images", 201, 201, 201, body=image_form),
    Case("GET", "/api/images/search", 200, 200, 200),
    Case("GET", "/api/images/{image_id}", 200, 403, 403),
    Case("PATCH", "/api/images/{image_id}", 200, 403, 200, body=title),
    Case("DELETE", "/api/images/{image_id}", 200, 403, 200),
    Case("GET", "/api/albums", 200, 200, 200),
    Case("POST", "/api/albums", 201, 201, 201, body=title),
    Case("GET", "/api/albums/{album_id}", 200, 403, 200),
    Case("PUT", "/api/albums/{album_id}", 200, 403, 403, body=title),
    Case("PATCH", "/api/albums/{album_id}", 200, 403, 403, body=title),
    Case("DELETE", "/api/albums/{album_id}", 200, 403, 403),
    Case("POST", "/api/albums/{album_id}/images", 200, 403, 403, body=one_image),
    Case("DELETE", "/api/albums/{album_id}/images/{image_id}", 200, 403, 403),
    # The same things under the paths of the gallery components.
    Case("GET", "/api/gallery", 200, 200, 200),
    Case("POST", "/api/gallery", 201, 201, 201, body=file_as_image),
    Case("GET", "/api/gallery/search", 200, 200, 200),
    Case("GET", "/api/gallery/tags", 200, 200, 200),
    Case("GET", "/api/gallery/categories", 200, 200, 200),
    Case("DELETE", "/api/gallery/batch-delete", 200, 403, 200, body=many_images),
    Case("GET", "/api/gallery/{image_id}", 200, 403, 403),
    Case("PUT", "/api/gallery/{image_id}", 200, 403, 200, body=title),
    Case("DELETE", "/api/gallery/{image_id}", 200, 403, 200),
    Case("GET", "/api/gallery/{image_id}/download", 302, 403, 403),
    Case("POST", "/api/gallery/albums/{album_id}/batch-add", 200, 403, 403, body=many_images),
    # Whoever knows an image may flag it.
    Case("POST", "/api/flag", 201, 201, 201, body=one_image),
    # For the user themselves there is more in the public answer.
    public("GET", "/api/users/{user_id}"),
    Case("PATCH", "/api/users/{user_id}", 200, 403, 403, body=json_of(name="Anna")),
    Case("POST", "/api/users/{user_id}", 200, 403, 403, body=avatar_form),
    Case("POST", "/api/users/{user_id}/avatar", 200, 403, 403, body=avatar_form),
    Case("DELETE", "/api/users/{user_id}/avatar", 200, 403, 403),
)
