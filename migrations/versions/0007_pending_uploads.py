"""Uploads that go to the storage directly, until they are finalized."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE pending_uploads (
            id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
            moc_id uuid NOT NULL
                CONSTRAINT pending_uploads_moc_fk REFERENCES moc_instructions (id) ON DELETE CASCADE,
            file_type text NOT NULL,
            filename text NOT NULL,
            mime_type text NOT NULL,
            size_bytes bigint NOT NULL,
            object_key text NOT NULL,
            expires_at timestamp NOT NULL,
            created_at timestamp NOT NULL DEFAULT now()
        )
    """)
    op.execute("CREATE UNIQUE INDEX pending_uploads_object_key_unique ON pending_uploads (object_key)")
    op.execute("CREATE INDEX idx_pending_uploads_moc_id ON pending_uploads (moc_id)")
    op.execute("CREATE INDEX idx_pending_uploads_expires_at ON pending_uploads (expires_at)")


def downgrade() -> None:
    op.execute("DROP TABLE pending_uploads")
