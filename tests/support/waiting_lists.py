"""Parts lists whose files are still to be read, as an upload leaves them; and what becomes of them."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from tests.support.database import Database
from tests.support.objects import Objects

Json = dict[str, Any]


@dataclass(frozen=True)
class Waiting:
    moc_id: str
    list_id: str
    file_id: str
    key: str


def new_moc(database: Database) -> str:
    title = f"Castle {uuid4()}"
    sql = "INSERT INTO moc_instructions (user_id, title, type) VALUES ($1, $2, 'moc') RETURNING id"
    return str(database.value(sql, str(uuid4()), title))


def waiting_list(database: Database, filename: str = "parts.csv", *, moc_id: str | None = None) -> Waiting:
    """A file and its list, of a MOC of their own unless told otherwise. Nothing is stored under the key yet."""
    moc_id = moc_id or new_moc(database)
    suffix = filename.rpartition(".")[2]
    key = f"parts-lists/somebody/{moc_id}/{uuid4()}.{suffix}"
    file = (
        "INSERT INTO moc_files (moc_id, file_type, file_url, original_filename)"
        " VALUES ($1::text::uuid, 'parts-list', $2, $3) RETURNING id"
    )
    file_id = str(database.value(file, moc_id, key, filename))
    parts_list = (
        "INSERT INTO moc_parts_lists (moc_id, file_id, title, status)"
        " VALUES ($1::text::uuid, $2::text::uuid, $3, 'processing') RETURNING id"
    )
    list_id = str(database.value(parts_list, moc_id, file_id, f"Parts List - {filename}"))
    return Waiting(moc_id, list_id, file_id, key)


def stored(objects: Objects, waiting: Waiting, content: bytes) -> Waiting:
    objects.s3.put_object(Bucket=objects.bucket, Key=waiting.key, Body=content)
    return waiting


def stored_again(database: Database, waiting: Waiting) -> Waiting:
    """The file is replaced by another, which is stored under another key."""
    again = replace(waiting, key=f"{waiting.key.rpartition('/')[0]}/{uuid4()}.csv")
    database.fetch("UPDATE moc_files SET file_url = $2 WHERE id = $1::text::uuid", again.file_id, again.key)
    database.fetch("UPDATE moc_parts_lists SET status = 'processing' WHERE id = $1::text::uuid", again.list_id)
    return again


def list_row(database: Database, waiting: Waiting) -> Json:
    return database.fetch("SELECT * FROM moc_parts_lists WHERE id = $1::text::uuid", waiting.list_id)[0]


def part_rows(database: Database, waiting: Waiting) -> list[Json]:
    sql = "SELECT * FROM moc_parts WHERE parts_list_id = $1::text::uuid ORDER BY number"
    return database.fetch(sql, waiting.list_id)


def pieces_of_moc(database: Database, moc_id: str) -> int | None:
    count: int | None = database.value(
        "SELECT total_piece_count FROM moc_instructions WHERE id = $1::text::uuid", moc_id
    )
    return count


def house_csv(*quantities: int) -> bytes:
    """Parts of different kinds, each this often."""
    lines = (f"30{number:02},Brick,{quantity},Red\n" for number, quantity in enumerate(quantities, 1))
    return ("Part ID,Part Name,Quantity,Color\n" + "".join(lines)).encode()


def assert_untouched(database: Database, waiting: Waiting) -> None:
    assert list_row(database, waiting)["status"] == "processing"
    assert part_rows(database, waiting) == []
    assert pieces_of_moc(database, waiting.moc_id) is None


def assert_complete(database: Database, waiting: Waiting, rows: int) -> None:
    assert list_row(database, waiting)["status"] == "ready"
    assert len(part_rows(database, waiting)) == rows
    assert pieces_of_moc(database, waiting.moc_id) == rows
