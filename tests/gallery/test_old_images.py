"""Rows of the old server, which checked little: they are shown, changed and deleted, and their files stay."""

from datetime import datetime
from typing import Any

import pytest

from tests.gallery.builders import IMAGE_KEYS, Json, album, images, old_image
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.objects import Objects

OLD_URL = "/uploads/gallery/alice/uncategorized/1.jpg"
ODD_COLUMNS: dict[str, dict[str, Any]] = {
    "as it was": {},
    "never flagged": {"flagged": None},
    "an object for tags": {"tags": {"a": 1}},
    "a text for tags": {"tags": "castle"},
    "numbers among tags": {"tags": ["castle", 5, None, ["x"]]},
    "an empty title": {"title": ""},
    "a blank title": {"title": "  "},
    "a long title": {"title": "x" * 300},
    "a long description": {"description": "x" * 500_000},
    "an absolute URL": {"image_url": "https://old.example/a b.jpg"},
    "the first moment there is": {"created_at": datetime(1, 1, 1), "last_updated_at": datetime(1, 1, 1)},
    "the last moment there is": {"created_at": datetime.max},
}
SHOWN: dict[str, Json] = {
    "as it was": {"imageUrl": OLD_URL, "url": OLD_URL, "thumbnailUrl": None, "author": None, "category": None},
    "never flagged": {"flagged": False},
    "an object for tags": {"tags": None},
    "a text for tags": {"tags": None},
    "numbers among tags": {"tags": ["castle"]},
    "an absolute URL": {"imageUrl": "https://old.example/a b.jpg"},
    "the first moment there is": {"createdAt": "0001-01-01T00:00:00.000Z", "updatedAt": "0001-01-01T00:00:00.000Z"},
    "the last moment there is": {"createdAt": "9999-12-31T23:59:59.999Z"},
}


@pytest.mark.parametrize("case", ODD_COLUMNS)
def test_an_odd_image(over_http: Api, database: Database, case: str) -> None:
    user = over_http.user()
    id = old_image(database, user, **ODD_COLUMNS[case])
    shown = user.get(f"/api/images/{id}").json()["image"]
    assert list(shown) == IMAGE_KEYS
    expected = SHOWN.get(case, {})
    assert {name: shown[name] for name in expected} == expected
    assert images(user) == [shown]
    paths = ("/api/gallery", "/api/gallery/search", "/api/images/search?q=x", "/api/gallery/tags")
    assert [user.get(path).status_code for path in paths] == [200] * len(paths)
    assert user.get(f"/api/gallery/{id}/download").status_code == 302

    made = album(user)
    answer = user.patch(f"/api/images/{id}", json={"category": "Castles", "albumId": made["id"]})
    assert answer.status_code == 200, answer.text
    changed = answer.json()["image"]
    times = {name: changed[name] for name in ("lastUpdatedAt", "updatedAt")}
    assert changed == shown | {"category": "Castles", "albumId": made["id"], **times}
    assert user.get("/api/albums").status_code == user.get(f"/api/albums/{made['id']}").status_code == 200
    assert user.delete(f"/api/images/{id}").json()["image"] == changed
    assert images(user) == []


@pytest.mark.parametrize("route", ["image", "gallery", "batch"])
def test_files_of_the_old_server_are_never_deleted(
    over_http: Api, database: Database, objects: Objects, route: str
) -> None:
    user = over_http.user()
    key = f"gallery/{user.id}/uncategorized/1.jpg"
    url = f"/uploads/{key}"
    for name in (key, url):  # whatever the address might be taken for
        objects.s3.put_object(Bucket=objects.bucket, Key=name, Body=b"a picture")
    id = old_image(database, user, image_url=url)
    answer = {
        "image": lambda: user.delete(f"/api/images/{id}"),
        "gallery": lambda: user.delete(f"/api/gallery/{id}"),
        "batch": lambda: user.request("DELETE", "/api/gallery/batch-delete", json={"imageIds": [id]}),
    }[route]()
    assert answer.status_code == 200, answer.text
    assert objects.keys(key) | objects.keys(url) == {key, url}
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0
