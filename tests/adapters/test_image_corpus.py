"""Whatever people send: accepted and shown in its size, or refused in words for them; and always the same bytes."""

import re
import subprocess
import sys
from hashlib import sha256

import pytest

from lego_api.adapters.content_types import GIF
from lego_api.adapters.images import PHOTOS
from lego_api.errors import Invalid
from tests.adapters.rendering import LARGE, rendered
from tests.support.backends import ROOT
from tests.support.picture_sample import Expected, Sample
from tests.support.picture_samples import CORPUS

WORDS = {
    Expected.NO_PICTURE: "^Not a picture that can be used: it must be one of JPEG, PNG, WEBP, HEIC",
    Expected.DAMAGED: "^The picture is (damaged or incomplete|stored in too many steps to be used)$",
    Expected.TOO_LARGE: "^The picture is too large: at most ",
}
FINGERPRINTS = """
from hashlib import sha256
from tests.support.picture_sample import Expected, Sample
from tests.support.picture_samples import CORPUS
for sample in CORPUS.values():
    print(sha256(sample.content).hexdigest())
"""


@pytest.mark.parametrize("accept", [PHOTOS, PHOTOS | {GIF}], ids=["photo", "avatar"])
@pytest.mark.parametrize("sample", CORPUS.values(), ids=CORPUS)
def test_each_is_shown_or_refused(sample: Sample, accept: frozenset[str]) -> None:
    expected = sample.expected_where(accept)
    if expected is Expected.ACCEPTED:
        width, height = sample.size
        scale = min(1, LARGE.max_edge / width)
        assert rendered(sample.content, accept=accept).size == (width * scale // 1, max(1, height * scale // 1))
    else:
        with pytest.raises(Invalid) as refused:
            rendered(sample.content, accept=accept)
        assert re.match(WORDS[expected], refused.value.message)


def test_each_is_small_and_the_same_in_every_process() -> None:
    assert all(len(sample.content) < 64_000 for sample in CORPUS.values())
    other = subprocess.run([sys.executable, "-c", FINGERPRINTS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert other.stdout.split() == [sha256(sample.content).hexdigest() for sample in CORPUS.values()]
