"""Direct uploads that are never finalized: in the end there is neither a row nor an object of them."""

import pytest

from lego_api.config import Settings
from tests.mocs.builders import Json, add_file, detail
from tests.mocs.direct_upload_builders import (
    FRONT,
    PARTS,
    PLAN,
    begin,
    failures,
    finalized,
    initialize,
    objects_of,
    send,
)
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.locks import open_transaction
from tests.support.maintenance import hours_pass, maintain, run_maintenance
from tests.support.objects import Objects
from tests.support.pictures import JPEG

UNKNOWN = "No such upload is known, or not any more. Start it again."


def permissions_end(database: Database, ago: str = "61 minutes") -> None:
    """All of them, so long ago."""
    database.fetch(f"UPDATE pending_uploads SET expires_at = now() at time zone 'UTC' - interval '{ago}'")


def begun(user: User) -> tuple[str, list[Json]]:
    """A MOC of which a document and a picture have been sent, and nothing finalized."""
    moc_id, permissions = begin(user, PLAN, FRONT, PARTS)
    for permission, file in zip(permissions, (PLAN, FRONT), strict=False):
        send(permission, file.content)
    return moc_id, permissions


def test_what_is_never_finalized_is_gone_in_the_end(
    alone: Api, module_settings: Settings, module_database: Database, objects: Objects
) -> None:
    user = alone.user()
    moc_id, _ = begun(user)
    run_maintenance(module_settings)
    permissions_end(module_database, ago="59 minutes")
    run_maintenance(module_settings)
    assert (module_database.count("pending_uploads"), len(objects_of(objects, moc_id))) == (3, 2), "there is time left"
    permissions_end(module_database)
    run_maintenance(module_settings)
    assert user.get(f"/api/mocs/{moc_id}").status_code == 404
    assert module_database.count("pending_uploads") == module_database.count("moc_instructions") == 0
    hours_pass(module_database)
    run_maintenance(module_settings)
    assert objects_of(objects, moc_id) == set()
    assert module_database.count("outbox") == 0


def test_what_is_too_late_is_unknown_also_before_it_is_removed(alone: Api, module_database: Database) -> None:
    user = alone.user()
    moc_id, permissions = begun(user)
    permissions_end(module_database, ago="59 minutes")
    assert failures(finalized(user, moc_id, permissions[0])) == {}
    permissions_end(module_database)
    assert failures(finalized(user, moc_id, permissions[1])) == {None: UNKNOWN}


def test_what_was_finalized_stays_and_what_was_not_goes(
    alone: Api, module_settings: Settings, module_database: Database, objects: Objects
) -> None:
    user = alone.user()
    moc_id, permissions = begun(user)
    [plan] = finalized(user, moc_id, permissions[0])["moc"]["files"]
    permissions_end(module_database)
    hours_pass(module_database)
    run_maintenance(module_settings)
    assert detail(user, {"id": moc_id})["files"] == [plan]
    assert objects_of(objects, moc_id) == {plan["fileUrl"].removeprefix("/uploads/")}
    assert module_database.count("pending_uploads") == module_database.count("outbox") == 0


@pytest.mark.parametrize("use", ["a title", "a file", "a parts list", "a gallery image"])
def test_a_moc_that_was_used_otherwise_stays(
    alone: Api, module_settings: Settings, module_database: Database, use: str
) -> None:
    user = alone.user()
    moc_id, _ = begun(user)
    if use == "a title":
        assert user.patch(f"/api/mocs/{moc_id}", json={}).status_code == 200
    elif use == "a file":
        file = add_file(user, {"id": moc_id}, "instruction", "other.pdf", PLAN.content)
        module_database.fetch("UPDATE moc_instructions SET updated_at = created_at")
        assert detail(user, {"id": moc_id})["files"] == [file]
    elif use == "a parts list":
        path = f"/api/moc-instructions/{moc_id}/parts-lists"
        assert user.post(path, json={"title": "By hand"}).status_code == 201
        module_database.fetch("UPDATE moc_instructions SET updated_at = created_at")
    else:
        image = user.post("/api/images", files={"image": ("brick.jpg", JPEG, "image/jpeg")}).json()["image"]
        link = {"galleryImageId": image["id"]}
        assert user.post(f"/api/mocs/{moc_id}/gallery-images", json=link).status_code == 201
    permissions_end(module_database)
    run_maintenance(module_settings)
    assert module_database.count("pending_uploads") == 0
    assert user.get(f"/api/mocs/{moc_id}").status_code == 200


def test_objects_that_are_sent_again_are_deleted_whatever_became_of_the_first(
    alone: Api, module_settings: Settings, module_database: Database, objects: Objects
) -> None:
    """A permission is good until it ends, also for what was refused, made into something else, or deleted since."""
    user = alone.user()
    moc_id, (plan, front, parts) = begin(user, PLAN, FRONT, PARTS)
    send(plan, PLAN.content)
    send(front, FRONT.content)
    [file, _] = finalized(user, moc_id, plan, front)["moc"]["files"]
    assert user.delete(f"/api/mocs/{moc_id}/files/{file['id']}").status_code == 200
    finalized(user, moc_id, parts, success=False)
    for permission, announced in ((plan, PLAN), (front, FRONT), (parts, PARTS)):
        send(permission, announced.content)
    [picture] = detail(user, {"id": moc_id})["files"]
    hours_pass(module_database)
    run_maintenance(module_settings)
    assert objects_of(objects, moc_id) == {picture["fileUrl"].removeprefix("/uploads/")}
    assert module_database.count("outbox") == 0


def test_a_moc_that_is_deleted_takes_along_what_was_sent_for_it(
    alone: Api, module_settings: Settings, module_database: Database, objects: Objects
) -> None:
    user = alone.user()
    moc_id, permissions = begun(user)
    assert user.delete(f"/api/mocs/{moc_id}").status_code == 200
    assert module_database.count("pending_uploads") == 0
    send(permissions[2], PARTS.content)
    assert user.post(f"/api/mocs/{moc_id}/finalize", json={"uploadedFiles": permissions}).status_code == 404
    hours_pass(module_database)
    run_maintenance(module_settings)
    assert objects_of(objects, moc_id) == set()
    assert module_database.count("outbox") == 0


def test_nobody_is_shown_an_expired_moc_from_the_cache(api: Api, settings: Settings, database: Database) -> None:
    user = api.user()
    moc_id, _ = begin(user, PLAN)
    assert user.get(f"/api/mocs/{moc_id}").status_code == 200
    assert user.get("/api/mocs").json()["total"] == 1
    sql = "UPDATE pending_uploads SET expires_at = expires_at - interval '3 hours' WHERE moc_id = $1"
    database.fetch(sql, moc_id)
    run_maintenance(settings)
    assert user.get(f"/api/mocs/{moc_id}").status_code == 404
    assert user.get("/api/mocs").json()["total"] == 0


def test_a_moc_that_somebody_is_working_on_has_time(
    alone: Api, module_settings: Settings, module_database: Database
) -> None:
    """Else what is added while it expires would be deleted with it."""
    user = alone.user()
    moc_id, _ = begun(user)
    permissions_end(module_database)
    add = "INSERT INTO moc_files (moc_id, file_type, file_url) VALUES ($1, 'instruction', 'https://a.example/b.pdf')"
    with open_transaction(module_database, add, [moc_id]):
        assert maintain(module_settings).expired == 0
    assert maintain(module_settings).expired == 3
    assert len(detail(user, {"id": moc_id})["files"]) == 1


def test_who_begins_again_gives_up_the_first_attempt(over_http: Api, objects: Objects) -> None:
    """As long as it has no file: whether its files are still expected, or were refused."""
    user = over_http.user()
    title = {"title": "Castle again"}
    waiting, _ = begin(user, PLAN, **title)
    refused, (permission,) = begin(user, PLAN, **title)
    assert user.get(f"/api/mocs/{waiting}").status_code == 404
    send(permission, PLAN.content[:-1])
    assert failures(finalized(user, refused, permission))
    kept, (permission,) = begin(user, PLAN, **title)
    assert user.get(f"/api/mocs/{refused}").status_code == 404
    send(permission, PLAN.content)
    assert not failures(finalized(user, kept, permission))
    answer = initialize(user, PLAN.announced(), **title)
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT"), "this one has a file"
    assert user.get(f"/api/mocs/{kept}").status_code == 200
