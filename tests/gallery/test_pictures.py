"""What becomes of a picture: two WebP files, small, upright and without metadata, that an `<img>` can fetch."""

from io import BytesIO

import pytest
from PIL import Image

from tests.gallery.builders import Json, send_image, upload
from tests.support.clients import Api, User
from tests.support.picture_samples import (
    BLUE,
    CAMERA,
    COMMENT,
    GREEN,
    RED,
    WHITE,
    encode,
    half_transparent_png,
    heic,
    oriented,
    phone_jpeg,
    plain,
    rotated_heic,
)

LARGE = plain(RED, (3000, 1500))


def sent(user: User, name: str, content: bytes) -> Json:
    answer = send_image(user, name, content)
    assert answer.status_code == 201, answer.text
    image: Json = answer.json()["image"]
    return image


def fetched(api: Api, url: str) -> Image.Image:
    """As an <img> does: without a token."""
    answer = api.client().get(url)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-disposition"] == "inline"
    picture = Image.open(BytesIO(answer.content))
    picture.load()
    return picture


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("front.jpg", encode(LARGE, "JPEG")),
        ("front.png", encode(LARGE, "PNG")),
        ("front.webp", encode(LARGE, "WEBP")),
        ("IMG_1.HEIC", heic(LARGE)),
    ],
    ids=["JPEG", "PNG", "WebP", "HEIC"],
)
def test_a_large_picture_is_stored_in_two_sizes(api: Api, name: str, content: bytes) -> None:
    image = sent(api.user(), name, content)
    pictures = [fetched(api, image[url]) for url in ("imageUrl", "thumbnailUrl")]
    assert [(picture.format, picture.size) for picture in pictures] == [("WEBP", (2048, 1024)), ("WEBP", (400, 200))]


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((64, 48), [(64, 48), (64, 48)]),
        ((400, 2048), [(400, 2048), (78, 400)]),
        ((2049, 1), [(2048, 1), (400, 1)]),
        ((1, 1), [(1, 1), (1, 1)]),
    ],
)
def test_no_edge_is_too_long_and_nothing_is_enlarged(
    over_http: Api, size: tuple[int, int], sizes: list[tuple[int, int]]
) -> None:
    image = sent(over_http.user(), "a.png", encode(plain(RED, size), "PNG"))
    assert [fetched(over_http, image[url]).size for url in ("imageUrl", "thumbnailUrl")] == sizes


@pytest.mark.parametrize(
    ("name", "content", "size"),
    [
        ("phone.jpg", phone_jpeg(), (120, 160)),
        ("phone.heic", rotated_heic(), (120, 160)),
        ("turned.png", oriented("PNG"), (160, 120)),
    ],
)
def test_upright_and_without_a_word_about_who_took_it_where(
    over_http: Api, name: str, content: bytes, size: tuple[int, int]
) -> None:
    image = sent(over_http.user(), name, content)
    for url in ("imageUrl", "thumbnailUrl"):
        picture = fetched(over_http, image[url])
        assert picture.size == size
        corners = [(x, y) for y in (10, size[1] - 10) for x in (10, size[0] - 10)]
        for corner, colour in zip(corners, (RED, GREEN, BLUE, WHITE), strict=True):
            seen = picture.convert("RGB").getpixel(corner)
            assert isinstance(seen, tuple)
            assert all(abs(a - b) < 24 for a, b in zip(seen, colour, strict=True)), f"{colour} at {corner}: {seen}"
        assert not {"exif", "xmp", "icc_profile"} & picture.info.keys()
        stored = over_http.client().get(image[url]).content
        assert not any(word in stored for word in (b"EXIF", b"GPS", CAMERA, COMMENT))


def test_transparent_stays_transparent(over_http: Api) -> None:
    image = sent(over_http.user(), "clear.png", half_transparent_png())
    picture = fetched(over_http, image["imageUrl"])
    assert picture.mode == "RGBA"
    assert [picture.getpixel((x, 20))[3] for x in (10, 50)] == [255, 0]  # type: ignore[index]


@pytest.mark.parametrize("which", ["imageUrl", "thumbnailUrl"])
def test_it_is_served_as_files_are(api: Api, which: str) -> None:
    url = upload(api.user())[which]
    client = api.client()
    whole = client.get(url)
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert whole.headers["accept-ranges"] == "bytes"
    part = client.get(url, headers={"Range": "bytes=8-11"})
    assert (part.status_code, part.content) == (206, b"WEBP")
    assert part.headers["content-range"] == f"bytes 8-11/{len(whole.content)}"
    again = client.get(url, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))


def test_two_uploads_of_one_file_are_two_images(over_http: Api) -> None:
    """Each has objects of its own, so one can be deleted without the other."""
    user = over_http.user()
    one, other = upload(user), upload(user)
    assert user.delete(f"/api/images/{one['id']}").status_code == 200
    assert over_http.client().get(one["imageUrl"]).status_code == 404
    assert fetched(over_http, other["imageUrl"]).size == (64, 48)
