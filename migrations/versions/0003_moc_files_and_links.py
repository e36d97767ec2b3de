"""What MOC files and gallery links did not know: a file's size, when an image was linked, and that once is enough."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE moc_files ADD COLUMN size_bytes bigint")
    # In two steps, so that existing links keep "unknown" and do not claim the hour of the migration.
    op.execute("ALTER TABLE moc_gallery_images ADD COLUMN linked_at timestamp")
    op.execute("ALTER TABLE moc_gallery_images ALTER COLUMN linked_at SET DEFAULT now()")
    # The Express server never linked an image twice on purpose; a pair of equal rows says nothing that one does not.
    op.execute("""
        DELETE FROM moc_gallery_images a USING moc_gallery_images b
        WHERE a.moc_id = b.moc_id AND a.gallery_image_id = b.gallery_image_id AND a.id > b.id
    """)
    op.execute(
        "ALTER TABLE moc_gallery_images"
        " ADD CONSTRAINT moc_gallery_images_moc_image_unique UNIQUE (moc_id, gallery_image_id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE moc_gallery_images DROP CONSTRAINT moc_gallery_images_moc_image_unique")
    op.execute("ALTER TABLE moc_gallery_images DROP COLUMN linked_at")
    op.execute("ALTER TABLE moc_files DROP COLUMN size_bytes")
