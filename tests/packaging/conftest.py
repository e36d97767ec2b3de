import sys
from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.image import Image, image
from tests.support.image_functions import Gateway, ImageFunction, image_function, variables_of


@pytest.fixture(scope="session", name="image")
def laid_out_image() -> Iterator[Image]:
    if sys.platform != "linux":
        pytest.skip("Lambda's runtime client is for Linux only")
    with image() as laid_out:
        yield laid_out


@pytest.fixture(scope="session")
def production_settings(settings: Settings) -> Settings:
    """As the functions have them in AWS, on the servers of the tests."""
    return settings.model_copy(update={"environment": "production", "files_base_url": "https://files.example.com"})


@pytest.fixture(scope="session")
def http_function(image: Image, production_settings: Settings) -> Iterator[ImageFunction]:
    """One sandbox for all tests: starting one takes longer than most of them."""
    with image_function(image, "http", variables_of(production_settings)) as function:
        yield function


@pytest.fixture
def gateway_api(production_settings: Settings, http_function: ImageFunction) -> Iterator[Api]:
    api = Api(production_settings, "https://api.example.com", Gateway(http_function))
    yield api
    api.close()


@pytest.fixture(scope="session")
def import_function(image: Image, production_settings: Settings) -> Iterator[ImageFunction]:
    with image_function(image, "parts_list_import", variables_of(production_settings)) as function:
        yield function
