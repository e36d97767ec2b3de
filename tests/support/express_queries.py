"""The queries of the Express server: every column of the old schema by its name, and no other."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.support.database import Database

Row = dict[str, Any]

_SCHEMA = (Path(__file__).parents[1] / "data" / "existing-schema.md").read_text()


def _columns() -> dict[str, list[str]]:
    parts = re.split(r"^## (\w+)$", _SCHEMA, flags=re.MULTILINE)[1:]
    tables = zip(parts[::2], parts[1::2], strict=True)
    return {table: re.findall(r"^\| (\w+) \| \w+ \| (?:yes|no) \|", text, re.MULTILINE) for table, text in tables}


COLUMNS: Mapping[str, list[str]] = _columns()  # by table

_UPLOADS_OVER_TIME = """
    SELECT to_char(created_at, 'YYYY-MM') AS date, theme, count(*) FROM moc_instructions
    WHERE user_id = $1 AND created_at >= now() - interval '12 months' GROUP BY 1, 2 ORDER BY 1
"""
_LINKED_IMAGES = """
    SELECT image.id, image.title, image.image_url, link.id AS linked_at FROM moc_gallery_images link
    INNER JOIN gallery_images image ON link.gallery_image_id = image.id
    WHERE link.moc_id = $1 ORDER BY image.created_at
"""


class Express:
    """As Drizzle writes them: an insert names all columns, and leaves to the database what it is not told."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def insert(self, table: str, **values: Any) -> Row:
        places = {name: f"${number}" for number, name in enumerate(values, 1)}
        assert places.keys() <= set(COLUMNS[table])
        names, given = ", ".join(COLUMNS[table]), ", ".join(places.get(name, "DEFAULT") for name in COLUMNS[table])
        inserted = f"INSERT INTO {table} ({names}) VALUES ({given}) RETURNING {names}"
        return self.database.fetch(inserted, *values.values())[0]

    def select(self, table: str, where: str = "true", *arguments: Any) -> list[Row]:
        """`where`, and what may follow it."""
        return self.database.fetch(f"SELECT {', '.join(COLUMNS[table])} FROM {table} WHERE {where}", *arguments)

    def update(self, table: str, id: UUID, **changes: Any) -> list[Row]:
        sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(changes, 2))
        changed = f"UPDATE {table} SET {sets} WHERE id = $1 RETURNING {', '.join(COLUMNS[table])}"
        return self.database.fetch(changed, id, *changes.values())

    def delete(self, table: str, id: UUID) -> list[Row]:
        return self.database.fetch(f"DELETE FROM {table} WHERE id = $1 RETURNING {', '.join(COLUMNS[table])}", id)

    def count(self, table: str, user_id: str) -> int:
        return self.database.count(table, "user_id = $1", user_id)

    def linked_images(self, moc_id: UUID) -> list[Row]:
        return self.database.fetch(_LINKED_IMAGES, moc_id)

    def uploads_over_time(self, user_id: str) -> list[Row]:
        return self.database.fetch(_UPLOADS_OVER_TIME, user_id)

    def themes(self, user_id: str) -> list[Row]:
        return self.database.fetch(
            "SELECT theme, count(*) FROM moc_instructions WHERE user_id = $1 AND theme IS NOT NULL GROUP BY theme",
            user_id,
        )

    def everything(self) -> dict[str, dict[UUID, Row]]:
        """All rows by table and id, as far as this server knows of them."""
        return {table: by_id(self.select(table)) for table in COLUMNS}


def by_id(rows: Iterable[Row]) -> dict[UUID, Row]:
    return {row["id"]: row for row in rows}
