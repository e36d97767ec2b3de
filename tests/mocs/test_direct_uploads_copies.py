"""A permission outlives the look at what was sent with it. So what is kept is a copy that it cannot reach."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lego_api.config import Settings
from tests.mocs.builders import detail
from tests.mocs.direct_upload_builders import (
    PARTS,
    PLAN,
    File,
    begin,
    failures,
    finalize,
    finalized,
    key_of,
    objects_of,
    send,
)
from tests.mocs.test_direct_uploads_expiry import permissions_end
from tests.parts_lists.builders import shown
from tests.parts_lists.sent_lists import read_stored
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import Proxy, Verdict, after, announcing, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects

COPY = b"x-amz-copy-source:"
DOCUMENTS = pytest.mark.parametrize("file", [PLAN, PARTS], ids=lambda file: file.file_type)


def another(file: File) -> bytes:
    """As large as the file, and something else."""
    return bytes(reversed(file.content))


@DOCUMENTS
def test_what_is_sent_again_is_not_the_file(
    alone: Api, module_settings: Settings, module_database: Database, objects: Objects, file: File
) -> None:
    user = alone.user()
    moc_id, (_, permission) = begin(user, PLAN._replace(name="other.pdf"), file)
    send(permission, file.content)
    body = finalized(user, moc_id, permission)
    read_stored(module_settings, objects, moc_id)
    lists = shown(user, {"id": moc_id})
    send(permission, another(file))
    assert finalized(user, moc_id, permission)["moc"]["files"] == body["moc"]["files"]
    read_stored(module_settings, objects, moc_id)  # its event, too
    assert shown(user, {"id": moc_id}) == lists
    url = body["moc"]["files"][0]["fileUrl"]
    assert user.get(url).content == file.content
    permissions_end(module_database)
    hours_pass(module_database)
    run_maintenance(module_settings)
    assert objects_of(objects, moc_id) == {url.removeprefix("/uploads/")}
    assert module_database.count("outbox") == 0


@DOCUMENTS
def test_what_is_sent_between_the_look_and_the_copy_is_looked_at_again(
    settings: Settings, database: Database, objects: Objects, file: File
) -> None:
    with (
        Proxy(str(settings.s3_endpoint_url)) as way,
        serving(settings, s3_endpoint_url=way.url, s3_public_endpoint_url=settings.s3_endpoint_url) as api,
        ThreadPoolExecutor() as threads,
    ):
        user = api.user()
        moc_id, (_, permission) = begin(user, PLAN._replace(name="other.pdf"), file)
        send(permission, file.content)
        way.rule, copying = announcing(after(0, COPY, Verdict.HANG))
        finalizing = threads.submit(finalized, user, moc_id, permission)
        assert copying.wait(60)
        send(permission, another(file))
        way.recover()
        says = "The file has just been sent again. Finalize it once more."
        assert failures(finalizing.result()) == {file.name: says}
        assert detail(user, {"id": moc_id})["files"] == []
        assert objects_of(objects, moc_id) == {key_of(permission)}, "and no copy"
        assert database.count("pending_uploads", "moc_id = $1", moc_id) == 2
        send(permission, file.content)
        assert finalized(user, moc_id, permission)["failed"] == []


@DOCUMENTS
@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER])
def test_a_copy_that_fails(
    own_settings: Settings, own_database: Database, objects: Objects, file: File, verdict: Verdict
) -> None:
    with (
        Proxy(str(own_settings.s3_endpoint_url)) as way,
        serving(own_settings, s3_endpoint_url=way.url, s3_public_endpoint_url=own_settings.s3_endpoint_url) as api,
    ):
        user = api.user()
        moc_id, (_, permission) = begin(user, PLAN._replace(name="other.pdf"), file)
        send(permission, file.content)
        way.rule = after(0, COPY, verdict)
        assert finalize(user, moc_id, permission).status_code == 503
        assert own_database.count("moc_files") == 0
        way.recover()
        [kept] = finalized(user, moc_id, permission)["moc"]["files"]
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert objects_of(objects, moc_id) == {kept["fileUrl"].removeprefix("/uploads/")}
    assert own_database.count("outbox") == 0


def test_an_owner_whose_id_is_no_path(over_http: Api) -> None:
    user = over_http.user("auth0|a/b c%+\u00fc")
    moc_id, permissions = begin(user, PLAN, PARTS)
    for permission, file in zip(permissions, (PLAN, PARTS), strict=True):
        send(permission, file.content)
    body = finalized(user, moc_id, *permissions)
    assert body["failed"] == []
    for kept, file in zip(body["moc"]["files"], (PLAN, PARTS), strict=True):
        assert over_http.client().get(kept["fileUrl"]).content == file.content
