"""The maintenance job looks each minute for parts lists that nobody has read: there are few, among many."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX idx_moc_parts_lists_processing ON moc_parts_lists (updated_at) WHERE status = 'processing'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX idx_moc_parts_lists_processing")
