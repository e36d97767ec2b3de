"""What a profile shows: to everybody what somebody has, and to themselves also who they are."""

from urllib.parse import quote
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.refusals import refusal
from tests.support.user_pool import UsersOfPool
from tests.users.builders import known, profile

MOC_KEYS = [
    *("id", "userId", "title", "description", "type", "author", "partsCount", "theme", "subtheme", "uploadedDate"),
    *("brand", "setNumber", "releaseYear", "retired", "tags", "thumbnailUrl", "totalPieceCount"),
    *("createdAt", "updatedAt"),
]
IMAGE_KEYS = [
    *("id", "userId", "title", "description", "tags", "imageUrl", "albumId", "flagged", "createdAt", "lastUpdatedAt"),
]
EMPTY_STATS = {"mocsCount": 0, "imagesCount": 0, "albumsCount": 0, "wishlistCount": 0}

INSERTS = {
    "moc_instructions": "(user_id, title, type, created_at) SELECT $1, 'MOC ' || n, 'moc', {time}",
    "gallery_images": "(user_id, title, image_url, created_at) SELECT $1, 'Image ' || n, 'gallery/' || n, {time}",
    "gallery_albums": "(user_id, title) SELECT $1, 'Album ' || n",
    "wishlist_items": "(user_id, title, sort_order) SELECT $1, 'Wish ' || n, n::text",
}
MINUTES_AFTER_2020 = "'2020-01-01'::timestamp + n * interval '1 minute'"


def insert(database: Database, table: str, user_id: str, count: int) -> None:
    """Rows with numbers from 1, each a minute newer than the one before."""
    values = INSERTS[table].format(time=MINUTES_AFTER_2020)
    database.fetch(f"INSERT INTO {table} {values} FROM generate_series(1, $2::int) AS n", user_id, count)


def test_who_has_nothing(api: Api) -> None:
    user_id = str(uuid4())
    assert profile(api.client(), user_id) == {
        "userId": user_id,
        "stats": EMPTY_STATS,
        "recentMocs": [],
        "recentImages": [],
    }


def test_the_counts_and_the_five_newest(api: Api, database: Database) -> None:
    user_id = str(uuid4())
    for number, table in enumerate(INSERTS, start=6):
        insert(database, table, user_id, number)
        insert(database, table, str(uuid4()), 3)
    body = profile(api.client(), user_id)
    assert list(body) == ["userId", "stats", "recentMocs", "recentImages"]
    assert body["stats"] == {"mocsCount": 6, "imagesCount": 7, "albumsCount": 8, "wishlistCount": 9}
    assert [moc["title"] for moc in body["recentMocs"]] == [f"MOC {n}" for n in (6, 5, 4, 3, 2)]
    assert [image["title"] for image in body["recentImages"]] == [f"Image {n}" for n in (7, 6, 5, 4, 3)]
    assert list(body["recentMocs"][0]) == MOC_KEYS
    assert list(body["recentImages"][0])[: len(IMAGE_KEYS)] == IMAGE_KEYS
    assert body["recentMocs"][0]["createdAt"] == "2020-01-01T00:06:00.000Z"
    image = body["recentImages"][0]
    assert (image["imageUrl"], image["flagged"], image["tags"]) == ("/uploads/gallery/7", False, None)


def test_things_of_the_same_time_are_always_in_the_same_order(over_http: Api, database: Database) -> None:
    user_id = str(uuid4())
    for table in ("moc_instructions", "gallery_images"):
        insert(database, table, user_id, 20)
        database.fetch(f"UPDATE {table} SET created_at = '2020-01-01' WHERE user_id = $1", user_id)
    body = profile(over_http.client(), user_id)
    newest = database.fetch(
        "SELECT id::text FROM moc_instructions WHERE user_id = $1 ORDER BY id DESC LIMIT 5", user_id
    )
    assert [moc["id"] for moc in body["recentMocs"]] == [row["id"] for row in newest]
    assert [image["title"] for image in body["recentImages"]] == [f"Image {n}" for n in (20, 19, 18, 17, 16)]


def test_a_moc_is_shown_as_everywhere_else(api: Api) -> None:
    user = api.user()
    moc = {"title": "Burg ä \N{CASTLE}", "tags": ["castle"], "theme": "Castle", "uploadedDate": "2024-05-01T10:00:00Z"}
    created = user.post("/api/mocs", json=moc).json()["moc"]
    assert profile(user, user.id)["recentMocs"] == [created]


def test_rows_of_the_old_server(over_http: Api, database: Database) -> None:
    user_id = f"auth0|{uuid4()}"
    database.fetch(
        "INSERT INTO moc_instructions (user_id, title, type, tags, thumbnail_url, uploaded_date)"
        """ VALUES ($1, '', 'something', '{"a": [1e400]}', 'https://old.example/x y.jpg', '0001-01-01')""",
        user_id,
    )
    database.fetch(
        "INSERT INTO gallery_images (user_id, title, image_url, tags, flagged)"
        """ VALUES ($1, '', '', '[1, "a", null]', NULL)""",
        user_id,
    )
    body = profile(over_http.client(), user_id)
    [moc], [image] = body["recentMocs"], body["recentImages"]
    assert (moc["type"], moc["tags"], moc["thumbnailUrl"]) == ("something", None, "https://old.example/x y.jpg")
    assert moc["uploadedDate"] == "0001-01-01T00:00:00.000Z"
    assert (image["imageUrl"], image["tags"], image["flagged"]) == ("", ["a"], False)


@pytest.mark.parametrize("user_id", ["1", "a b", "ä\N{BRICK}", "'; --", "%", "{user_id}", "a" * 4000, "x}:y"])
def test_any_text_is_an_id(api: Api, user_id: str) -> None:
    body = profile(api.client(), quote(user_id, safe=""))
    assert (body["userId"], body["stats"]) == (user_id, EMPTY_STATS)


def test_a_nul_is_no_text(api: Api) -> None:
    assert refusal(api.client().get("/api/users/a%00b"))[:2] == (400, "VALIDATION_ERROR")


def test_two_ids_never_get_each_others_answer(api: Api, database: Database) -> None:
    base = str(uuid4())
    ids = [base, base.upper(), f"{base} ", f"{base}:1", f"profile:{base}", base[:-1]]
    for number, user_id in enumerate(ids, start=1):
        insert(database, "wishlist_items", user_id, number)
    for _ in range(2):
        seen = [profile(api.client(), user_id.replace(" ", "%20")) for user_id in ids]
        assert [body["userId"] for body in seen] == ids
        assert [body["stats"]["wishlistCount"] for body in seen] == [1, 2, 3, 4, 5, 6]


def test_only_the_user_sees_who_they_are(api: Api, pool: UsersOfPool) -> None:
    user = known(api, pool, name="Anna Ä", picture="https://pictures.example/anna.jpg")
    own = profile(user, user.id)
    assert list(own)[-2:] == ["name", "avatarUrl"]
    assert (own["name"], own["avatarUrl"]) == ("Anna Ä", "https://pictures.example/anna.jpg")
    public = {name: value for name, value in own.items() if name not in ("name", "avatarUrl")}
    for who in (api.client(), api.user(), api.admin(), api.client(Authorization="Bearer rubbish")):
        assert profile(who, user.id) == public
    assert profile(api.cookie_user(user.id), user.id) == own
    assert profile(user, user.id) == own


def test_what_cognito_does_not_have_is_null(api: Api, user: User) -> None:
    body = profile(user, user.id)
    assert (body["name"], body["avatarUrl"]) == (None, None)


def test_who_is_no_longer_in_the_pool_has_no_name(over_http: Api, pool: UsersOfPool) -> None:
    gone = known(over_http, pool, name="Anna")
    pool.delete(gone.id)
    body = profile(gone, gone.id)
    assert (body["name"], body["avatarUrl"]) == (None, None)


def test_an_id_token_names_the_user_in_its_own_way(over_http: Api, pool: UsersOfPool, settings: Settings) -> None:
    user_id = str(uuid4())
    pool.add(user_id, name="Anna")
    claims = {"token_use": "id", "client_id": None, "aud": settings.cognito_client_ids[0], "username": None}
    user = over_http.user(user_id, **claims, **{"cognito:username": f"{user_id}@example.com"})
    assert profile(user, user_id)["name"] == "Anna"


def test_a_token_without_a_username(over_http: Api, pool: UsersOfPool) -> None:
    """The pool takes the `sub` for it."""
    email = str(uuid4())
    pool.add(email, name="Anna")
    sub = pool.attributes(email)["sub"]
    assert profile(over_http.user(sub, username=None), sub)["name"] == "Anna"


def test_the_answer_to_oneself_is_nobody_elses(api: Api, pool: UsersOfPool) -> None:
    user = known(api, pool, name="Anna")
    path = f"/api/users/{user.id}"
    own, public = user.get(path), api.client().get(path)
    assert own.headers["cache-control"] == "private, no-cache"
    assert own.headers["etag"] != public.headers["etag"]
    assert user.get(path, headers={"If-None-Match": own.headers["etag"]}).status_code == 304
    stale = user.get(path, headers={"If-None-Match": public.headers["etag"]})
    assert (stale.status_code, stale.json()["name"]) == (200, "Anna")
    assert "name" not in api.client().get(path, headers={"If-None-Match": own.headers["etag"]}).json()
    head = api.client().head(path)
    assert (head.status_code, head.content) == (200, b"")
