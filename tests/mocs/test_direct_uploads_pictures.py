"""Whatever people send as a picture, by way of the storage: shown in its size, or refused, and then nothing is left."""

import re
from io import BytesIO
from pathlib import PurePosixPath

import pytest
from PIL import Image

from lego_api.adapters.images import PHOTOS
from tests.mocs.builders import problems
from tests.mocs.direct_upload_builders import PLAN, File, begin, failures, finalized, initialize, objects_of, send
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.objects import Objects
from tests.support.picture_sample import Expected, Sample
from tests.support.picture_samples import CORPUS

MAX_EDGE = 2048
EXTENSIONS = (".jpg", ".png", ".webp", ".heic")
REASONS = {
    Expected.NO_PICTURE: r".* (does not contain what its name says|is not of a type that can be used, or is damaged)$",
    Expected.DAMAGED: r"The picture is (damaged or incomplete|stored in too many steps to be used)$",
    Expected.TOO_LARGE: r"The picture is too large: at most ",
}


def may_be_announced(sample: Sample) -> bool:
    return PurePosixPath(sample.filename).suffix.lower() in EXTENSIONS and len(sample.content) > 0


def shrunk(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, MAX_EDGE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


@pytest.mark.parametrize("sample", CORPUS.values(), ids=CORPUS)
def test_each_is_shown_or_refused_and_leaves_nothing(
    over_http: Api, database: Database, objects: Objects, sample: Sample
) -> None:
    user = over_http.user()
    file = File(sample.filename, sample.content, "thumbnail")
    if not may_be_announced(sample):
        assert sample.expected_where(PHOTOS) is Expected.NO_PICTURE
        assert list(problems(initialize(user, PLAN.announced(), file.announced()))) == ["files"]
        assert database.count("moc_instructions", "user_id = $1", user.id) == 0
        return
    moc_id, (_, permission) = begin(user, PLAN, file)
    send(permission, file.content)
    body = finalized(user, moc_id, permission)
    assert database.count("pending_uploads", "moc_id = $1", moc_id) == 1, "the plan's"
    if sample.expected is Expected.ACCEPTED:
        assert body["failed"] == []
        [shown] = body["moc"]["images"]
        assert body["moc"]["thumbnailUrl"] == shown["url"]
        picture = Image.open(BytesIO(over_http.client().get(shown["url"]).content))
        picture.load()
        assert (picture.format, picture.size) == ("WEBP", shrunk(sample.size))
        assert objects_of(objects, moc_id) == {shown["url"].removeprefix("/uploads/")}
    else:
        [reason] = failures(body).values()
        assert re.match(REASONS[sample.expected], reason), reason
        assert body["moc"]["images"] == []
        assert objects_of(objects, moc_id) == set()
