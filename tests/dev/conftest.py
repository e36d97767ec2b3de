"""Copies of the project, each with a stack of its own."""

from collections.abc import Iterator

import pytest

from tests.dev.checkout import Checkout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """In a directory with a name that a shell would take apart."""
    checkout = Checkout(tmp_path_factory.mktemp("dev") / "it's mine")
    yield checkout
    checkout.delete()
