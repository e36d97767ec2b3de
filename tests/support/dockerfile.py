"""The Dockerfile, read: its stages, and what they copy."""

import re
from collections.abc import Iterator

from tests.support.backends import ROOT

# Lines that go on are joined, and comments are left out.
INSTRUCTIONS = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE))
STAGES = {
    stage.split("\n")[0].split(" AS ")[1]: stage
    for stage in re.split(r"^(?=FROM )", INSTRUCTIONS, flags=re.MULTILINE)[1:]
}


def arguments(stage: str, instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} (.*)$", STAGES[stage], re.MULTILINE)


def copied(stage: str) -> Iterator[tuple[str, str]]:
    """Source and destination of all that comes from the checkout."""
    for line in arguments(stage, "COPY"):
        if not line.startswith("--"):
            *sources, destination = line.split()
            yield from ((source, destination) for source in sources)


def taken(stage: str, other: str) -> list[tuple[str, str]]:
    """Source and destination of all that comes from another stage."""
    lines = [line.split() for line in arguments(stage, "COPY") if line.startswith("--")]
    assert all(option == f"--from={other}" for option, *_ in lines)
    return [(source, destination) for _, source, destination in lines]
