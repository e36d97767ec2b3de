"""Both servers write to one database, and each sees what the other has written; also once the new one is off again."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from lego_api.config import Settings
from tests.support.clients import User
from tests.support.database import Database
from tests.support.express_access import express_role, run_statements, statements_with
from tests.support.express_answers import answer, assert_answered
from tests.support.express_queries import COLUMNS, Express
from tests.support.express_rows import OWNER, OldRows, adopt, existing_database, fill
from tests.support.faults import serving
from tests.support.pictures import CSV, JPEG, PDF

pytestmark = pytest.mark.large

# Where references to files are, by table.
REFERENCES = {
    "moc_files": "file_url",
    "moc_instructions": "thumbnail_url",
    "gallery_images": "image_url",
    "wishlist_items": "image_url",
}


@pytest.fixture
def existing(settings: Settings) -> Iterator[Database]:
    with existing_database(settings) as database:
        yield database


@pytest.fixture
def express(existing: Database) -> Iterator[Express]:
    with express_role(existing) as express:
        yield express


@pytest.fixture
def rows(existing: Database, express: Express) -> OldRows:
    rows = fill(express)
    adopt(existing)
    return rows


@pytest.fixture
def adopted(settings: Settings, existing: Database, rows: OldRows) -> Settings:
    return settings.model_copy(update={"database_url": existing.settings_url, "redis_url": None})


def store_one_of_everything(user: User) -> dict[str, list[dict[str, Any]]]:
    """What the API answers of it, by table."""
    moc = user.post("/api/mocs", json={"title": "New castle", "tags": ["new"], "theme": "Castle"}).json()["moc"]
    plan, kind = {"file": ("plan.pdf", PDF)}, {"fileType": "instruction"}
    file = user.post(f"/api/mocs/{moc['id']}/files", data=kind, files=plan).json()["file"]
    sent = {"partsListFile": ("parts.csv", CSV)}
    listed = user.post(f"/api/mocs/{moc['id']}/upload-parts-list", files=sent).json()["data"]
    album = user.post("/api/albums", json={"title": "New album"}).json()["album"]
    texts = {"title": "New gate", "albumId": album["id"], "tags": ["a", "b"]}
    image = user.post("/api/images", data=texts, files={"image": ("gate.jpg", JPEG, "image/jpeg")}).json()["image"]
    user.post(f"/api/mocs/{moc['id']}/gallery-images", json={"galleryImageId": image["id"]}).raise_for_status()
    album = user.put(f"/api/albums/{album['id']}", json={"coverImageId": image["id"]}).json()["album"]
    user.post("/api/flag", json={"imageId": image["id"], "reason": "not Lego"}).raise_for_status()
    wish = user.post("/api/wishlist", json={"title": "New falcon", "sortOrder": "3"}).json()["data"]["item"]
    return {
        "moc_instructions": [user.get(f"/api/mocs/{moc['id']}").json()["data"]],
        "moc_files": [file, listed["file"]],
        "moc_parts_lists": user.get(f"/api/mocs/{moc['id']}/parts-lists").json()["data"],
        "gallery_albums": [album],
        "gallery_images": [image],
        "wishlist_items": [wish],
    }


def with_keys(item: dict[str, Any]) -> dict[str, Any]:
    """New rows have an object's key where clients get its URL."""
    return {
        name: value.removeprefix("/uploads/") if name.endswith("Url") and value else value
        for name, value in item.items()
    }


def test_what_the_new_one_stores_the_old_one_sees_when_it_is_alone_again(adopted: Settings, express: Express) -> None:
    with serving(adopted) as served:
        user = served.user()
        stored = store_one_of_everything(user)
    assert all(stored.values())
    for table, items in stored.items():
        owned = "user_id = $1"
        if "user_id" not in COLUMNS[table]:
            owned = f"moc_id IN (SELECT id FROM moc_instructions WHERE {owned})"
        assert_answered([with_keys(item) for item in items], express.select(table, owned, user.id))
    [moc], [album], [image] = (stored[table] for table in ("moc_instructions", "gallery_albums", "gallery_images"))
    assert [row["title"] for row in express.linked_images(UUID(moc["id"]))] == ["New gate"]
    assert express.select("gallery_flags", "image_id = $1", UUID(image["id"]))[0]["reason"] == "not Lego"
    assert express.select("gallery_albums", "cover_image_id = $1", UUID(image["id"]))[0]["id"] == UUID(album["id"])

    for table in ("gallery_albums", "gallery_images", "moc_instructions", "wishlist_items"):
        for item in stored[table]:
            changed = express.update(table, UUID(item["id"]), title="Changed by the old server")
            assert changed[0]["title"] == "Changed by the old server"
            assert express.delete(table, UUID(item["id"])), table
    assert all(express.count(table, user.id) == 0 for table in stored if "user_id" in COLUMNS[table])


def test_what_the_new_one_changes_the_old_one_sees(adopted: Settings, rows: OldRows, express: Express) -> None:
    with serving(adopted) as served:
        owner = served.user(OWNER)
        owner.patch(f"/api/mocs/{rows.moc}", json={"title": "Newer castle", "tags": None}).raise_for_status()
        owner.patch(f"/api/wishlist/{rows.wish}", json={"sortOrder": "4"}).raise_for_status()
        owner.delete(f"/api/images/{rows.image}").raise_for_status()
        owner.delete(f"/api/mocs/{rows.moc}/parts-lists/{rows.parts_list}").raise_for_status()
    [changed] = express.select("moc_instructions", "id = $1", rows.moc)
    assert (changed["title"], changed["tags"]) == ("Newer castle", None)
    assert express.select("wishlist_items", "id = $1", rows.wish)[0]["sort_order"] == "4"
    assert express.select("gallery_images", "id = $1", rows.image) == []
    assert express.linked_images(rows.moc) == []
    assert express.select("gallery_albums", "id = $1", rows.album)[0]["cover_image_id"] is None
    assert express.select("moc_parts_lists", "id = $1", rows.parts_list) == []


def test_what_the_old_one_does_the_new_one_answers(adopted: Settings, rows: OldRows, express: Express) -> None:
    with serving(adopted) as served:
        created = express.insert("moc_instructions", user_id=OWNER, title="Made beside", type="moc")
        assert answer(served, OWNER, f"/api/mocs/{created['id']}")["data"]["title"] == "Made beside"
        express.update("moc_instructions", created["id"], title="Changed beside")
        assert_answered(
            answer(served, OWNER, "/api/mocs?limit=100")["data"],
            express.select("moc_instructions", "user_id = $1", OWNER),
        )
        express.delete("moc_instructions", created["id"])
        assert served.user(OWNER).get(f"/api/mocs/{created['id']}").status_code == 404

        express.delete("gallery_albums", rows.album)
        assert answer(served, OWNER, f"/api/images/{rows.image}")["image"]["albumId"] is None
        added = express.insert("gallery_images", user_id=OWNER, title="Newest", image_url="/uploads/newest.jpg")
        assert answer(served, OWNER, "/api/gallery?limit=1")["items"][0]["id"] == str(added["id"])


def test_the_old_one_gets_addresses_of_the_new_ones_files(
    adopted: Settings, existing: Database, express: Express
) -> None:
    with serving(adopted) as served:
        user = served.user()
        stored = store_one_of_everything(user)
        moc, image = stored["moc_instructions"][0], stored["gallery_images"][0]
        picture = {"file": ("front.jpg", JPEG, "image/jpeg")}
        thumbnail = user.post(f"/api/mocs/{moc['id']}/files", data={"fileType": "thumbnail"}, files=picture).json()[
            "moc"
        ]
        wished = user.post(f"/api/wishlist/{stored['wishlist_items'][0]['id']}/image", files={"image": picture["file"]})
        addresses = {
            "moc_files": {file["fileUrl"] for file in user.get(f"/api/mocs/{moc['id']}").json()["data"]["files"]},
            "moc_instructions": {thumbnail["thumbnailUrl"]},
            "gallery_images": {image["imageUrl"]},
            "wishlist_items": {wished.raise_for_status().json()["data"]["item"]["imageUrl"]},
        }
        others = express.everything()
        run_statements(existing, statements_with("UPDATE moc_files"))
        for table, column in REFERENCES.items():
            changed = [row for row in express.select(table) if row != others[table][row["id"]]]
            assert {row[column] for row in changed} == addresses[table], table
        assert user.get(f"/api/images/{image['id']}").json()["image"]["imageUrl"] == image["imageUrl"]
