from collections.abc import Iterator

import pytest

from tests.support.logs import LogLines, collected_lines


@pytest.fixture
def log() -> Iterator[LogLines]:
    with collected_lines() as lines:
        yield lines
