"""Runs all checks, two at a time, and says of each how long it took. What is missing is said, and fails."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial

from infra.checks import terraform
from infra.checks.rehearsal import rehearse
from infra.checks.tools import INFRA, ROOT, Failed, installed_actionlint, missing, python_tool, run

Check = Callable[[], str]


def edge_functions() -> str:
    return run("node", "--test", *sorted((INFRA / "modules").glob("*/tests/*.test.mjs")))


def policies() -> str:
    """What is skipped, and why, is in the configuration beside the modules."""
    told = run(python_tool("checkov"), "--config-file", INFRA / "checkov.yaml", "--directory", INFRA, LOG_LEVEL="ERROR")
    if "Passed checks" not in told or "Parsing errors" in told:  # it passes over what it cannot read
        raise Failed(told)
    return told


def workflows() -> str:
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    # Without the network: what can be known of the files themselves.
    return run(installed_actionlint(), *files) + run(python_tool("zizmor"), "--offline", *files)


def quick() -> dict[str, Check]:
    tests: dict[str, Check] = {
        str(directory.relative_to(INFRA)): partial(terraform.test, directory) for directory in terraform.directories()
    }
    return {"checkov": policies, "workflows": workflows, **tests, "edge functions": edge_functions}


def main() -> int:
    if lacking := missing():
        print("make infra-check needs, on the PATH:", *lacking, sep="\n  ", file=sys.stderr)
        return 1
    try:
        with timed("format"):
            terraform.formatted()
        with timed("provider"):
            terraform.fetch_provider()
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    # The rehearsal mostly waits, as the provider does for AWS; so it comes on top of as many as there are processors.
    with ThreadPoolExecutor(1) as waiting, ThreadPoolExecutor(os.cpu_count() or 1) as working:
        checks = {waiting.submit(checked, "rehearsal", rehearse)}
        checks |= {working.submit(checked, name, check) for name, check in quick().items()}
        failures = [what for check in as_completed(checks) if (what := check.result())]
    print(*(f"\n{what}" for what in failures), sep="\n", file=sys.stderr)
    print(f"{len(checks) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


def checked(name: str, check: Check) -> str | None:
    """What has failed, if something has."""
    try:
        with timed(name):
            check()
    except Failed as failure:
        return f"{name}:\n{failure}"
    except Exception:  # of a check itself: the others are still to be told
        return f"{name}:\n{traceback.format_exc()}"
    return None


@contextmanager
def timed(name: str) -> Iterator[None]:
    started, outcome = time.monotonic(), "FAILED"
    try:
        yield
        outcome = "ok"
    finally:
        print(f"{outcome:7}{time.monotonic() - started:6.1f} s  {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
