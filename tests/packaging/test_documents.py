"""What the project's pages tell a person to do can be done: commands, paths, links, queries and sums."""

import re
import shlex
from decimal import Decimal

import pytest

from lego_api import cli
from tests.packaging.test_makefile import TARGETS
from tests.support.backends import ROOT
from tests.support.database import Database
from tests.support.documents import PAGES, Found, anchors, commands, links, sql_blocks

ENVIRONMENT = r"(?:NAME|lego-dev|lego-production)"
FOLDERS = ("infra/", "docs/", "src/", "tests/", "migrations/", "benchmarks/")


def ids(found: Found) -> str:
    return str(found)


@pytest.mark.parametrize("found", commands("make "), ids=ids)
def test_every_target_of_make_exists(found: Found) -> None:
    assert found.text.split()[1] in TARGETS


def lego_commands() -> list[Found]:
    """Also those that the function runs."""
    typed = commands("lego-api ", "run ", ".venv/bin/lego-api ")
    return [found._replace(text=re.sub(rf"^(run {ENVIRONMENT}|\S*lego-api) ", "", found.text)) for found in typed]


@pytest.mark.parametrize("found", lego_commands(), ids=ids)
def test_every_command_of_the_project_exists(found: Found) -> None:
    text = re.sub(r"\$\(.*\)|ROLE_ARN", "arn:aws:iam::123456789012:role/name", found.text.partition(" | ")[0])
    command, *arguments = shlex.split(text.replace("…", "").replace("...", ""))
    assert cli.parser().parse_args([command, *arguments]).run


@pytest.mark.parametrize("found", commands("terraform -chdir="), ids=ids)
def test_every_directory_and_address_of_terraform_exists(found: Found) -> None:
    directory = re.match(r"terraform -chdir=(\S+)", found.text)
    assert directory
    assert (ROOT / directory[1] / "main.tf").is_file()
    for address in re.findall(r"module\.stack\.[\w.\[\]]+", found.text):
        folder = "infra/modules/stack"
        *modules, last = re.findall(r"module\.(\w+)(?:\[0\])?|(aws_\w+\.\w+)", address)[1:] or [("", "")]
        for name in [name for name, _ in (*modules, last) if name]:
            assert f'module "{name}"' in text_of(folder)
            folder = f"infra/modules/{name}"
        if resource := last[1]:
            kind, _, name = resource.partition(".")
            assert f'resource "{kind}" "{name}"' in text_of(folder)


def text_of(folder: str) -> str:
    return "\n".join(file.read_text() for file in sorted((ROOT / folder).glob("*.tf")))


@pytest.mark.parametrize("found", commands(*FOLDERS), ids=ids)
def test_every_path_exists(found: Found) -> None:
    path = found.text.partition(" ")[0].rstrip("/")
    if path.rpartition("/")[2] in ("backend.hcl", "terraform.tfvars"):  # everybody writes their own
        path = path.rpartition("/")[0]
    if not re.search(r"NAME|<", path):  # else it says how a path is made
        assert list(ROOT.glob(path))


@pytest.mark.parametrize("found", links(), ids=ids)
def test_every_link_leads_somewhere(found: Found) -> None:
    path, _, anchor = found.text.partition("#")
    target = found.page.parent / path if path else found.page
    assert target.exists()
    assert not anchor or anchor in anchors(target)


def test_what_deployments_read_of_a_stack_is_put_out() -> None:
    page = (ROOT / "docs/deploy.md").read_text()
    named = set(re.findall(r"stack '?\.(\w+)", page))
    assert named
    assert named <= set(re.findall(r'^output "(\w+)"', (ROOT / "infra/modules/stack/outputs.tf").read_text(), re.M))


def test_what_is_said_to_an_environment_is_asked_by_it() -> None:
    pages = [(ROOT / "docs" / name).read_text() for name in ("deploy.md", "cutover.md")]
    said = {name for page in pages for name in re.findall(r"^(\w+) += [\[{\"]", page, re.MULTILINE)}
    assert "account_id" in said
    for environment in ("staging", "production"):
        asked = re.findall(r'^variable "(\w+)"', text_of(f"infra/environments/{environment}"), re.MULTILINE)
        assert said <= set(asked), environment


@pytest.mark.parametrize("found", sql_blocks(), ids=ids)
def test_every_query_fits_the_tables(found: Found, module_database: Database) -> None:
    """Roles belong to the whole server: the rehearsal of the cutover makes those, under names of its own."""
    for statement in filter(None, (part.strip() for part in found.text.split(";"))):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            module_database.fetch(statement.replace(":id", "gen_random_uuid()"))
        else:
            assert "ROLE" in found.text


def test_every_runbook_is_named_by_its_page() -> None:
    pages = sorted((ROOT / "docs/runbooks").glob("*.md"))
    assert pages
    for page in pages:
        text = page.read_text()
        assert text.startswith(f"# {page.stem}\n")
        parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert parts == ["First look", "Usual causes", "What to do", "Over"], page.name


def test_the_columns_of_cost_add_up() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs/cost.md").read_text().splitlines()
        if line.startswith("|") and line.count("|") == 7
    ][2:]
    *parts, total = [[Decimal(cell) for cell in row[2:]] for row in rows]
    assert [sum(column) for column in zip(*parts, strict=True)] == total
    assert total[3] <= 813


def test_the_pages_are_found() -> None:
    assert len(PAGES) > 50
