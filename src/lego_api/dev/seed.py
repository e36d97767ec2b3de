"""What a developer finds on the first start: two builders, and what they have, made through the API itself.

`python -m lego_api.dev.seed`, with `API_URL`, `ALICE_TOKEN` and `BOB_TOKEN`. Things that exist already are left alone.
"""

import io
import itertools
import os
import sys
from typing import Any

import httpx
import jwt

from lego_api.dev.gallery_examples import GALLERIES, seed_gallery

PARTS_LIST = b"Part ID,Part Name,Quantity,Color\n3001,Brick 2 x 4,25,Red\n3023,Plate 1 x 2,7,Blue\n"

MOCS: dict[str, tuple[dict[str, str], ...]] = {
    "ALICE_TOKEN": (
        {
            "type": "moc",
            "title": "Lion Knights' Gatehouse",
            "author": "Alice",
            "description": "A gatehouse with a working drawbridge.",
            "theme": "Castle",
            "partsCount": "1840",
            "tags": '["castle", "medieval", "modular"]',
        },
        {
            "type": "moc",
            "title": "Harbour Crane",
            "author": "Alice",
            "description": "Turns, lifts and carries a container.",
            "theme": "City",
            "partsCount": "620",
            "tags": '["crane", "technic"]',
        },
    ),
    "BOB_TOKEN": (
        {
            "type": "set",
            "title": "Galaxy Explorer",
            "brand": "LEGO",
            "theme": "Space",
            "setNumber": "10497-1",
            "releaseYear": "2022",
            "tags": '["space", "classic"]',
        },
    ),
}
WISHES: dict[str, tuple[dict[str, str], ...]] = {
    "ALICE_TOKEN": (
        {
            "title": "Rivendell",
            "sortOrder": "1",
            "category": "Icons",
            "productLink": "https://www.lego.com/product/10316",
        },
        {"title": "Medieval Town Square", "sortOrder": "2", "category": "Icons"},
    ),
    "BOB_TOKEN": ({"title": "Blacktron Renegade", "sortOrder": "1", "category": "Space"},),
}
COLORS = ("#c4281b", "#0d69ab", "#f5cd2f")
AVATARS = {"ALICE_TOKEN": "#c4281b", "BOB_TOKEN": "#0d69ab"}  # names they have from the beginning


def main() -> None:
    for variable in MOCS:
        token = os.environ[variable]
        user_id = jwt.decode(token, options={"verify_signature": False})["sub"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=os.environ["API_URL"], headers=headers, timeout=30) as api:
            try:
                seed_mocs(api, MOCS[variable])
                seed_wishes(api, WISHES[variable])
                seed_gallery(api, GALLERIES[variable])
                seed_avatar(api, user_id, AVATARS[variable])
            except httpx.HTTPStatusError as error:
                sys.exit(f"the API refuses the example data: {error.request.url.path}: {error.response.text}")
            except httpx.HTTPError as error:
                sys.exit(f"the API at {api.base_url} does not answer ({type(error).__name__}): see .dev/log/api.log")


def seed_mocs(api: httpx.Client, mocs: tuple[dict[str, str], ...]) -> None:
    existing = titles_of_mocs(api)
    for moc, color in zip(mocs, itertools.cycle(COLORS), strict=False):
        if moc["title"] not in existing:
            files = {
                "instructionsFile": ("instructions.pdf", instructions(moc["title"]), "application/pdf"),
                "partsLists": ("parts.csv", PARTS_LIST, "text/csv"),
                "images": ("front.png", picture(color), "image/png"),
            }
            api.post("/api/mocs/with-files", data=moc, files=files).raise_for_status()


def titles_of_mocs(api: httpx.Client) -> set[str]:
    titles: set[str] = set()
    for page in itertools.count(1):
        found = _get(api, f"/api/mocs?limit=100&page={page}")["data"]
        titles |= {moc["title"] for moc in found}
        if not found:
            break
    return titles


def seed_wishes(api: httpx.Client, wishes: tuple[dict[str, str], ...]) -> None:
    existing = {item["title"] for item in _get(api, "/api/wishlist")["data"]["items"]}
    for wish in wishes:
        if wish["title"] not in existing:
            api.post("/api/wishlist", json=wish).raise_for_status()


def seed_avatar(api: httpx.Client, user_id: str, color: str) -> None:
    if _get(api, f"/api/users/{user_id}")["avatarUrl"] is None:
        files = {"avatar": ("stud.png", picture(color), "image/png")}
        api.post(f"/api/users/{user_id}/avatar", files=files).raise_for_status()


def picture(color: str) -> bytes:
    """A stud, seen from above."""
    from PIL import Image, ImageDraw

    drawn = Image.new("RGB", (960, 720), color)
    ImageDraw.Draw(drawn).ellipse((330, 210, 630, 510), outline="black", width=6)
    encoded = io.BytesIO()
    drawn.save(encoded, "PNG")
    return encoded.getvalue()


def instructions(title: str) -> bytes:
    """A PDF of one page that a reader opens."""
    text = f"BT /F1 24 Tf 72 720 Td ({title}) Tj ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    )
    document, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    xref = len(document)
    size = len(objects) + 1
    document += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return document + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, xref)


def _get(api: httpx.Client, path: str) -> Any:
    answer = api.get(path)
    answer.raise_for_status()
    return answer.json()


if __name__ == "__main__":
    main()
