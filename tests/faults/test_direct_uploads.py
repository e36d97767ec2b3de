"""Direct uploads while something fails or others come in between: in the end a file, or nothing of it."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from lego_api.adapters.storage import Storage
from lego_api.config import Settings
from lego_api.errors import StorageUnavailable
from tests.faults.databases import (
    COMMIT,
    TABLES,
    assert_tells_nothing,
    assert_unavailable,
    contents,
    refuse_commits,
)
from tests.faults.processes import own_server
from tests.mocs.builders import Json, detail
from tests.mocs.direct_upload_builders import (
    FRONT,
    PARTS,
    PLAN,
    File,
    begin,
    finalize,
    finalized,
    initialize,
    objects_of,
    send,
)
from tests.support.clients import User
from tests.support.database import Database, run
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects
from tests.support.verdicts import Verdict, after, announcing, only

FILES = (PLAN, PARTS, FRONT)
ALL_TABLES = (*TABLES, "moc_parts_lists", "outbox")
# Of each file the first two: those of its announcement and of its row. Behind each, what was sent is deleted.
COMMITS = (0, 1, 3, 4, 6, 7)
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")


def sent(user: User, *files: File) -> tuple[str, list[Json]]:
    """A MOC whose files are all there, and none is finalized."""
    moc_id, permissions = begin(user, *files)
    for permission, file in zip(permissions, files, strict=True):
        send(permission, file.content)
    return moc_id, permissions


def in_the_end(settings: Settings, database: Database) -> None:
    hours_pass(database)
    run_maintenance(settings)
    assert database.count("outbox") == 0


def assert_complete(user: User, moc_id: str, objects: Objects) -> None:
    """All files are there, once, and no object beside theirs."""
    moc = detail(user, {"id": moc_id})
    assert sorted(file["originalFilename"] for file in moc["files"]) == sorted(file.name for file in FILES)
    assert len(moc["partsLists"]) == 1
    assert objects_of(objects, moc_id) == {file["fileUrl"].removeprefix("/uploads/") for file in moc["files"]}


@pytest.mark.parametrize("way_in", ["http", "lambda"])
def test_without_a_key_to_sign_with_there_is_no_moc(
    own_settings: Settings, own_database: Database, monkeypatch: pytest.MonkeyPatch, way_in: str
) -> None:
    for name in CREDENTIALS:
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nobody/has/this")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with serving(own_settings, way_in) as api:
        assert_unavailable(initialize(api.user(), PLAN.announced()))
    assert contents(own_database, ALL_TABLES) == {table: [] for table in ALL_TABLES}


@pytest.mark.parametrize("way_in", ["http", "lambda"])
@pytest.mark.parametrize("fault", ["refusing", "hanging"])
def test_while_s3_is_away_a_moc_begins_and_is_finalized_later(
    own_settings: Settings, own_database: Database, objects: Objects, fault: str, way_in: str
) -> None:
    with (
        Proxy(str(own_settings.s3_endpoint_url)) as way,
        serving(
            own_settings,
            way_in,
            s3_endpoint_url=way.url,
            s3_public_endpoint_url=own_settings.s3_endpoint_url,
            storage_timeout=0.5,
            outbox_relay_seconds=0.5,
        ) as api,
    ):
        user = api.user()
        with getattr(way, fault)():
            moc_id, permissions = sent(user, *FILES)
            before = contents(own_database, ALL_TABLES)
            assert_unavailable(finalize(user, moc_id, *permissions))
            assert contents(own_database, ALL_TABLES) == before
        assert finalized(user, moc_id, *permissions)["failed"] == []
        run_maintenance(own_settings)  # a request of half a second may have left what was sent to be deleted
        assert_complete(user, moc_id, objects)
    in_the_end(own_settings, own_database)
    assert len(objects_of(objects, moc_id)) == 3


def test_s3_fails_after_some_files_are_done_with(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    with (
        Proxy(str(own_settings.s3_endpoint_url)) as way,
        serving(
            own_settings,
            s3_endpoint_url=way.url,
            s3_public_endpoint_url=own_settings.s3_endpoint_url,
            storage_timeout=0.5,
        ) as api,
    ):
        user = api.user()
        moc_id, permissions = sent(user, *FILES)
        way.rule = after(1, b"GET /", Verdict.CUT)
        assert_unavailable(finalize(user, moc_id, *permissions))
        way.recover()
        [file] = detail(user, {"id": moc_id})["files"]
        assert file["originalFilename"] == PLAN.name
        assert finalized(user, moc_id, *permissions)["failed"] == []
        assert_complete(user, moc_id, objects)


@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER])
def test_a_connection_that_breaks_at_a_commit(
    own_settings: Settings, own_database: Database, objects: Objects, verdict: Verdict
) -> None:
    """Of an announcement of what will be kept, or of its row: whichever, it can be said again."""
    with Proxy(own_settings.database_url) as way, serving(own_settings, database_url=way.url) as api:
        for commit in COMMITS:
            user = api.user()
            moc_id, permissions = sent(user, *FILES)
            way.rule, struck = announcing(only(commit, COMMIT, verdict))
            assert_unavailable(finalize(user, moc_id, *permissions))
            assert struck.is_set(), commit
            way.recover()
            assert finalized(user, moc_id, *permissions)["failed"] == []
            in_the_end(own_settings, own_database)
            assert_complete(user, moc_id, objects)


@pytest.mark.parametrize("table", ["moc_files", "pending_uploads"])
@pytest.mark.parametrize("file", [PLAN, FRONT], ids=["a document", "a picture"])
def test_a_commit_that_the_database_refuses_changes_nothing(
    own_settings: Settings, own_database: Database, objects: Objects, file: File, table: str
) -> None:
    with serving(own_settings) as api:
        user = api.user()
        moc_id, permissions = sent(user, *FILES)
        before, keys = contents(own_database), objects_of(objects, moc_id)
        refuse_commits(own_database, table)
        answer = finalize(user, moc_id, permissions[FILES.index(file)])
        assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
        assert_tells_nothing(answer)
        assert (contents(own_database), objects_of(objects, moc_id)) == (before, keys)
        own_database.fetch(f"DROP TRIGGER refuse ON {table}")
        assert finalized(user, moc_id, *permissions)["failed"] == []
        in_the_end(own_settings, own_database)
        assert_complete(user, moc_id, objects)


@pytest.mark.parametrize("file", [PLAN, FRONT], ids=["a document", "a picture"])
def test_a_server_that_is_killed_while_it_finalizes(
    own_settings: Settings, own_database: Database, objects: Objects, file: File
) -> None:
    with (
        serving(own_settings) as api,
        Proxy(own_settings.database_url) as way,
        own_server(own_settings.model_copy(update={"database_url": way.url})) as (doomed, process),
        ThreadPoolExecutor() as threads,
    ):
        user = api.user()
        moc_id, permissions = sent(user, *FILES)
        before = contents(own_database)
        way.rule, about_to_write = announcing(after(0, b"INSERT INTO moc_files", Verdict.HANG))
        finalizing = threads.submit(finalize, doomed.user(user.id), moc_id, permissions[FILES.index(file)])
        assert about_to_write.wait(60)
        process.kill()
        process.wait(60)
        way.cut()  # PostgreSQL hears that its client is gone
        with pytest.raises(httpx.HTTPError):
            finalizing.result()
        assert contents(own_database) == before
        assert finalized(user, moc_id, *permissions)["failed"] == []
        in_the_end(own_settings, own_database)
        assert_complete(user, moc_id, objects)


def test_a_picture_that_breaks_off_while_it_is_fetched(settings: Settings, objects: Objects) -> None:
    """More of it than anything on the way holds back, so that it is still coming when the way breaks."""
    key = f"test/{uuid4()}"
    objects.s3.put_object(Bucket=objects.bucket, Key=key, Body=bytes(64 * 1024 * 1024))

    async def read(storage: Storage, way: Proxy) -> None:
        stored = await storage.open(key)
        try:
            async for _ in stored.body:
                way.cut()
        finally:
            await storage.aclose()

    with Proxy(str(settings.s3_endpoint_url)) as way, pytest.raises(StorageUnavailable):
        run(read(Storage(settings.model_copy(update={"s3_endpoint_url": way.url})), way))
