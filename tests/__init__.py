"""A failing assertion in what tests share tells as much as one in a test."""

import pytest

pytest.register_assert_rewrite(
    *("tests.support", "tests.adapters.rendering", "tests.faults"),
    *(f"tests.{domain}.builders" for domain in ("gallery", "mocs", "users", "wishlist")),
)
