"""Images and albums to begin a test with, made as any client makes them, and what to look for in answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import httpx

from tests.support.clients import User
from tests.support.database import Database
from tests.support.objects import Objects, key_of
from tests.support.pictures import JPEG
from tests.support.refusals import refusal

Json = dict[str, Any]

IMAGE_KEYS = [
    "id",
    "userId",
    "title",
    "description",
    "tags",
    "imageUrl",
    "albumId",
    "flagged",
    "createdAt",
    "lastUpdatedAt",
    "thumbnailUrl",
    "author",
    "category",
    "url",
    "uploadDate",
    "updatedAt",
]
ALBUM_KEYS = [
    "id",
    "userId",
    "title",
    "description",
    "coverImageId",
    "createdAt",
    "lastUpdatedAt",
    "imageCount",
    "url",
    "thumbnailUrl",
    "updatedAt",
]

# The two routes to upload to, the field that each one's clients use, and the key under which it answers the image.
UPLOAD_ROUTES = {"/api/images": ("image", "image"), "/api/gallery": ("file", "data")}


def send_image(
    user: httpx.Client,
    name: str = "front.jpg",
    content: bytes = JPEG,
    *,
    to: str = "/api/images",
    texts: Mapping[str, str | list[str]] | None = None,
) -> httpx.Response:
    field, _ = UPLOAD_ROUTES[to]
    return user.post(to, data=texts, files={field: (name, content, "application/octet-stream")})


def upload(user: httpx.Client, **texts: Any) -> Json:
    answer = send_image(user, texts=texts)
    assert answer.status_code == 201, answer.text
    image: Json = answer.json()["image"]
    return image


def patched(user: httpx.Client, image: Json, **changes: Any) -> Json:
    answer = user.patch(f"/api/images/{image['id']}", json=changes)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["message", "image"]
    assert answer.json()["message"] == "Image metadata updated"
    changed: Json = answer.json()["image"]
    assert list(changed) == IMAGE_KEYS
    return changed


def album(user: httpx.Client, title: str | None = None, **fields: Any) -> Json:
    answer = user.post("/api/albums", json={"title": title or f"Album {uuid4()}"} | fields)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()["album"]
    return made


def add(user: httpx.Client, to: Json, image: Json) -> Json:
    """Puts an image into an album; the album as it is then."""
    answer = user.post(f"/api/albums/{to['id']}/images", json={"imageId": image["id"]})
    assert answer.status_code in (200, 201), answer.text
    filled: Json = answer.json()["album"]
    return filled


def rows(database: Database, user: User, count: int, *, title: str = "Image") -> list[str]:
    """Many images without objects, by SQL, named `<title> 1` and so on in the order of their positions; their ids."""
    insert = """
        INSERT INTO gallery_images (user_id, title, image_url)
        SELECT $1, $3 || ' ' || number, 'gallery/none/' || gen_random_uuid() || '.webp'
        FROM generate_series(1, $2) AS number ORDER BY number
    """
    database.fetch(insert, user.id, count, title)
    own = "SELECT id FROM gallery_images WHERE user_id = $1 ORDER BY position DESC LIMIT $2"
    return [str(row["id"]) for row in reversed(database.fetch(own, user.id, count))]


def old_image(database: Database, user: User, **columns: Any) -> str:
    """A row as the old server may have left it; its id."""
    row = {"user_id": user.id, "title": "Old", "image_url": "/uploads/gallery/alice/uncategorized/1.jpg"} | columns
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    insert = f"INSERT INTO gallery_images ({', '.join(row)}) VALUES ({places}) RETURNING id"
    return str(database.value(insert, *row.values()))


def images(user: httpx.Client, **query: Any) -> list[Json]:
    answer = user.get("/api/images", params=query)
    assert answer.status_code == 200, answer.text
    listed: list[Json] = answer.json()["images"]
    return listed


def ids(listed: Sequence[Json]) -> list[str]:
    return [item["id"] for item in listed]


def keys_of(*shown: Json) -> set[str]:
    """The objects of images: two each."""
    return {key_of(image[name]) for image in shown for name in ("imageUrl", "thumbnailUrl")}


def assert_nothing_is_left(database: Database, objects: Objects, user: User) -> None:
    """No row, no object, and nothing to do about one."""
    assert database.count("gallery_images", "user_id = $1", user.id) == 0
    assert objects.keys(f"gallery/{user.id}/") == set()
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0


def problems(answer: httpx.Response) -> Json:
    """What a 400 says of each field, and, where the old server did, of the body as a whole."""
    assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")
    fields: Json = answer.json()["details"]["fieldErrors"]
    return fields


# Under which key each list answers what it lists.
LISTS = {"/api/gallery": "items", "/api/images": "images", "/api/albums": "albums"}


def page(user: httpx.Client, path: str, **query: Any) -> Json:
    answer = user.get(path, params=query)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def answers(user: httpx.Client, path: str, **query: Any) -> Iterator[Json]:
    """Those that make up a list, from its start to its end, as `nextCursor` leads."""
    cursor = 0
    while True:
        body = page(user, path, cursor=cursor, **query)
        following = body["nextCursor"]
        assert body.get("hasMore", following is not None) is (following is not None)
        yield body
        if following is None:
            return
        assert cursor == 0 or following < cursor, "or else it would never end"
        cursor = following


def pages(user: httpx.Client, path: str, **query: Any) -> Iterator[list[Json]]:
    """What is listed in each."""
    for body in answers(user, path, **query):
        yield body[LISTS[path]]
