"""`lego-api`, as an operator calls it."""

import os
import subprocess
import sys

from tests.support.backends import ROOT


def lego_api(database_url: str, *arguments: str) -> str:
    """What it printed. It has to end well."""
    done = subprocess.run(
        [sys.executable, "-m", "lego_api.cli", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
