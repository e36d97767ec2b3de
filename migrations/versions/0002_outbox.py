"""The outbox: side effects recorded in the transaction that causes them."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE outbox (
            id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
            kind text NOT NULL,
            payload jsonb NOT NULL,
            available_at timestamp NOT NULL,
            attempts integer DEFAULT 0 NOT NULL,
            last_error text,
            created_at timestamp DEFAULT now() NOT NULL
        )
    """)
    op.execute("CREATE INDEX idx_outbox_available_at ON outbox (available_at)")


def downgrade() -> None:
    op.execute("DROP TABLE outbox")
