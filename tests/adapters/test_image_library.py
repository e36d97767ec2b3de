"""Which PIL the other tests of pictures run under: the one that is installed, or the one `make test-simd` has built."""

import os

import PIL
import pytest
from PIL import features


def test_pictures_are_tested_under_the_library_that_was_asked_for() -> None:
    library = "pillow-simd" if ".post" in PIL.__version__ else "pillow"
    assert library == os.environ.get("TESTED_PIL", "pillow")


@pytest.mark.parametrize("feature", ["jpg", "libjpeg_turbo", "littlecms2", "webp", "zlib"])
def test_the_library_has_all_that_pictures_need(feature: str) -> None:
    assert features.check(feature)
