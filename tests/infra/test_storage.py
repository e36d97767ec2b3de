"""What the bucket shows is what the application stores to be shown, and no more."""

import ast
import re
from typing import get_args
from uuid import UUID

from lego_api.mocs.files.kinds import FileType
from lego_api.object_store import STORED_EXPORTS, moc_folder
from lego_api.pending_uploads import INCOMING
from tests.support.backends import ROOT
from tests.support.terraform_files import block, strings, text_of

OF_EXPRESS = {"moc-files/"}  # where the old server kept its files
MOC = UUID("00000000-0000-4000-8000-000000000000")


def stored_prefixes() -> set[str]:
    """What keys begin with: that of each file of a MOC, and what is followed by a user in the sources."""
    of_mocs = {moc_folder("user", MOC, kind).partition("/")[0] + "/" for kind in get_args(FileType)}
    of_users: set[str] = set()
    for file in (ROOT / "src" / "lego_api").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.JoinedStr) and len(node.values) > 1 and isinstance(node.values[0], ast.Constant):
                text, following = str(node.values[0].value), ast.unparse(node.values[1])
                if re.fullmatch(r"[a-z-]+/", text) and "quote(" in following:
                    of_users.add(text)
    return of_mocs | of_users | {INCOMING, STORED_EXPORTS}


def test_every_kind_of_file_is_shown_or_passing() -> None:
    text = re.sub(r" +", " ", text_of("storage"))
    shown, passing = (set(strings(block(text, f"{name}_prefixes = ["))) for name in ("shown", "passing"))
    assert shown & passing == set()
    assert shown | passing == stored_prefixes() | OF_EXPRESS
    assert passing == {INCOMING, STORED_EXPORTS}


def test_the_import_hears_of_parts_lists_wherever_they_arrive() -> None:
    folder = moc_folder("user", MOC, "parts-list").partition("user")[0]
    text = block(text_of("parts_list_import"), 'dynamic "queue" {')
    assert {string for string in strings(text) if string.endswith("/")} == {folder, INCOMING + folder}
