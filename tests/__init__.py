"""A failing assertion in what tests share tells as much as one in a test."""

import pytest

pytest.register_assert_rewrite(
    *("tests.support", "tests.adapters.rendering", "tests.faults", "tests.mocs.builders", "tests.wishlist.builders")
)
