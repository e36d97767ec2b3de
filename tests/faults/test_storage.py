"""S3 refuses, hangs or fails in the middle: a 503, and in the end neither a row nor an object; or both."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lego_api.config import Settings
from tests.faults.databases import TABLES, assert_unavailable, contents, prepared
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects
from tests.support.pictures import PDF
from tests.support.route_table import CASES
from tests.support.verdicts import Verdict, after, only

PUT = b"PUT /"
UPLOADS = [
    case
    for case in CASES
    if case.path
    in (
        "/api/mocs/with-files",
        "/api/mocs/{moc_id}/files",
        "/api/mocs/upload-parts-list",
        "/api/mocs/{moc_id}/upload-parts-list",
        "/api/wishlist/upload-image",
        "/api/wishlist/{item_id}/image",
        "/api/images",
        "/api/gallery",
    )
    and case.method == "POST"
]
LARGE = PDF + b"%" * 300_000  # more than goes over the wire at once


@dataclass
class Server:
    settings: Settings
    api: Api
    database: Database
    way: Proxy

    def maintain(self) -> int:
        hours_pass(self.database)
        return run_maintenance(self.settings)


@contextmanager
def reaching_s3_by_a_way(settings: Settings, database: Database) -> Iterator[Server]:
    """A server to which S3 can fail, and not to the maintenance job."""
    with Proxy(str(settings.s3_endpoint_url)) as way, serving(settings, s3_endpoint_url=way.url, redis_url=None) as api:
        yield Server(settings, api, database, way)


@pytest.fixture
def server(own_settings: Settings, own_database: Database) -> Iterator[Server]:
    patience = {"storage_timeout": 1.0, "outbox_relay_seconds": 1.0}
    with reaching_s3_by_a_way(own_settings.model_copy(update=patience), own_database) as server:
        yield server


@pytest.fixture
def impatient(own_settings: Settings, own_database: Database) -> Iterator[Server]:
    """For tests in which waiting cannot help."""
    patience = {"storage_timeout": 0.5, "outbox_relay_seconds": 0.2}
    with reaching_s3_by_a_way(own_settings.model_copy(update=patience), own_database) as server:
        yield server


def create_with_files(user: User, *files: bytes) -> httpx.Response:
    parts = [("instructionsFile", (f"plan-{n}.pdf", data, "application/pdf")) for n, data in enumerate(files)]
    form: Any = {"type": "moc", "title": f"Castle {uuid4()}", "author": "Anna"}
    return user.post("/api/mocs/with-files", data=form, files=parts)


@pytest.mark.parametrize("fault", ["refusing", "hanging"])
def test_an_upload_that_s3_does_not_take(impatient: Server, objects: Objects, fault: str) -> None:
    requests = prepared(impatient.api, UPLOADS)
    assert len(requests) == 8
    rows, keys = contents(impatient.database), objects.keys()
    with getattr(impatient.way, fault)(), ThreadPoolExecutor() as threads:
        for answer in threads.map(lambda send: send(), requests.values()):
            assert_unavailable(answer)
    assert contents(impatient.database) == rows
    impatient.maintain()
    assert objects.keys() == keys
    assert impatient.database.count("outbox") == 0


@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER, Verdict.HANG])
def test_an_upload_of_several_files_that_fails_in_the_middle(
    server: Server, objects: Objects, verdict: Verdict
) -> None:
    keys = objects.keys()
    server.way.rule = after(1, PUT, verdict)
    assert_unavailable(create_with_files(server.api.user(), PDF, LARGE, PDF))
    server.way.recover()
    assert contents(server.database) == {table: [] for table in TABLES}
    if verdict is not Verdict.HANG:  # what can be deleted at once is
        assert objects.keys() == keys
    server.maintain()
    assert objects.keys() == keys
    assert server.database.count("outbox") == 0


def test_an_object_that_arrives_after_its_request_has_failed_is_deleted_too(
    impatient: Server, objects: Objects
) -> None:
    keys = objects.keys()
    impatient.way.rule = after(0, PUT, Verdict.CUT)
    assert_unavailable(create_with_files(impatient.api.user(), PDF))
    [left] = impatient.database.fetch("SELECT payload FROM outbox")
    [key] = left["payload"]["keys"]
    objects.s3.put_object(Bucket=objects.bucket, Key=key, Body=b"late")
    impatient.maintain()
    assert objects.keys() == keys


def test_a_connection_that_breaks_once_costs_nothing(server: Server, objects: Objects) -> None:
    for verdict in (Verdict.CUT, Verdict.LOSE_ANSWER):
        server.way.rule = only(0, PUT, verdict)
        answer = create_with_files(server.api.user(), LARGE)
        assert answer.status_code == 201, answer.text
        [file] = answer.json()["moc"]["files"]
        assert objects.get(file["fileUrl"].removeprefix("/uploads/"))["Body"].read() == LARGE
    assert server.database.count("outbox") == 0


@pytest.mark.parametrize("fault", ["refusing", "hanging"])
def test_deleting_files_does_not_wait_for_s3(impatient: Server, objects: Objects, fault: str) -> None:
    user = impatient.api.user()
    keys = objects.keys()
    moc = create_with_files(user, PDF, LARGE).json()["moc"]
    with getattr(impatient.way, fault)():
        one = user.delete(f"/api/mocs/{moc['id']}/files/{moc['files'][0]['id']}")
        assert one.status_code == 200, one.text
        all_of_it = user.delete(f"/api/mocs/{moc['id']}")
        assert all_of_it.status_code == 200, all_of_it.text
        assert user.get(f"/api/mocs/{moc['id']}").status_code == 404
    assert contents(impatient.database) == {table: [] for table in TABLES}
    assert impatient.database.count("outbox") == 2
    if fault == "refusing":  # else S3 may have heard of it after all
        assert len(objects.keys() - keys) == 2
    assert impatient.maintain() == 2
    assert objects.keys() == keys
    assert impatient.database.count("outbox") == 0


def test_what_does_without_s3_while_it_is_away(impatient: Server) -> None:
    user = impatient.api.user()
    moc = create_with_files(user, PDF).json()["moc"]
    [file] = moc["files"]
    with impatient.way.refusing():
        assert user.get(f"/api/mocs/{moc['id']}").status_code == 200
        assert user.get(f"/api/mocs/{moc['id']}/files/{file['id']}/download").status_code == 302
        assert_unavailable(user.get(file["fileUrl"]))
        health = user.get("/health")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert health.json()["components"]["storage"] == "unhealthy"
    assert user.get(file["fileUrl"]).content == PDF
