"""What tests have measured, for whoever reads the end of a run.

A test hands it over with `record_property(MEASURED, line)`, so that it also comes from the workers of a parallel run.
"""

import pytest

MEASURED = "measured"


def write_measurements(reporter: pytest.TerminalReporter) -> None:
    reports = [*reporter.stats.get("passed", ()), *reporter.stats.get("failed", ())]
    lines = [line for report in reports for name, line in report.user_properties if name == MEASURED]
    if lines:
        reporter.section("measured by these tests")
    for line in lines:
        reporter.write_line(str(line))
