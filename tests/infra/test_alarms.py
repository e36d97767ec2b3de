"""Alarms and graphs watch metrics that exist, and every alarm has its page."""

import ast
import re
from collections.abc import Iterator

from lego_api import metrics
from tests.support.backends import ROOT
from tests.support.terraform_files import text_of

SOURCE = ROOT / "src" / "lego_api"
RUNBOOKS = ROOT / "docs" / "runbooks"
CONDITIONS = text_of("observability")
OURS = r"var\.watched\.application_namespace"


def emitted() -> set[str]:
    """The names of the application's metrics."""
    return {name for file in SOURCE.rglob("*.py") for name in _emitted_in(ast.parse(file.read_text()))}


def _emitted_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).rpartition(".")[2]
        if called in ("emit", "count") and node.args:
            yield from (name for part in ast.walk(node.args[0]) if (name := _name(part)))
        elif called == "Counter":
            yield from (keyword.arg for keyword in node.keywords if keyword.arg)


def _name(node: ast.AST) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and re.fullmatch("[A-Z][a-zA-Z]+", value) else None


def watched() -> set[str]:
    """Of the namespace of the application, in alarms and in graphs."""
    in_alarms = set(re.findall(rf'namespace\s+= {OURS}, metric = "(\w+)"', CONDITIONS))
    in_graphs = set(re.findall(rf'\[{OURS}, "(\w+)"', CONDITIONS))
    by_source = {
        name + source
        for sources, name in re.findall(rf'for source in \[([^\]]*)\] :\s+\[{OURS}, "(\w+)\$\{{source\}}"', CONDITIONS)
        for source in re.findall(r'"(\w+)"', sources)
    }
    assert in_alarms
    assert in_graphs
    assert by_source
    return in_alarms | in_graphs | by_source


def test_what_is_watched_is_emitted() -> None:
    assert watched() - emitted() == set()


def test_what_says_that_something_is_wrong_is_watched() -> None:
    assert {"OutboxAge", "OutboxDead", "BreakerOpen"} <= watched()


def test_namespace_is_the_application_s() -> None:
    [passed] = re.findall(r'application_namespace\s+= "([^"]+)"', text_of("stack"))
    assert passed == f"{metrics.APPLICATION}/${{var.environment}}"


def test_every_part_with_a_breaker_is_watched() -> None:
    parts = {name for file in SOURCE.rglob("*.py") for name in re.findall(r'\bBreaker\("(\w+)"', file.read_text())}
    lists = re.findall(r"for part in \[([^\]]*)\]", CONDITIONS)
    assert lists
    for listed in lists:
        assert set(re.findall(r'"(\w+)"', listed)) == parts


def alarms() -> set[str]:
    """Names of pages: of the alarm, unless it names another."""
    named = set(re.findall(r'runbook = "([\w-]+)"', CONDITIONS))
    own = set(re.findall(r"^ {4,6}([a-z]+(?:-[a-z]+)+) = \{$", CONDITIONS, re.MULTILINE))
    single = set(re.findall(r"/docs/runbooks/([a-z-]+)\.md", CONDITIONS))
    assert own
    assert single
    return named | own | single


def test_every_alarm_has_its_page_and_every_page_its_alarm() -> None:
    pages = {file.stem for file in RUNBOOKS.glob("*.md")} - {"README"}
    assert alarms() - pages == set(), "alarms without a page in docs/runbooks"
    assert pages - alarms() == set(), "pages in docs/runbooks of no alarm"
