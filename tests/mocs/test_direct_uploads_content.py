"""What was sent is not always what was announced. The stand-in for S3 lets all of it pass, and finalizing does not."""

from collections.abc import Callable, Sequence

import pytest

from tests.mocs.builders import add_file, detail
from tests.mocs.direct_upload_builders import (
    BACK,
    FRONT,
    PARTS,
    PLAN,
    File,
    begin,
    failures,
    finalized,
    key_of,
    objects_of,
    send,
)
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.picture_samples import HTML
from tests.support.pictures import CSV, JPEG, PDF, PNG, STUDIO

UNKNOWN_TYPE = b"\x01\x02\x03 of no program"
ELF = b"\x7fELF\x02\x01\x01" + bytes(100)
NOT_SENT_YET = "The file has not been sent yet"
UNKNOWN = "No such upload is known, or not any more. Start it again."


@pytest.fixture
def remains(database: Database, objects: Objects) -> Callable[[str], Sequence[int]]:
    """How many rows of files and of uploads there are for a MOC, and how many objects."""

    def count(moc_id: str) -> Sequence[int]:
        rows = [database.count(table, "moc_id = $1", moc_id) for table in ("moc_files", "pending_uploads")]
        return [*rows, len(objects_of(objects, moc_id))]

    return count


@pytest.mark.parametrize(
    ("file", "sent", "reason"),
    [
        (PLAN, PDF[:-1], f"{PLAN.name} has {len(PDF) - 1} bytes, not the {len(PDF)} that were announced"),
        (PLAN, PDF + b"\n", f"{PLAN.name} has {len(PDF) + 1} bytes, not the {len(PDF)} that were announced"),
        (PLAN, PDF + bytes(10_000), f"{PLAN.name} has {len(PDF) + 10_000} bytes, not the {len(PDF)} that were"),
        (PLAN, b"", f"{PLAN.name} has 0 bytes, not the {len(PDF)} that were announced"),
        (FRONT, JPEG[:-1], f"front.jpg has {len(JPEG) - 1} bytes, not the {len(JPEG)} that were announced"),
        (FRONT, JPEG + b"\n", f"front.jpg has {len(JPEG) + 1} bytes, not the {len(JPEG)} that were announced"),
        (
            FRONT,
            JPEG + bytes(10**6),
            f"front.jpg has {len(JPEG) + 10**6} bytes, not the {len(JPEG)} that were announced",
        ),
        (FRONT, b"", f"front.jpg has 0 bytes, not the {len(JPEG)} that were announced"),
        (File("a.pdf", HTML, "instruction"), HTML, "a.pdf does not contain what its name says"),
        (File("a.pdf", ELF, "instruction"), ELF, "a.pdf does not contain what its name says"),
        (File("a.pdf", STUDIO, "instruction"), STUDIO, "a.pdf does not contain what its name says"),
        (File("a.io", ELF, "instruction"), ELF, "a.io does not contain what its name says"),
        (File("a.io", PDF, "instruction"), PDF, "a.io does not contain what its name says"),
        (File("a.pdf", UNKNOWN_TYPE, "instruction"), UNKNOWN_TYPE, "a.pdf is not of a type that can be used"),
        (File("a.xlsx", UNKNOWN_TYPE, "parts-list"), UNKNOWN_TYPE, "a.xlsx is not of a type that can be used"),
        (File("a.csv", ELF, "parts-list"), ELF, "a.csv does not contain what its name says"),
        (File("a.csv", HTML, "parts-list"), HTML, "a.csv does not contain what its name says"),
        (File("a.ldr", ELF, "parts-list"), ELF, "a.ldr does not contain what its name says"),
        (File("a.pdf", CSV, "parts-list"), CSV, "a.pdf does not contain what its name says"),
        (File("a.jpg", PNG, "thumbnail"), PNG, "a.jpg does not contain what its name says"),
        (File("a.png", HTML, "gallery-image"), HTML, "a.png does not contain what its name says"),
        (File("a.jpg", JPEG[:200], "gallery-image"), JPEG[:200], "The picture is damaged or incomplete"),
    ],
)
def test_what_is_wrong_leaves_neither_row_nor_object(
    api: Api, remains: Callable[[str], Sequence[int]], file: File, sent: bytes, reason: str
) -> None:
    user = api.user()
    moc_id, (plan, permission) = begin(user, PLAN._replace(name="other.pdf"), file)
    send(permission, sent)
    body = finalized(user, moc_id, permission)
    assert body["message"] == "0 of 1 files finalized"
    assert list(body["failed"][0]) == ["fileId", "filename", "error"]
    assert failures(body)[file.name].startswith(reason)
    assert body["moc"]["files"] == []
    assert remains(moc_id) == [0, 1, 0]
    assert failures(finalized(user, moc_id, permission)) == {None: UNKNOWN}
    assert detail(user, {"id": moc_id})["thumbnailUrl"] is None
    # The other one is still welcome.
    send(plan, PDF)
    assert finalized(user, moc_id, plan)["failed"] == []


def test_each_file_is_judged_for_itself(api: Api, remains: Callable[[str], Sequence[int]]) -> None:
    user = api.user()
    files = [PLAN, File("page.pdf", HTML, "instruction"), PARTS, FRONT, BACK]
    moc_id, permissions = begin(user, *files)
    plan, page, parts, front, back = permissions
    for permission, content in ((plan, PDF), (page, HTML), (front, JPEG[:-1])):
        send(permission, content)
    body = finalized(user, moc_id, page, parts, plan, front, back)
    assert body["message"] == "1 of 5 files finalized"
    assert [file["originalFilename"] for file in body["moc"]["files"]] == [PLAN.name]
    assert [failed["fileId"] for failed in body["failed"]] == [one["fileId"] for one in (page, parts, front, back)]
    assert failures(body) == {
        "page.pdf": "page.pdf does not contain what its name says",
        "parts.csv": NOT_SENT_YET,
        "front.jpg": f"front.jpg has {len(JPEG) - 1} bytes, not the {len(JPEG)} that were announced",
        "back.jpg": NOT_SENT_YET,
    }
    assert remains(moc_id) == [1, 2, 1]

    send(parts, CSV)
    send(back, JPEG)
    body = finalized(user, moc_id, *permissions)
    assert body["message"] == "3 of 5 files finalized"
    assert body["failed"] == [{"fileId": one["fileId"], "filename": None, "error": UNKNOWN} for one in (page, front)]
    assert remains(moc_id) == [3, 0, 3]


def test_what_is_finalized_before_it_is_sent_may_still_come(api: Api, remains: Callable[[str], Sequence[int]]) -> None:
    user = api.user()
    moc_id, permissions = begin(user, PLAN, FRONT)
    for _ in range(2):
        assert failures(finalized(user, moc_id, *permissions)) == {PLAN.name: NOT_SENT_YET, "front.jpg": NOT_SENT_YET}
    assert remains(moc_id) == [0, 2, 0]
    for permission, file in zip(permissions, (PLAN, FRONT), strict=True):
        send(permission, file.content)
    assert finalized(user, moc_id, *permissions)["failed"] == []


def test_what_the_client_says_has_failed_is_gone(api: Api, remains: Callable[[str], Sequence[int]]) -> None:
    user = api.user()
    moc_id, permissions = begin(user, PLAN, FRONT)
    send(permissions[0], PDF)
    body = finalized(user, moc_id, *permissions, success=False)
    assert failures(body) == dict.fromkeys((PLAN.name, "front.jpg"), "The file could not be sent")
    assert remains(moc_id) == [0, 0, 0]


def test_a_name_that_was_taken_meanwhile(api: Api, remains: Callable[[str], Sequence[int]]) -> None:
    user = api.user()
    moc_id, (plan, parts, front) = begin(user, PLAN, PARTS, FRONT)
    add_file(user, {"id": moc_id}, "parts-list", PARTS.name, CSV)
    add_file(user, {"id": moc_id}, "gallery-image", FRONT.name, JPEG)
    for permission, file in ((plan, PLAN), (parts, PARTS), (front, FRONT)):
        send(permission, file.content)
    body = finalized(user, moc_id, parts, front, plan)
    assert failures(body) == dict.fromkeys((PARTS.name, FRONT.name), "This MOC already has a file with this name")
    assert [file["originalFilename"] for file in body["moc"]["files"]] == [PARTS.name, FRONT.name, PLAN.name]
    assert remains(moc_id) == [3, 0, 3]


def test_the_type_is_that_of_the_permission_whatever_the_browser_said(over_http: Api, objects: Objects) -> None:
    user = over_http.user()
    moc_id, [plan] = begin(user, PLAN)
    assert plan["fields"]["Content-Type"] == "application/pdf"
    send(plan, PDF)
    assert objects.get(key_of(plan))["ContentType"] == "application/pdf"
    [file] = finalized(user, moc_id, plan)["moc"]["files"]
    assert (file["mimeType"], file["size"]) == ("application/pdf", len(PDF))
    kept = objects.get(file["fileUrl"].removeprefix("/uploads/"))
    assert (kept["ContentType"], kept["CacheControl"]) == ("application/pdf", "public, max-age=31536000, immutable")
