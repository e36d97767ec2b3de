"""The parts of parts lists, and what became of the file that they are read from."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE moc_parts_lists
        ADD COLUMN status text NOT NULL DEFAULT 'ready',
        ADD COLUMN format text,
        ADD COLUMN unique_parts_count integer,
        ADD COLUMN spare_parts_count bigint,
        ADD COLUMN problems jsonb,
        ADD COLUMN content_hash text,
        ADD CONSTRAINT moc_parts_lists_status_check CHECK (status IN ('processing', 'ready', 'failed'))
    """)
    op.execute("""
        CREATE TABLE moc_parts (
            parts_list_id uuid NOT NULL
                CONSTRAINT moc_parts_parts_list_fk REFERENCES moc_parts_lists (id) ON DELETE CASCADE,
            number integer NOT NULL,
            part_id text NOT NULL,
            quantity integer NOT NULL CONSTRAINT moc_parts_quantity_check CHECK (quantity > 0),
            part_system text,
            color_id text,
            color_system text,
            color_name text,
            name text,
            is_spare boolean NOT NULL,
            item_type text NOT NULL,
            element_id text,
            PRIMARY KEY (parts_list_id, number)
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE moc_parts")
    op.execute("""
        ALTER TABLE moc_parts_lists
        DROP CONSTRAINT moc_parts_lists_status_check,
        DROP COLUMN content_hash,
        DROP COLUMN problems,
        DROP COLUMN spare_parts_count,
        DROP COLUMN unique_parts_count,
        DROP COLUMN format,
        DROP COLUMN status
    """)
