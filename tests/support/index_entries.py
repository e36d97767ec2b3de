"""Rows written behind the application's back, and entries of the outbox that tell the index of them."""

from tests.support.database import Database

INSERT_WISHES = """
    INSERT INTO wishlist_items (user_id, title, sort_order)
    SELECT 'somebody', $2 || ' ' || n, n FROM generate_series(1, $1::int) AS n
    RETURNING id
"""
RECORD = """
    INSERT INTO outbox (kind, payload, available_at)
    SELECT 'index', jsonb_build_object('kind', $2::text, 'ids', jsonb_build_array(id)),
           now() at time zone 'UTC' - interval '1 hour' + n * interval '1 millisecond'
    FROM unnest($1::uuid[]) WITH ORDINALITY AS row (id, n)
"""


def changed_wishes(database: Database, count: int, *, title: str = "Wish") -> list[str]:
    """New ones, named `<title> 1` and so on, each with an entry; the oldest first. Their ids."""
    ids = [row["id"] for row in database.fetch(INSERT_WISHES, count, title)]
    record(database, "wishes", ids)
    return [str(id) for id in ids]


def record(database: Database, kind: str, ids: list[str]) -> None:
    """One entry for each, due for an hour."""
    database.fetch(RECORD, ids, kind)
