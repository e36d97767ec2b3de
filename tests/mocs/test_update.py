"""Changing MOCs and sets, by their owners and by admins."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.mocs.builders import MOC_KEYS, detail, moc_with_files, new_moc, problems, unused_title
from tests.mocs.test_create import OF_A_MOC, OF_A_SET, SHARED
from tests.support.clients import Api
from tests.support.pictures import JPEG
from tests.support.refusals import refusal
from tests.support.route_table import NOBODYS_ID

METHODS = ("PATCH", "PUT")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kind", "own", "foreign"), [("moc", OF_A_MOC, OF_A_SET), ("set", OF_A_SET, OF_A_MOC)])
def test_every_column_of_its_type_changes_and_null_clears(
    api: Api, method: str, kind: str, own: dict[str, Any], foreign: dict[str, Any]
) -> None:
    user = api.user()
    moc = new_moc(user, type=kind)
    title = unused_title()
    changes = {"title": title, **SHARED, **own, **foreign, "type": "other", "userId": "mallory", "unknown": 1}
    answer = user.request(method, f"/api/mocs/{moc['id']}", json=changes)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["message", "moc"]
    assert answer.json()["message"] == "MOC metadata updated"
    changed = answer.json()["moc"]
    assert list(changed) == MOC_KEYS
    assert changed == moc | SHARED | own | {"title": title, "updatedAt": changed["updatedAt"]}
    assert changed["updatedAt"] > moc["updatedAt"]
    assert {name: detail(user, moc)[name] for name in MOC_KEYS} == changed

    cleared = user.request(method, f"/api/mocs/{moc['id']}", json=dict.fromkeys(SHARED | own)).json()["moc"]
    assert cleared == changed | dict.fromkeys(SHARED | own) | {"updatedAt": cleared["updatedAt"]}


@pytest.mark.parametrize("method", METHODS)
def test_only_what_was_sent_changes(over_http: Api, method: str) -> None:
    user = over_http.user()
    moc = new_moc(user, **SHARED)
    changed = user.request(method, f"/api/mocs/{moc['id']}", json={"theme": "Space"}).json()["moc"]
    assert changed == moc | {"theme": "Space", "updatedAt": changed["updatedAt"]}
    touched = user.request(method, f"/api/mocs/{moc['id']}", json={}).json()["moc"]
    assert touched == changed | {"updatedAt": touched["updatedAt"]}
    assert touched["updatedAt"] > changed["updatedAt"] > moc["updatedAt"]


def test_the_trailing_slash_and_the_case_of_the_path_do_not_matter(over_http: Api) -> None:
    user = over_http.user()
    moc = new_moc(user)
    answer = user.patch(f"/API/Mocs/{moc['id'].upper()}/", json={"theme": "Space"})
    assert answer.json()["moc"]["theme"] == "Space"


def test_a_title_of_another_moc_is_a_conflict_and_its_own_is_not(over_http: Api) -> None:
    user = over_http.user()
    taken, moc = new_moc(user), new_moc(user)
    answer = user.patch(f"/api/mocs/{moc['id']}", json={"title": taken["title"], "theme": "Space"})
    assert refusal(answer) == (409, "CONFLICT", "You already have a MOC with this title")
    assert {name: detail(user, moc)[name] for name in MOC_KEYS} == moc
    assert user.patch(f"/api/mocs/{moc['id']}", json={"title": moc["title"]}).status_code == 200


def test_changes_at_once_lose_nothing(over_http: Api) -> None:
    user = over_http.user()
    moc = new_moc(user)
    changes = [{name: value} for name, value in (SHARED | OF_A_MOC).items()]
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda change: user.patch(f"/api/mocs/{moc['id']}", json=change), changes)
        assert {answer.status_code for answer in answers} == {200}
    shown = detail(user, moc)
    assert {name: shown[name] for name in SHARED | OF_A_MOC} == SHARED | OF_A_MOC


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_may_not_and_an_admin_may(api: Api, method: str) -> None:
    owner = api.user()
    moc = new_moc(owner)
    refused = api.user().request(method, f"/api/mocs/{moc['id']}", json={"title": "Mine"})
    assert refusal(refused) == (403, "FORBIDDEN", "Forbidden: You do not have permission to edit this MOC")
    invalid = api.user().request(method, f"/api/mocs/{moc['id']}", json={"title": 5})
    assert refusal(invalid)[0] == 403, "whose it is comes before what was sent"
    changed = api.admin().request(method, f"/api/mocs/{moc['id']}", json={"theme": "Space"})
    assert changed.status_code == 200
    assert changed.json()["moc"]["userId"] == owner.id
    assert owner.get("/api/mocs").json()["data"] == [changed.json()["moc"]]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("id", [NOBODYS_ID, "test-moc-1", "stats", "1", "%20", "x" * 300])
def test_what_does_not_exist_is_not_found(over_http: Api, method: str, id: str) -> None:
    answer = over_http.user().request(method, f"/api/mocs/{id}", json={"title": "x"})
    assert refusal(answer) == (404, "MOC_NOT_FOUND", "MOC not found")


@pytest.mark.parametrize("spelling", ["{{{}}}", "urn:uuid:{}"])
def test_a_moc_has_one_address(over_http: Api, spelling: str) -> None:
    user = over_http.user()
    moc = new_moc(user)
    for id in (spelling.format(moc["id"]), moc["id"].replace("-", "")):
        assert user.get(f"/api/mocs/{id}").status_code == 404
    assert user.get(f"/api/mocs/{moc['id'].upper()}").status_code == 200


@pytest.mark.parametrize("field", ["description", "author", "theme", "subtheme", "setNumber", "thumbnailUrl"])
def test_an_empty_text_is_none(over_http: Api, field: str) -> None:
    user = over_http.user()
    moc = new_moc(user)
    assert user.patch(f"/api/mocs/{moc['id']}", json={field: ""}).json()["moc"][field] is None


def test_the_thumbnail_may_be_one_of_its_pictures(over_http: Api) -> None:
    user = over_http.user()
    pictures = [("images", (name, JPEG, "image/jpeg")) for name in ("front.jpg", "back.jpg")]
    moc, other = moc_with_files(user, *pictures), moc_with_files(user, *pictures)
    back = moc["images"][1]["url"]
    changed = user.patch(f"/api/mocs/{moc['id']}", json={"thumbnailUrl": back})
    assert changed.json()["moc"]["thumbnailUrl"] == back
    unchanged = user.patch(f"/api/mocs/{moc['id']}", json={"thumbnailUrl": back})
    assert unchanged.json()["moc"]["thumbnailUrl"] == back
    by_its_origin = user.patch(f"/api/mocs/{moc['id']}", json={"thumbnailUrl": f"http://localhost:9000{back}"})
    assert by_its_origin.json()["moc"]["thumbnailUrl"] == back
    foreign = user.patch(f"/api/mocs/{moc['id']}", json={"thumbnailUrl": other["thumbnailUrl"]})
    assert list(problems(foreign)) == ["thumbnailUrl"]
    assert detail(user, moc)["thumbnailUrl"] == back
    elsewhere = user.patch(f"/api/mocs/{moc['id']}", json={"thumbnailUrl": "https://example.com/x.jpg"})
    assert elsewhere.json()["moc"]["thumbnailUrl"] == "https://example.com/x.jpg"
