"""A server that is killed while images come or go: in the end, no object without a row and no row without objects."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from tests.faults.processes import own_server
from tests.gallery.builders import album, ids, keys_of, upload
from tests.support.clients import User
from tests.support.database import Database
from tests.support.faults import Proxy
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects, key_of
from tests.support.verdicts import Rule, Verdict, after, announcing, only

Request = Callable[[User, dict[str, Any]], Any]
PUT = b"PUT /"
COMMIT = b"COMMIT;"
DATABASE, S3 = "database_url", "s3_endpoint_url"


def delete_one(user: User, image: dict[str, Any]) -> httpx.Response:
    return user.delete(f"/api/images/{image['id']}")


def delete_batch(user: User, image: dict[str, Any]) -> httpx.Response:
    return user.request("DELETE", "/api/gallery/batch-delete", json={"imageIds": ids([image])})


def upload_to_album(user: User, image: dict[str, Any]) -> dict[str, Any]:
    return upload(user, albumId=image["albumId"])


# What is about to be said, to whom, when the server dies; and how many images there are in the end.
MOMENTS: dict[str, tuple[Request, str, Rule, int]] = {
    "an upload before it stores": (upload_to_album, S3, after(0, PUT, Verdict.HANG), 1),
    "an upload between its two objects": (upload_to_album, S3, after(1, PUT, Verdict.HANG), 1),
    "an upload before it writes its row": (
        upload_to_album,
        DATABASE,
        after(0, b"INSERT INTO gallery_images", Verdict.HANG),
        1,
    ),
    "an upload before it commits": (upload_to_album, DATABASE, only(1, COMMIT, Verdict.HANG), 1),
    "a deletion before it commits": (delete_one, DATABASE, only(0, COMMIT, Verdict.HANG), 1),
    "a deletion after it has committed": (delete_one, S3, after(0, b"POST /", Verdict.HANG), 0),
    "a batch after it has committed": (delete_batch, S3, after(0, b"POST /", Verdict.HANG), 0),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment(own_settings: Settings, own_database: Database, objects: Objects, moment: str) -> None:
    request, part, rule, count = MOMENTS[moment]
    with ExitStack() as running:
        way = running.enter_context(Proxy(str(getattr(own_settings, part))))
        api, process = running.enter_context(own_server(own_settings.model_copy(update={part: way.url})))
        threads = running.enter_context(ThreadPoolExecutor())
        user = api.user()
        image = upload(user, albumId=album(user)["id"])
        before = keys_of(image)
        way.rule, about_to_say = announcing(rule)

        def fail() -> None:
            with pytest.raises(httpx.HTTPError):
                request(user, image)

        failing = threads.submit(fail)
        assert about_to_say.wait(60)
        process.kill()
        process.wait(60)
        failing.result()

    assert objects.keys(f"gallery/{user.id}/") >= before, "nothing is deleted that is not known to be nobody's"
    if "upload" in moment:
        assert run_maintenance(own_settings) == 0, "its time has not come: the server might still be at work"
    hours_pass(own_database)
    run_maintenance(own_settings)
    left = own_database.fetch("SELECT image_url, thumbnail_url FROM gallery_images")
    assert len(left) == count
    assert objects.keys(f"gallery/{user.id}/") == {key_of(url) for row in left for url in row.values()}
    assert own_database.count("outbox") == 0
