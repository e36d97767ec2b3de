"""What a client of PostgreSQL says on the wire, message by message."""

from dataclasses import dataclass

from tests.support.verdicts import Verdict


@dataclass(frozen=True)
class Statement:
    """`name`: that of a prepared statement, which is empty for the unnamed one; None for a simple query."""

    sql: str
    name: str | None


class Recorder:
    """A rule that lets everything pass and remembers the statements."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, data: bytes) -> Verdict:
        if data[0]:  # else it is a greeting, which has no type
            self._read(data)
        return Verdict.PASS

    def take(self) -> list[Statement]:
        taken, self.statements = self.statements, []
        return taken

    def _read(self, data: bytes) -> None:
        """Messages are a letter, a length that counts itself, and so much content."""
        while data:
            kind, length = data[:1], int.from_bytes(data[1:5], "big")
            content, data = data[5 : length + 1], data[length + 1 :]
            assert len(content) == length - 4, "a message in pieces: larger than the proxy reads at once"
            if kind == b"Q":
                self.statements.append(Statement(content.rstrip(b"\0").decode(), None))
            elif kind == b"P":
                name, sql = content.split(b"\0")[:2]
                self.statements.append(Statement(sql.decode(), name.decode()))
