from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.faults import serving


@pytest.fixture(scope="module")
def alone(module_settings: Settings) -> Iterator[Api]:
    """An application on a database where nobody else writes."""
    with serving(module_settings) as api:
        yield api
