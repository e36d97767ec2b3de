"""Lists and details come from the cache, and still show at once what another process has written."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.mocs.builders import Json, add_file, moc_with_files, new_moc
from tests.support.clients import Api, User, UvicornServer
from tests.support.faults import serving
from tests.support.pictures import JPEG
from tests.support.statements import watched


@pytest.fixture(scope="module")
def elsewhere(settings: Settings) -> Iterator[Api]:
    """A second process on the same database and the same Redis."""
    with serving(settings) as api:
        yield api


def answers(user: User, moc: Json, tag: str) -> dict[str, Any]:
    """What is answered about a MOC, asked twice so that the second time it comes from the cache."""
    paths = {
        "detail": f"/api/mocs/{moc['id']}",
        "list": "/api/mocs",
        "search": f"/api/mocs/search?tag={tag}",
        "categories": "/api/mocs/stats/by-category",
        "months": "/api/mocs/stats/uploads-over-time",
    }
    first, second = ({name: user.get(path).json() for name, path in paths.items()} for _ in range(2))
    for body in (first["detail"], second["detail"]):
        body.pop("requestId", None)  # of an error
    assert first == second
    return second


def test_a_change_by_another_process_is_seen_at_once(over_http: Api, elsewhere: Api) -> None:
    here = over_http.user()
    there = elsewhere.user(here.id)
    tag = f"tag-{uuid4()}"
    moc = new_moc(here, tags=[tag], theme="Castle")
    before = answers(here, moc, tag)
    changed = there.patch(f"/api/mocs/{moc['id']}", json={"theme": "Space"}).json()["moc"]
    after = answers(here, moc, tag)
    assert after["detail"]["data"] == before["detail"]["data"] | changed
    assert after["list"]["data"] == [changed]
    assert [found["theme"] for found in after["search"]["mocs"]] == ["Space"]
    assert {row["category"] for row in after["categories"]["data"]} == {"Space", tag}
    assert [row["category"] for row in after["months"]["data"]] == ["Space"]


def test_files_that_come_and_go_in_another_process(over_http: Api, elsewhere: Api) -> None:
    here = over_http.user()
    there = elsewhere.user(here.id)
    tag = f"tag-{uuid4()}"
    moc = new_moc(here, tags=[tag])
    answers(here, moc, tag)
    file = add_file(there, moc, "thumbnail", "front.jpg", JPEG)
    shown = answers(here, moc, tag)
    assert shown["detail"]["data"]["files"] == [file]
    assert shown["list"]["data"][0]["thumbnailUrl"] == file["fileUrl"]
    assert [image["id"] for image in shown["search"]["mocs"][0]["images"]] == [file["id"]]
    there.delete(f"/api/mocs/{moc['id']}/files/{file['id']}")
    shown = answers(here, moc, tag)
    assert shown["detail"]["data"]["files"] == []
    assert shown["list"]["data"][0]["thumbnailUrl"] is None
    assert shown["search"]["mocs"][0]["images"] == []


def test_mocs_that_come_and_go_in_another_process(over_http: Api, elsewhere: Api) -> None:
    here = over_http.user()
    there = elsewhere.user(here.id)
    tag = f"tag-{uuid4()}"
    moc = new_moc(here, tags=[tag])
    answers(here, moc, tag)
    made = moc_with_files(there, ("tags", tag))
    shown = answers(here, moc, tag)
    assert (shown["list"]["total"], shown["search"]["total"]) == (2, 2)
    for gone in (made, moc):
        there.delete(f"/api/mocs/{gone['id']}")
    shown = answers(here, moc, tag)
    assert (shown["detail"]["statusCode"], shown["list"]["data"], shown["search"]["total"]) == (404, [], 0)
    assert (shown["categories"]["data"], shown["months"]["data"]) == ([], [])


def test_what_an_admin_changes_is_seen_by_the_owner(over_http: Api, elsewhere: Api) -> None:
    owner = over_http.user()
    moc = new_moc(owner)
    assert owner.get("/api/mocs").json()["data"] == [moc]
    elsewhere.admin().delete(f"/api/mocs/{moc['id']}")
    assert owner.get("/api/mocs").json()["data"] == []


def test_what_is_asked_again_is_not_asked_of_the_database(settings: Settings) -> None:
    with UvicornServer(settings) as server:
        api = Api(settings, server.url)
        user = api.user()
        moc = new_moc(user)
        paths = (
            "/api/mocs",
            f"/api/mocs/{moc['id']}",
            "/api/mocs/stats/by-category",
            f"/api/mocs/search?q={moc['id']}",
        )
        first = [user.get(path).content for path in paths]
        with watched(server.app) as statements:
            assert [user.get(path).content for path in paths] == first
        assert statements == []
        api.close()


def test_one_moc_is_never_answered_for_another(over_http: Api) -> None:
    user = over_http.user()
    mocs = [new_moc(user) for _ in range(2)]
    for _ in range(2):
        for moc in mocs:
            assert over_http.client().get(f"/api/mocs/{moc['id']}").json()["data"]["title"] == moc["title"]
    missing = f"/api/mocs/{uuid4()}"
    assert [user.get(missing).status_code for _ in range(2)] == [404, 404]


def test_lists_of_two_users_are_two(over_http: Api) -> None:
    one, other = over_http.user(), over_http.user()
    moc = new_moc(one)
    assert one.get("/api/mocs").json()["data"] == [moc]
    assert other.get("/api/mocs").json()["data"] == []
