"""An update of an image may draw its version by itself.

The update with which the trigger draws it is the second of the row in its transaction, so PostgreSQL looks for the
image's album once more, and locks it, after the image. Everybody else locks albums first.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = [
    "user_id",
    "title",
    "description",
    "created_at",
    "tags",
    "author",
    "category",
    "album_id",
    "flagged",
    "position",
]
OLD, NEW = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("OLD", "NEW"))
CHANGED = f"({OLD}) IS DISTINCT FROM ({NEW})"


def upgrade() -> None:
    op.execute("CREATE FUNCTION next_search_version() RETURNS bigint RETURN nextval('search_versions'::regclass)")
    _draw_when(f"OLD.search_version = NEW.search_version AND {CHANGED}")


def downgrade() -> None:
    _draw_when(CHANGED)
    op.execute("DROP FUNCTION next_search_version")


def _draw_when(condition: str) -> None:
    op.execute("DROP TRIGGER gallery_images_search_version ON gallery_images")
    op.execute(
        "CREATE TRIGGER gallery_images_search_version AFTER UPDATE ON gallery_images FOR EACH ROW"
        f" WHEN ({condition}) EXECUTE FUNCTION draw_search_version()"
    )
