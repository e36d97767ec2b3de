"""A run of these tests where there is no OpenSearch: it says what it has not run, or fails where that is asked for."""

import os
import subprocess
import sys

import pytest

from tests.support.backends import ROOT

pytestmark = pytest.mark.large

SEARCHING = "tests/dev/test_search_node.py"
# Of the run that this is part of.
UNSET = ("LEGO_API_TEST_BACKEND", "LEGO_API_TEST_SEARCH", "OPENSEARCH_URL", "REQUIRE_OPENSEARCH", "PYTEST_ADDOPTS")


def run(**variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in UNSET and not k.startswith("PYTEST_XDIST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "large", SEARCHING],
        cwd=ROOT,
        env={**inherited, "TEST_BACKEND": "", "LEGO_OPENSEARCH": "none", **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_tests_that_need_it_are_counted_and_the_reason_is_told() -> None:
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "! NOT RUN: 3 tests of searching !" in done.stdout
    assert "They need OpenSearch. LEGO_OPENSEARCH=none" in done.stdout


def test_where_it_is_required_nothing_is_run() -> None:
    done = run(REQUIRE_OPENSEARCH="1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Exit: REQUIRE_OPENSEARCH=1, and there is none: LEGO_OPENSEARCH=none" in done.stdout + done.stderr
    assert "skipped" not in done.stdout
