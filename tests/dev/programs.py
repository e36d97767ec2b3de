"""Programs that stand for those of a machine: on a PATH of their own."""

from pathlib import Path

CAUSE = "Unknown host example.com: Name or service not known"
JAVA = """
[ "$1" = -version ] && echo 'openjdk version "VERSION" 2026-01-20' >&2 && exit
echo 'Error: no memory' >&2
exit 1
"""
# It takes no PATH to count its calls and to write a file.
MAVEN = """
for word; do
    case $word in -DoutputDirectory=*) : > "${word#*=}/opensearch.jar" ;; esac
done
echo called >> "CALLS"
"""
FAILING_MAVEN = f"""
echo '[ERROR] Plugin x:1 could not be resolved: transfer failed for https://example.com/x: {CAUSE} -> [Help 1]'
echo '[ERROR] '
exit 1
"""


class Programs:
    """A directory for the PATH, on which nothing else is."""

    def __init__(self, directory: Path) -> None:
        self.path = directory
        self._calls = directory / "calls"
        directory.mkdir()

    @property
    def fetched(self) -> int:
        """How often Maven did its work."""
        return len(self._calls.read_text().splitlines()) if self._calls.exists() else 0

    def java(self, version: str = "21.0.2") -> None:
        """It has a version, and starts nothing."""
        self._write("java", JAVA.replace("VERSION", version))

    def maven(self, before: str = "") -> None:
        """Fetches one jar. `before`: what the shell does first."""
        self._write("mvn", before + MAVEN.replace("CALLS", str(self._calls)))

    def failing_maven(self) -> None:
        self._write("mvn", FAILING_MAVEN)

    def no_maven(self) -> None:
        (self.path / "mvn").unlink()

    def _write(self, name: str, body: str) -> None:
        file = self.path / name
        file.write_text(f"#!/bin/sh\n{body}")
        file.chmod(0o755)
