"""A day of the Express server: what each of its routes asks of the database, from a new MOC to its deletion."""

from datetime import UTC, datetime, timedelta

from tests.support.express_queries import Express, by_id


def spend_a_day(express: Express, user: str) -> None:
    """For a user who has nothing yet, and has nothing afterwards. Every answer is what this server expects."""
    _publish(express, user)
    _keep_a_gallery(express, user)
    _wish(express, user)
    for table in ("moc_instructions", "gallery_images", "gallery_albums", "wishlist_items"):
        assert express.count(table, user) == 0, table


def now() -> datetime:
    """In the columns times are UTC, and say nothing of a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def _publish(express: Express, user: str) -> None:
    """POST with-files, upload-parts-list, gallery-images; GET search, stats, {id}; PATCH; DELETE."""
    moc = express.insert("moc_instructions", user_id=user, title="Castle", type="moc", tags=["medieval"], theme="")
    url = f"/uploads/moc-files/{user}/instructions/plan-1.pdf"
    plan = express.insert(
        "moc_files", moc_id=moc["id"], file_type="instruction", file_url=url, original_filename="bild-Ã¤.pdf"
    )
    listed = express.insert(
        "moc_files",
        moc_id=moc["id"],
        file_type="parts-list",
        file_url="/parts-list/undefined",
        original_filename="parts.csv",
        mime_type="text/csv",
    )
    parts = express.insert(
        "moc_parts_lists",
        moc_id=moc["id"],
        file_id=listed["id"],
        title="Parts List - parts.csv",
        total_parts_count="5",
    )
    assert (parts["built"], parts["inventory_percentage"], parts["acquired_parts_count"]) == (False, "0.00", "0")
    [counted] = express.update("moc_instructions", moc["id"], total_piece_count=5, updated_at=now())
    assert counted["total_piece_count"] == 5

    image = express.insert("gallery_images", user_id=user, title="Tower", image_url="/uploads/gallery/tower.jpg")
    link = express.insert("moc_gallery_images", moc_id=moc["id"], gallery_image_id=image["id"])
    assert express.linked_images(moc["id"]) == [
        {"id": image["id"], "title": "Tower", "image_url": image["image_url"], "linked_at": link["id"]}
    ]

    [found] = express.select("moc_instructions", "id = $1", moc["id"])
    assert (found["title"], found["tags"], found["description"]) == ("Castle", ["medieval"], None)
    assert moc["id"] in by_id(express.select("moc_instructions", "true ORDER BY created_at"))
    assert by_id(express.select("moc_files", "moc_id = $1", moc["id"])).keys() == {plan["id"], listed["id"]}
    assert express.themes(user) == [{"theme": "", "count": 1}]
    assert [(row["theme"], row["count"]) for row in express.uploads_over_time(user)] == [("", 1)]

    changes = {"title": "Fortress", "description": "With a moat", "tags": None, "thumbnail_url": url}
    [changed] = express.update("moc_instructions", moc["id"], **changes, updated_at=now() + timedelta(seconds=1))
    assert {name: changed[name] for name in changes} == changes
    assert changed["updated_at"] > found["updated_at"]

    assert express.delete("moc_files", listed["id"])
    assert express.select("moc_parts_lists", "id = $1", parts["id"])[0]["file_id"] is None
    assert express.delete("moc_gallery_images", link["id"])
    assert express.delete("moc_instructions", moc["id"])
    assert express.select("moc_files", "moc_id = $1", moc["id"]) == []
    assert express.select("moc_parts_lists", "moc_id = $1", moc["id"]) == []
    assert express.delete("gallery_images", image["id"])


def _keep_a_gallery(express: Express, user: str) -> None:
    """POST images, flag; GET gallery, albums; PATCH and DELETE of an image. Nothing makes an album but a person."""
    album = express.insert("gallery_albums", user_id=user, title="Castles")
    image = express.insert(
        "gallery_images", user_id=user, title="Gate", image_url="/uploads/gallery/gate.jpg", tags=["gate"]
    )
    assert image["flagged"] is False
    express.insert("gallery_flags", image_id=image["id"], user_id="somebody else", reason=None)
    [moved] = express.update("gallery_images", image["id"], album_id=album["id"], last_updated_at=now())
    assert moved["album_id"] == album["id"]
    inside = "album_id = $1 AND flagged = false ORDER BY created_at DESC LIMIT 20 OFFSET 0"
    assert [row["id"] for row in express.select("gallery_images", inside, album["id"])] == [image["id"]]
    assert [row["id"] for row in express.select("gallery_albums", "user_id = $1", user)] == [album["id"]]
    [outside] = express.update("gallery_images", image["id"], album_id=None, title="Old gate", last_updated_at=now())
    assert (outside["album_id"], outside["title"]) == (None, "Old gate")
    assert express.delete("gallery_images", image["id"])
    assert express.select("gallery_flags", "image_id = $1", image["id"]) == []
    assert express.delete("gallery_albums", album["id"])


def _wish(express: Express, user: str) -> None:
    """POST, GET, reorder, PUT and DELETE of wishes."""
    wishes = [express.insert("wishlist_items", user_id=user, title=title, sort_order=title) for title in ("1", "10")]
    for wish, place in zip(wishes, ("3", "2"), strict=True):
        [placed] = express.update("wishlist_items", wish["id"], sort_order=place, updated_at=now())
        assert placed["sort_order"] == place
    in_order = express.select("wishlist_items", "user_id = $1 ORDER BY sort_order LIMIT 20 OFFSET 0", user)
    assert [row["title"] for row in in_order] == ["10", "1"]
    [changed] = express.update("wishlist_items", wishes[0]["id"], category="Castle", image_url="x:/../../f")
    assert changed["category"] == "Castle"
    assert express.select("wishlist_items", "user_id = $1 AND category = $2", user, "Castle") == [changed]
    for wish in wishes:
        assert express.delete("wishlist_items", wish["id"])
