import logging
from collections.abc import Iterator

import pytest

from tests.support.logs import LogLines


@pytest.fixture
def log() -> Iterator[LogLines]:
    """What the applications of this process log, from now on."""
    lines, logger = LogLines(), logging.getLogger("lego_api")
    level = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    yield lines
    logger.removeHandler(lines)
    logger.setLevel(level)
