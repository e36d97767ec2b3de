"""How long a picture lives: as long as an item shows it, or a day when none ever did."""

from collections.abc import Callable

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.maintenance import run_maintenance
from tests.support.objects import Objects, key_of
from tests.wishlist.builders import Json, issues, new_item, send_image, uploaded

GONE = "The uploaded picture is no longer there. Upload it again."


def let_time_pass(database: Database, key: str, hours: float) -> None:
    """For the announcement that the picture is to be deleted, if there still is one."""
    earlier = "UPDATE outbox SET available_at = available_at - make_interval(secs => $2) WHERE payload->'keys' ? $1"
    database.fetch(earlier, key, hours * 3600)


@pytest.fixture
def user(over_http: Api) -> User:
    return over_http.user()


@pytest.fixture
def stored(objects: Objects, user: User) -> Callable[[], set[str]]:
    """The keys of the user's pictures."""
    return lambda: objects.keys(f"wishlist/{user.id}/")


def test_a_picture_nobody_shows_lives_for_a_day(
    user: User, stored: Callable[[], set[str]], database: Database, settings: Settings
) -> None:
    url = uploaded(user)
    let_time_pass(database, key_of(url), hours=23.9)
    run_maintenance(settings)
    assert stored() == {key_of(url)}
    let_time_pass(database, key_of(url), hours=0.2)
    run_maintenance(settings)
    assert stored() == set()
    answer = user.post("/api/wishlist", json={"title": "Falcon", "sortOrder": "1", "imageUrl": url})
    assert issues(answer) == [{"code": "invalid_format", "path": ["imageUrl"], "message": GONE}]


@pytest.mark.parametrize("by", ["create", "update", "upload to the item"])
def test_a_picture_that_is_shown_stays(
    user: User, stored: Callable[[], set[str]], database: Database, settings: Settings, by: str
) -> None:
    if by == "create":
        url = new_item(user, imageUrl=uploaded(user))["imageUrl"]
    elif by == "update":
        path = f"/api/wishlist/{new_item(user)['id']}"
        url = user.patch(path, json={"imageUrl": uploaded(user)}).json()["data"]["item"]["imageUrl"]
    else:
        url = send_image(user, to=f"/api/wishlist/{new_item(user)['id']}/image").json()["data"]["imageUrl"]
    assert database.count("outbox", "payload->'keys' ? $1", key_of(url)) == 0
    let_time_pass(database, key_of(url), hours=10_000)
    run_maintenance(settings)
    assert stored() == {key_of(url)}


def test_a_refused_write_does_not_keep_a_picture(
    user: User, stored: Callable[[], set[str]], database: Database, settings: Settings
) -> None:
    url = uploaded(user)
    assert user.patch("/api/wishlist/42", json={"imageUrl": url}).status_code == 404
    assert user.post("/api/wishlist", json={"title": "", "sortOrder": "1", "imageUrl": url}).status_code == 400
    let_time_pass(database, key_of(url), hours=25)
    run_maintenance(settings)
    assert stored() == set()


def path_of(item: Json) -> str:
    return f"/api/wishlist/{item['id']}"


def image_of(user: httpx.Client, item: Json) -> str | None:
    url: str | None = user.get(path_of(item)).json()["data"]["item"]["imageUrl"]
    return url


ENDINGS: dict[str, Callable[[httpx.Client, Json], httpx.Response]] = {
    "cleared": lambda user, item: user.patch(path_of(item), json={"imageUrl": None}),
    "another upload": lambda user, item: user.put(path_of(item), json={"imageUrl": uploaded(user)}),
    "another address": lambda user, item: user.put(path_of(item), json={"imageUrl": "https://example.com/x.jpg"}),
    "upload to the item": lambda user, item: send_image(user, to=f"{path_of(item)}/image"),
    "item deleted": lambda user, item: user.delete(path_of(item)),
}
endings = pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
End = Callable[[httpx.Client, Json], httpx.Response]


@endings
def test_the_object_goes_when_no_item_shows_it_any_more(user: User, stored: Callable[[], set[str]], end: End) -> None:
    first = new_item(user, imageUrl=uploaded(user))
    key = key_of(first["imageUrl"])
    other = new_item(user, imageUrl=uploaded(user))
    assert end(user, first).status_code == 200
    assert key not in stored()
    assert key_of(other["imageUrl"]) in stored()
    again = user.post("/api/wishlist", json={"title": "x", "sortOrder": "1", "imageUrl": first["imageUrl"]})
    assert issues(again)[0]["message"] == GONE


@endings
def test_the_object_stays_while_another_item_shows_it(user: User, stored: Callable[[], set[str]], end: End) -> None:
    url = uploaded(user)
    first, second = new_item(user, imageUrl=url), new_item(user, imageUrl=url)
    assert end(user, first).status_code == 200
    assert key_of(url) in stored()
    assert image_of(user, second) == url
    assert end(user, second).status_code == 200
    assert key_of(url) not in stored()


def test_the_same_picture_again_is_no_change(user: User, stored: Callable[[], set[str]]) -> None:
    item = new_item(user, imageUrl=uploaded(user))
    answer = user.put(path_of(item), json={"title": "Eagle", "imageUrl": item["imageUrl"]})
    assert answer.json()["data"]["item"]["imageUrl"] == item["imageUrl"]
    assert user.patch(path_of(item), json={"title": "Hawk"}).status_code == 200
    assert stored() == {key_of(item["imageUrl"])}


def test_an_address_that_a_browser_made_absolute(user: User, stored: Callable[[], set[str]]) -> None:
    """`img.src` is absolute, whatever the attribute says. The picture is the item's all the same."""
    url = uploaded(user)
    item = new_item(user, imageUrl=str(user.base_url.join(url)))
    assert item["imageUrl"] == url
    answer = user.put(path_of(item), json={"imageUrl": f"https://localhost:9000{url}"})
    assert answer.json()["data"]["item"]["imageUrl"] == url
    assert stored() == {key_of(url)}
    assert user.delete(path_of(item)).status_code == 200
    assert stored() == set()


@pytest.mark.parametrize("kind", ["foreign", "foreign MOC", "no such", "odd name", "traversal", "with query"])
def test_what_is_no_upload_of_the_user_is_not_accepted(over_http: Api, user: User, kind: str) -> None:
    own, foreign = uploaded(user), uploaded(over_http.user())
    urls = {
        "foreign": foreign,
        "foreign MOC": "/uploads/mocs/x/y.webp",
        "no such": f"/uploads/wishlist/{user.id}/{'0' * 8}-0000-4000-8000-{'0' * 12}.webp",
        "odd name": f"/uploads/wishlist/{user.id}/brick.webp",
        "traversal": foreign.replace("/wishlist/", f"/wishlist/{user.id}/../"),
        "with query": f"{own}?width=10",
    }
    answer = user.post("/api/wishlist", json={"title": "x", "sortOrder": "1", "imageUrl": urls[kind]})
    assert issues(answer)[0]["path"] == ["imageUrl"]
