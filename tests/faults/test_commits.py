"""A commit that fails is never a success: not for any route that writes, and not by half."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.faults.databases import (
    COMMIT,
    TABLES,
    assert_tells_nothing,
    assert_unavailable,
    contents,
    prepared,
    refuse_commits,
)
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects
from tests.support.pictures import JPEG
from tests.support.route_table import CASES, Case
from tests.support.verdicts import Verdict, after, only

LIST = "/api/wishlist"
UPLOAD = "POST /api/wishlist/upload-image"
# These write nothing but what is to become of an object.
OUTBOX_ONLY = {UPLOAD, "DELETE /api/wishlist/image"}
WITHOUT_DATABASE = (
    "/api/mocs/test-auth",
    "/api/mocs/test-cors",
    "/api/wishlist/reorder/cancel",
    "/api/mocs/{moc_id}/finalize",  # of an upload that is not known; of others, see test_direct_uploads
)
# Users are kept by Cognito; what becomes of their pictures is tested with them.
IN_COGNITO = "/api/users/"
WRITES = [
    case
    for case in CASES
    if case.method != "GET" and case.path not in WITHOUT_DATABASE and not case.path.startswith(IN_COGNITO)
]

# Before they write rows they announce, in a transaction of its own, what they will store.
STORING = {
    "POST /api/mocs/with-files",
    "POST /api/mocs/{moc_id}/files",
    "POST /api/mocs/upload-parts-list",
    "POST /api/mocs/{moc_id}/upload-parts-list",
    "POST /api/wishlist/{item_id}/image",
    "POST /api/images",
    "POST /api/gallery",
}


class Server:
    """An application on a database of its own, which it reaches by a way that can fail."""

    def __init__(self, settings: Settings, api: Api, database: Database, way: Proxy) -> None:
        self.settings = settings
        self.api = api
        self.database = database
        self.way = way


@pytest.fixture
def server(own_settings: Settings, own_database: Database) -> Iterator[Server]:
    with Proxy(own_settings.database_url) as way, serving(own_settings, database_url=way.url) as api:
        yield Server(own_settings, api, own_database, way)


def commit_of(case: Case) -> int:
    """Which of the request's commits is the one that writes its rows."""
    return 1 if case.id in STORING else 0


def test_a_commit_that_the_database_refuses(server: Server, objects: Objects) -> None:
    cases = [case for case in WRITES if case.id not in OUTBOX_ONLY]
    requests = prepared(server.api, cases)
    for table in contents(server.database):
        refuse_commits(server.database, table)
    rows, keys = contents(server.database), objects.keys()
    for id, send in requests.items():
        answer = send()
        assert answer.status_code == 500, f"{id}: {answer.text}"
        assert answer.json()["code"] == "INTERNAL_ERROR"
        assert_tells_nothing(answer)
    assert contents(server.database) == rows
    assert objects.keys() == keys
    assert server.database.count("outbox") == 0


@pytest.mark.parametrize("state", ["40001", "40P01", "57014", "53200"])
def test_a_commit_that_may_succeed_the_next_time(server: Server, state: str) -> None:
    user = server.api.user()
    refuse_commits(server.database, "wishlist_items", state)
    assert_unavailable(user.post(LIST, json={"title": "Falcon", "sortOrder": "1"}))
    assert server.database.count("wishlist_items") == 0


def test_an_announcement_that_cannot_be_made_stores_nothing(server: Server, objects: Objects) -> None:
    requests = prepared(server.api, [case for case in WRITES if case.id in {*STORING, UPLOAD}])
    assert len(requests) == len(STORING) + 1
    refuse_commits(server.database, "outbox")
    rows, keys = contents(server.database), objects.keys()
    for id, send in requests.items():
        assert send().status_code == 500, id
    assert contents(server.database) == rows
    assert objects.keys() == keys


def test_a_connection_that_breaks_at_the_commit(server: Server, objects: Objects) -> None:
    """Neither rows nor objects, in the end; the request says that it did not work."""
    for case in WRITES:
        send = prepared(server.api, [case])[case.id]
        rows, keys = contents(server.database, [*TABLES, "outbox"]), objects.keys()
        server.way.rule = only(commit_of(case), COMMIT, Verdict.CUT)
        assert_unavailable(send())
        server.way.recover()
        assert contents(server.database, [*TABLES, "outbox"]) == rows, case.id
        assert objects.keys() == keys, case.id


def test_a_commit_whose_answer_is_lost_did_happen(server: Server, objects: Objects) -> None:
    """The request cannot know and says 503; the rows are there, with the objects that they name and no others."""
    keys = objects.keys()
    for case in WRITES:
        send = prepared(server.api, [case])[case.id]
        rows = contents(server.database, [*TABLES, "outbox"])
        server.way.rule = only(commit_of(case), COMMIT, Verdict.LOSE_ANSWER)
        assert_unavailable(send())
        server.way.recover()
        assert contents(server.database, [*TABLES, "outbox"]) != rows, case.id
        hours_pass(server.database)
        run_maintenance(server.settings)
        known = server.database.fetch("""
            SELECT file_url AS key FROM moc_files
            UNION SELECT image_url FROM wishlist_items WHERE image_url IS NOT NULL
            UNION SELECT image_url FROM gallery_images
            UNION SELECT thumbnail_url FROM gallery_images
        """)
        assert objects.keys() - keys == {row["key"] for row in known}, case.id
        assert server.database.count("outbox") == 0, case.id


def test_the_cache_hears_of_a_commit_whose_answer_was_lost(server: Server) -> None:
    user = server.api.user()
    item = user.post(LIST, json={"title": "Falcon", "sortOrder": "1"}).json()["data"]["item"]
    assert "Falcon" in user.get(LIST).text
    server.way.rule = only(0, COMMIT, Verdict.LOSE_ANSWER)
    assert_unavailable(user.put(f"{LIST}/{item['id']}", json={"title": "Eagle"}))
    assert "Eagle" in user.get(LIST).text


def test_an_upload_that_hangs_at_its_commit_keeps_object_and_row_together(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    """The commit arrives after the request has given up: whatever came of it, row and object agree."""
    with (
        Proxy(own_settings.database_url) as way,
        serving(own_settings, database_url=way.url, database_timeout=0.5, outbox_relay_seconds=0.5) as api,
    ):
        user = api.user()
        item = user.post(LIST, json={"title": "Falcon", "sortOrder": "1"}).json()["data"]["item"]
        keys = objects.keys()
        way.rule = only(1, COMMIT, Verdict.HANG)
        assert_unavailable(user.post(f"{LIST}/{item['id']}/image", files={"image": ("p.jpg", JPEG, "image/jpeg")}))
        way.recover()
        hours_pass(own_database)
        run_maintenance(own_settings)
        shown = user.get(f"{LIST}/{item['id']}").json()["data"]["item"]["imageUrl"]
        assert objects.keys() - keys == ({shown.removeprefix("/uploads/")} if shown else set())


def test_an_upload_whose_clean_up_fails_too_is_left_to_the_maintenance_job(server: Server, objects: Objects) -> None:
    user = server.api.user()
    item = user.post(LIST, json={"title": "Falcon", "sortOrder": "1"}).json()["data"]["item"]
    keys = objects.keys()
    server.way.rule = after(1, COMMIT, Verdict.CUT)
    assert_unavailable(user.post(f"{LIST}/{item['id']}/image", files={"image": ("p.jpg", JPEG, "image/jpeg")}))
    server.way.recover()
    assert len(objects.keys() - keys) == 1
    assert run_maintenance(server.settings) == 0, "its time has not come"
    hours_pass(server.database)
    assert run_maintenance(server.settings) == 1
    assert objects.keys() == keys
