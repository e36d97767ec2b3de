"""The galleries of the example users: pictures with tags and categories, and an album with a cover for each."""

from dataclasses import dataclass
from typing import Any

import httpx

from lego_api.dev import drawings
from lego_api.dev.drawings import Drawing, drawn

DAY, DUSK, NIGHT = "#9fd4f5", "#f2a65a", "#10142e"
GRASS, SAND, SEA, MOON = "#4b974b", "#d7c59a", "#1f5f8b", "#6d6e6c"


@dataclass(frozen=True)
class Picture:
    title: str
    tags: str
    category: str
    drawing: Drawing
    sky: str
    ground: str
    in_album: bool = True


@dataclass(frozen=True)
class Gallery:
    """`cover` is the title of the picture that is the album's."""

    author: str
    album: dict[str, str]
    cover: str
    pictures: tuple[Picture, ...]


GALLERIES = {
    "ALICE_TOKEN": Gallery(
        author="Alice",
        album={"title": "Castle Walls", "description": "Everything with battlements."},
        cover="Castle at Noon",
        pictures=(
            Picture("Castle at Noon", "castle,medieval", "Castle", drawings.castle, DAY, GRASS),
            Picture("The Gate at Dusk", "castle,medieval,gate", "Castle", drawings.gate, DUSK, SAND),
            Picture("Harbour Light", "lighthouse,sea", "City", drawings.lighthouse, DUSK, SEA, in_album=False),
        ),
    ),
    "BOB_TOKEN": Gallery(
        author="Bob",
        album={"title": "Classic Space", "description": "Blue, grey and yellow."},
        cover="Explorer on its Way",
        pictures=(
            Picture("Explorer on its Way", "space,classic", "Space", drawings.spaceship, NIGHT, MOON),
            Picture("Rover", "space,wheels", "Space", drawings.rover, NIGHT, MOON),
        ),
    ),
}


def seed_gallery(api: httpx.Client, gallery: Gallery) -> None:
    """What is missing of it, by title."""
    albums = {album["title"]: album["id"] for album in everything(api, "/api/albums", "albums")}
    images = {image["title"]: image["id"] for image in everything(api, "/api/images", "images")}
    is_new = gallery.album["title"] not in albums
    if is_new:
        albums[gallery.album["title"]] = _sent(api, "POST", "/api/albums", json=gallery.album)["album"]["id"]
    album_id = albums[gallery.album["title"]]
    for picture in gallery.pictures:
        if picture.title not in images:
            texts = {"title": picture.title, "tags": picture.tags, "category": picture.category}
            texts |= {"author": gallery.author, "albumId": album_id if picture.in_album else ""}
            png = drawn(picture.drawing, sky=picture.sky, ground=picture.ground)
            form: dict[str, Any] = {"data": texts, "files": {"image": ("drawing.png", png, "image/png")}}
            images[picture.title] = _sent(api, "POST", "/api/images", **form)["image"]["id"]
    if is_new:
        _sent(api, "PUT", f"/api/albums/{album_id}", json={"coverImageId": images[gallery.cover]})


def everything(api: httpx.Client, path: str, key: str) -> list[dict[str, Any]]:
    """All that a list has, on however many pages."""
    found: list[dict[str, Any]] = []
    cursor: int | None = 0
    while cursor is not None:
        page = _sent(api, "GET", path, params={"limit": 100, "cursor": cursor})
        found += page[key]
        cursor = page["nextCursor"]
    return found


def _sent(api: httpx.Client, method: str, path: str, **parts: Any) -> Any:
    return api.request(method, path, **parts).raise_for_status().json()
