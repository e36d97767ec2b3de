"""What every new row begins with."""

import pytest

from tests.support.clients import Api
from tests.support.database import Database
from tests.support.route_world import World


@pytest.mark.parametrize(
    ("table", "updated", "made"),
    [
        ("moc_instructions", "updated_at", "moc_id"),
        ("gallery_images", "last_updated_at", "image_id"),
        ("gallery_albums", "last_updated_at", "album_id"),
        ("wishlist_items", "updated_at", "item_id"),
    ],
)
def test_it_was_updated_when_it_was_made(
    over_http: Api, database: Database, table: str, updated: str, made: str
) -> None:
    """To the microsecond: who compares the two can tell a thing that was never changed."""
    row = database.fetch(f"SELECT created_at, {updated} AS updated FROM {table} WHERE id = $1", World(over_http)[made])
    assert [new["created_at"] for new in row] == [new["updated"] for new in row] != []
