"""What the project's pages tell a person to type, and what they point at."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.backends import ROOT

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "infra").rglob("README.md")])
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


class Found(NamedTuple):
    """`text` as it stands on a page, in one line."""

    page: Path
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text[:100]}"


def commands(*begin: str) -> list[Found]:
    """What is to be typed and begins with one of these words, in blocks and between words."""
    return [found for found in _typed() if found.text.startswith(begin)]


def _typed() -> Iterator[Found]:
    for page in PAGES:
        text = page.read_text()
        for language, block in _BLOCK.findall(text):
            if not language:
                for line in block.replace("\\\n", " ").splitlines():
                    yield Found(page, re.sub(r"\s+#.*", "", line).strip())
        for words in _INLINE.findall(_BLOCK.sub("", text)):
            yield Found(page, words)


def sql_blocks() -> list[Found]:
    return [
        Found(page, block)
        for page in PAGES
        for language, block in _BLOCK.findall(page.read_text())
        if language == "sql"
    ]


def links() -> list[Found]:
    """Those that stay in the repository."""
    found = (Found(page, link) for page in PAGES for link in _LINK.findall(_BLOCK.sub("", page.read_text())))
    return [link for link in found if "://" not in link.text]


def anchors(page: Path) -> set[str]:
    """Of its headings, as they are shown on the web."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
