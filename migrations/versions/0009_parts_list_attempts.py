"""How often it has been tried in vain to read a parts list."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE moc_parts_lists ADD COLUMN read_attempts integer NOT NULL DEFAULT 0")


def downgrade() -> None:
    op.execute("ALTER TABLE moc_parts_lists DROP COLUMN read_attempts")
