"""S3 fails while images come or go: an upload is a 503 that leaves nothing, and a deletion does not wait."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lego_api.config import Settings
from tests.faults.databases import assert_unavailable, contents
from tests.faults.test_storage import PUT, Server, reaching_s3_by_a_way
from tests.gallery.builders import album, assert_nothing_is_left, ids, images, keys_of, send_image, upload
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.refusals import refusal
from tests.support.verdicts import Verdict, after, announcing, only


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


@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER, Verdict.HANG])
def test_an_upload_whose_thumbnail_cannot_be_stored(server: Server, objects: Objects, verdict: Verdict) -> None:
    user = server.api.user()
    texts = {"albumId": album(user)["id"]}
    keys, rows = objects.keys(), contents(server.database)
    server.way.rule = after(1, PUT, verdict)
    assert_unavailable(send_image(user, texts=texts))
    server.way.recover()
    assert contents(server.database) == rows
    assert images(user) == []
    if verdict is not Verdict.HANG:  # what can be deleted at once is
        assert objects.keys() == keys
    server.maintain()
    assert objects.keys() == keys
    assert server.database.count("outbox") == 0


@pytest.mark.parametrize("position", [0, 1])
def test_an_object_that_arrives_after_its_request_has_failed_is_deleted_too(
    impatient: Server, objects: Objects, position: int
) -> None:
    keys = objects.keys()
    impatient.way.rule = after(position, PUT, Verdict.CUT)
    assert_unavailable(send_image(impatient.api.user()))
    late = {key for row in impatient.database.fetch("SELECT payload FROM outbox") for key in row["payload"]["keys"]}
    assert len(late) == 2
    for key in late:
        objects.s3.put_object(Bucket=objects.bucket, Key=key, Body=b"late")
    impatient.maintain()
    assert objects.keys() == keys
    assert impatient.database.count("outbox") == 0


def test_a_connection_that_breaks_once_costs_nothing(server: Server, objects: Objects) -> None:
    user = server.api.user()
    for verdict in (Verdict.CUT, Verdict.LOSE_ANSWER):
        server.way.rule = only(1, PUT, verdict)
        upload(user)
    made = images(user)
    assert len(made) == 2
    assert objects.keys(f"gallery/{user.id}/") == keys_of(*made)
    assert server.database.count("outbox") == 0


def test_of_uploads_at_once_each_is_whole_or_not_there(server: Server, objects: Objects) -> None:
    """Storing an image, a thumbnail, or neither breaks off, however often it is tried."""
    user = server.api.user()

    def a_third_breaks(data: bytes) -> Verdict:
        target = data.partition(b" HTTP")[0]
        return Verdict.CUT if data.startswith(PUT) and sum(target) % 3 == 0 else Verdict.PASS

    server.way.rule = a_third_breaks
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: send_image(user), range(12)))
    server.way.recover()
    made = [answer.json()["image"] for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            assert_unavailable(answer)
    assert sorted(ids(images(user, limit=100))) == sorted(ids(made))
    server.maintain()
    assert objects.keys(f"gallery/{user.id}/") == keys_of(*made)
    assert server.database.count("outbox") == 0


@pytest.mark.parametrize("fault", ["refusing", "hanging"])
def test_deleting_images_does_not_wait_for_s3(impatient: Server, objects: Objects, fault: str) -> None:
    user = impatient.api.user()
    made = [upload(user) for _ in range(4)]
    with getattr(impatient.way, fault)():
        deletions = [
            user.delete(f"/api/images/{made[0]['id']}"),
            user.delete(f"/api/gallery/{made[1]['id']}"),
            user.request("DELETE", "/api/gallery/batch-delete", json={"imageIds": ids(made[2:])}),
        ]
        assert [answer.status_code for answer in deletions] == [200, 200, 200]
        assert images(user) == []
    assert impatient.database.count("outbox") == 3
    if fault == "refusing":  # else S3 may have heard of it after all
        assert objects.keys(f"gallery/{user.id}/") == keys_of(*made)
    assert impatient.maintain() == 3
    assert objects.keys(f"gallery/{user.id}/") == set()
    assert impatient.database.count("outbox") == 0


def test_what_does_without_s3_while_it_is_away(impatient: Server) -> None:
    user = impatient.api.user()
    image = upload(user, tags="castle")
    with impatient.way.refusing():
        assert images(user) == [image]
        assert user.get("/api/gallery").json()["items"][0]["id"] == image["id"]
        assert user.get(f"/api/images/{image['id']}").json()["image"] == image
        assert user.get(f"/api/gallery/{image['id']}/download").status_code == 302
        assert user.patch(f"/api/images/{image['id']}", json={"title": "Tower"}).status_code == 200
        for url in ("imageUrl", "thumbnailUrl"):
            assert_unavailable(user.get(image[url]))
    assert user.get(image["thumbnailUrl"]).status_code == 200


def test_an_album_that_goes_while_the_picture_travels(
    own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    """It was there when the upload began, and no transaction could be open since."""
    patient = own_settings.model_copy(update={"storage_timeout": 30.0})
    with reaching_s3_by_a_way(patient, own_database) as server, ThreadPoolExecutor() as threads:
        user = server.api.user()
        made = album(user)
        server.way.rule, about_to_store = announcing(after(0, PUT, Verdict.HANG))
        uploading = threads.submit(send_image, user, texts={"albumId": made["id"]})
        assert about_to_store.wait(60)
        assert user.delete(f"/api/albums/{made['id']}").status_code == 200
        server.way.recover()
        assert refusal(uploading.result()) == (404, "ALBUM_NOT_FOUND", "Album not found")
        assert_nothing_is_left(own_database, objects, user)
