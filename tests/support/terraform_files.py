"""What is written in the Terraform files, read as text: these tests need no Terraform."""

import json
import re
from typing import Any

from tests.support.backends import ROOT

MODULES = ROOT / "infra" / "modules"


def text_of(module: str) -> str:
    """All files of a module, without comments."""
    files = sorted((MODULES / module).glob("*.tf"))
    assert files, f"there is no module {module}"
    return "\n".join(re.sub(r"(?m)(^|\s)#.*$", "", file.read_text()) for file in files)


def json_of(module: str, name: str) -> Any:
    return json.loads((MODULES / module / name).read_text())


def block(text: str, opening: str) -> str:
    """From the first line that has `opening` up to the bracket that closes what it opens."""
    start = text.index(opening)
    first = text.index(opening[-1], start + len(opening) - 1)
    closing = {"{": "}", "[": "]", "(": ")"}[opening[-1]]
    depth = 0
    for position in range(first, len(text)):
        depth += {opening[-1]: 1, closing: -1}.get(text[position], 0)
        if depth == 0:
            return text[first : position + 1]
    raise AssertionError(f"{opening} is not closed")


def strings(text: str) -> list[str]:
    return re.findall(r'"([^"]*)"', text)
