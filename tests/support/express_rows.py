"""A database as the Express server leaves it, with the odd values that it lets in."""

import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from lego_api.config import Settings
from tests.support.backends import ROOT
from tests.support.commands import lego_api
from tests.support.database import Database
from tests.support.express_queries import Express
from tests.support.own_database import temporary_database

OWNER = "1111aaaa-0000-4000-8000-000000000001"
ODD_OWNER = "auth|ödd user 😀"  # the token's `sub`, whatever that was
MICROSECONDS = datetime(2021, 3, 4, 5, 6, 7, 891_999)


@dataclass
class OldRows:
    """Ids of the owner's things: one of each that everything belongs to, and the odd ones."""

    moc: UUID
    file: UUID
    parts_list: UUID
    album: UUID
    image: UUID
    wish: UUID
    dangling: set[UUID] = field(default_factory=set)  # images whose album is none, and albums whose cover is none


@contextmanager
def existing_database(settings: Settings) -> Iterator[Database]:
    """With the old schema, empty, and nobody has heard of Alembic."""
    schema = runpy.run_path(str(ROOT / "migrations" / "versions" / "0001_existing_schema.py"))
    with temporary_database(settings, template=None) as database:
        database.fetch("DO $$ BEGIN " + "; ".join(schema["TABLES"] + schema["INDEXES"]) + "; END $$")
        yield database


def adopt(database: Database) -> None:
    """Once, and by the commands that docs/cutover.md names."""
    lego_api(database.url, "stamp", "0001")
    lego_api(database.url, "migrate")


def fill(express: Express) -> OldRows:
    moc = express.insert(
        "moc_instructions",
        user_id=OWNER,
        title="Old castle",
        type="moc",
        tags=["medieval", "Knights"],
        theme="Castle",
        thumbnail_url="/uploads/moc-files/o/images/front-1.jpg",
        total_piece_count=5,
        created_at=MICROSECONDS,
        updated_at=MICROSECONDS,
    )["id"]
    file, *_ = (
        express.insert("moc_files", moc_id=moc, file_type=kind, file_url=url, original_filename=name, mime_type=mime)[
            "id"
        ]
        for kind, url, name, mime in (
            ("instruction", "/uploads/moc-files/o/instructions/plan-1.pdf", "plan.pdf", "application/pdf"),
            ("thumbnail", "/uploads/moc-files/o/images/front-1.jpg", "bild-Ã¤.jpg", "image/jpeg"),
            ("gallery-image", "https://elsewhere.example/back.jpg", "back.jpg", None),
            ("parts-list", "/parts-list/undefined", "parts.csv", "text/csv"),
            ("parts-list", "/parts-list/undefined", None, None),
        )
    )
    parts_list = express.insert(
        "moc_parts_lists",
        moc_id=moc,
        file_id=file,
        title="Parts List - parts.csv",
        total_parts_count="5",
        cost_estimate="about 20",
        notes="",
    )["id"]
    album = express.insert("gallery_albums", user_id=OWNER, title="Old album")["id"]
    image = express.insert(
        "gallery_images",
        user_id=OWNER,
        title="Old gate",
        image_url=f"/uploads/gallery/o/{album}/gate.jpg",
        album_id=album,
        tags=["gate"],
        created_at=MICROSECONDS,
    )["id"]
    express.update("gallery_albums", album, cover_image_id=image)
    express.insert("gallery_flags", image_id=image, user_id="somebody", reason=None)
    express.insert("moc_gallery_images", moc_id=moc, gallery_image_id=image)
    express.insert("moc_gallery_albums", moc_id=moc, gallery_album_id=album)
    wish = express.insert("wishlist_items", user_id=OWNER, title="Old falcon", sort_order="10")["id"]
    rows = OldRows(moc, file, parts_list, album, image, wish)
    _fill_with_odd_values(express, rows)
    return rows


def _fill_with_odd_values(express: Express, rows: OldRows) -> None:
    odd_sets = (
        {"title": "Castle", "type": "set", "brand": "LEGO", "set_number": "10305-1", "retired": False, "theme": ""},
        {"title": "", "type": "moc", "tags": {}, "description": "x" * 200_000},
        {"title": "'; DROP TABLE moc_files; --", "type": "moc", "tags": [], "parts_count": 2**31 - 1},
        {"title": "😀" * 255, "type": "moc", "tags": [5, None, ["x"], "castle"], "thumbnail_url": ""},
        {"title": "Of another kind", "type": "other", "tags": "castle", "release_year": -1},
        {"title": "Long ago", "type": "moc", "created_at": datetime(1, 1, 1), "uploaded_date": datetime(9999, 12, 31)},
    )
    for odd in odd_sets:
        express.insert("moc_instructions", user_id=OWNER, **odd)
    express.insert("moc_instructions", user_id=ODD_OWNER, title="Old castle", type="moc")

    odd_list = {"built": None, "purchased": None, "inventory_percentage": None, "acquired_parts_count": None}
    for count in ("many", "", "-3", "9" * 30, None):
        express.insert("moc_parts_lists", moc_id=rows.moc, title="", total_parts_count=count, **odd_list)

    for album in (uuid4(), express.insert("gallery_albums", user_id=ODD_OWNER, title="Not the owner's")["id"]):
        image = express.insert("gallery_images", user_id=OWNER, title="Lost", image_url="x:/../../f", album_id=album)
        rows.dangling.add(image["id"])
    cover = express.insert("gallery_albums", user_id=OWNER, title="", cover_image_id=uuid4())
    rows.dangling.add(cover["id"])
    express.insert("gallery_images", user_id=OWNER, title="", image_url="", tags={"a": 1}, flagged=None)
    express.insert("gallery_images", user_id=OWNER, title="No tag", image_url="/uploads/g.jpg", tags="castle")

    for order in ("", "1.5", "2", "first", "-1", "\N{ARABIC-INDIC DIGIT ONE}", "9" * 100):
        express.insert(
            "wishlist_items",
            user_id=OWNER,
            title=f"Wish {order}",
            sort_order=order,
            product_link="javascript:alert(1)",
            image_url="x:/../../victim.txt",
            category="",
        )
    express.insert("wishlist_items", user_id=ODD_OWNER, title="", sort_order="1")
