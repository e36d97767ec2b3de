"""Whatever people send as a picture, to every route that takes one: shown in its size, or refused, and then nothing
is left of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from lego_api.adapters.images import PHOTOS
from tests.mocs.builders import PLAN, new_moc, upload_moc
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.picture_sample import Expected, Sample
from tests.support.picture_samples import CORPUS
from tests.support.refusals import refusal
from tests.wishlist.builders import new_item

Json = dict[str, Any]
File = tuple[str, bytes, str]

TABLES = ("gallery_images", "wishlist_items", "moc_instructions", "moc_files", "outbox")
WORDS = {
    Expected.NO_PICTURE: r"must be one of JPEG|what its name says|not of a type that can be used|is empty|Unsupported",
    Expected.DAMAGED: r"The picture is (damaged or incomplete|stored in too many steps to be used)$",
    Expected.TOO_LARGE: r"The picture is too large: at most ",
}


@dataclass(frozen=True)
class Route:
    """How a user gets ready to send a file and sends it; which pictures come of it, and how long an edge may be."""

    prepare: Callable[[User], str]
    send: Callable[[User, str, File], httpx.Response]
    shown: Callable[[Json], dict[str, int]]


def nothing_to_prepare(_: User) -> str:
    return ""


def to(path: str, field: str, **texts: str) -> Callable[[User, str, File], httpx.Response]:
    return lambda user, id, file: user.post(path.format(id=id), data=texts, files={field: file})


def gallery_image(key: str) -> Callable[[Json], dict[str, int]]:
    return lambda body: {body[key]["imageUrl"]: 2048, body[key]["thumbnailUrl"]: 400}


ROUTES = {
    "POST /api/images": Route(nothing_to_prepare, to("/api/images", "image"), gallery_image("image")),
    "POST /api/gallery": Route(nothing_to_prepare, to("/api/gallery", "file"), gallery_image("data")),
    "POST /api/wishlist/upload-image": Route(
        nothing_to_prepare,
        to("/api/wishlist/upload-image", "image"),
        lambda body: {body["data"]["imageUrl"]: 800},
    ),
    "POST /api/wishlist/{id}/image": Route(
        lambda user: str(new_item(user)["id"]),
        to("/api/wishlist/{id}/image", "image"),
        lambda body: {body["data"]["imageUrl"]: 800},
    ),
    "POST /api/mocs/with-files": Route(
        nothing_to_prepare,
        lambda user, _, file: upload_moc(user, PLAN, ("images", file)),
        lambda body: {body["moc"]["images"][0]["url"]: 2048},
    ),
    "POST /api/mocs/{id}/files": Route(
        lambda user: str(new_moc(user)["id"]),
        to("/api/mocs/{id}/files", "file", fileType="thumbnail"),
        lambda body: {body["file"]["fileUrl"]: 2048},
    ),
}


def shrunk(size: tuple[int, int], max_edge: int) -> tuple[int, int]:
    scale = min(1.0, max_edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


# Every picture to one route; to the others, which render by the same means, one of each that becomes of them.
FIRST = next(iter(ROUTES))
ONE_OF_EACH = {sample.expected_where(PHOTOS): name for name, sample in reversed(CORPUS.items())}.values()
SENT = [
    pytest.param(route, sample, id=f"{way}-{name}")
    for way, route in ROUTES.items()
    for name, sample in CORPUS.items()
    if way == FIRST or name in ONE_OF_EACH
]


@pytest.mark.parametrize(("route", "sample"), SENT)
def test_each_is_shown_or_refused_and_leaves_nothing(
    over_http: Api, database: Database, objects: Objects, route: Route, sample: Sample
) -> None:
    user = over_http.user()
    id = route.prepare(user)
    before = {table: database.count(table) for table in TABLES}, objects.keys()
    answer = route.send(user, id, (sample.filename, sample.content, "image/jpeg"))
    expected = sample.expected_where(PHOTOS)
    if expected is Expected.ACCEPTED:
        assert answer.status_code in (200, 201), answer.text
        for url, max_edge in route.shown(answer.json()).items():
            picture = Image.open(BytesIO(over_http.client().get(url).content))
            picture.load()
            assert (picture.format, picture.size) == ("WEBP", shrunk(sample.size, max_edge))
    else:
        status, code, message = refusal(answer)
        assert (status, code) == (400, "VALIDATION_ERROR")
        assert re.search(WORDS[expected], message), message
        assert ({table: database.count(table) for table in TABLES}, objects.keys()) == before
