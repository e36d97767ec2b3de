"""The gallery: one order for images and albums, thumbnails, authors and categories, search, and albums that exist.

The old server accepted any album id for an image, and any image for a cover. What names none, or another user's, is
set to null: no screen ever showed it.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LETTERS = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľñńňòóôõöøōőřśšşșťţțùúûüūůűýÿźżž"
ACCENTED = LETTERS + LETTERS.upper() + "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328"
PLAIN = "aaaaaaaaacccddeeeeeeeegiiiiiiillnnnoooooooorsssstttuuuuuuuyyzzz" * 2

DESCRIPTION = "left(coalesce(description, ''), 100000)"
TITLE_VECTOR = "setweight(to_tsvector('english'::regconfig, title), 'A')"
DESCRIPTION_VECTOR = f"setweight(to_tsvector('english'::regconfig, {DESCRIPTION}), 'C')"
VECTORS = {
    "gallery_albums": f"{TITLE_VECTOR} || {DESCRIPTION_VECTOR}",
    "gallery_images": f"""{TITLE_VECTOR}
        || setweight(
            jsonb_to_tsvector('english'::regconfig, coalesce(tags, '[]'::jsonb), '["string"]'::jsonb), 'B'
        )
        || setweight(to_tsvector('english'::regconfig, coalesce(category, '') || ' ' || coalesce(author, '')), 'B')
        || {DESCRIPTION_VECTOR}""",
}
TEXTS = {
    "gallery_albums": f"title || ' ' || {DESCRIPTION}",
    "gallery_images": rf"""title
        || ' ' || coalesce(replace(replace(btrim(tags::text, '[]"'), '", "', ' '), '\"', '"'), '')
        || ' ' || coalesce(category, '') || ' ' || coalesce(author, '') || ' ' || {DESCRIPTION}""",
}


def upgrade() -> None:
    op.execute(
        "ALTER TABLE gallery_images ADD COLUMN thumbnail_url text, ADD COLUMN author text, ADD COLUMN category text"
    )
    _add_positions()
    _add_keys()
    for table in VECTORS:
        op.execute(
            f"ALTER TABLE {table}"
            f" ADD COLUMN search_vector tsvector GENERATED ALWAYS AS ({VECTORS[table]}) STORED,"
            f" ADD COLUMN search_text text GENERATED ALWAYS AS"
            f" (translate(lower({TEXTS[table]}), '{ACCENTED}', '{PLAIN}')) STORED"
        )
        op.execute(f"CREATE INDEX idx_{table}_search_vector ON {table} USING gin (search_vector)")


def _add_positions() -> None:
    """Existing rows in the order of their times. New ones follow, whichever server writes them.

    All are more than any number of things that a client may have counted.
    """
    op.execute("CREATE SEQUENCE gallery_positions START WITH 1000000001")
    for table in VECTORS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN position bigint")
    for table in VECTORS:
        op.execute(f"""
            UPDATE {table} SET position = ordered.position
            FROM (
                SELECT id, 1000000000 + row_number() OVER (ORDER BY created_at, id) AS position
                FROM (
                    SELECT id, created_at FROM gallery_albums UNION ALL SELECT id, created_at FROM gallery_images
                ) AS both_kinds
            ) AS ordered
            WHERE {table}.id = ordered.id
        """)
    op.execute("""
        SELECT setval('gallery_positions', 1000000000 + (
            SELECT count(*) FROM (SELECT FROM gallery_albums UNION ALL SELECT FROM gallery_images) AS both_kinds
        ))
    """)
    for table in VECTORS:
        op.execute(
            f"ALTER TABLE {table} ALTER COLUMN position SET DEFAULT nextval('gallery_positions'),"
            " ALTER COLUMN position SET NOT NULL"
        )
        op.execute(f"CREATE INDEX idx_{table}_user_position ON {table} (user_id, position)")
    op.execute("CREATE INDEX idx_gallery_images_album_position ON gallery_images (album_id, position)")
    op.execute(
        "CREATE INDEX idx_gallery_images_outside_albums ON gallery_images (user_id, position) WHERE album_id IS NULL"
    )


def _add_keys() -> None:
    op.execute("ALTER TABLE gallery_albums ADD CONSTRAINT gallery_albums_id_user_unique UNIQUE (id, user_id)")
    op.execute("""
        UPDATE gallery_images SET album_id = NULL
        WHERE album_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM gallery_albums
            WHERE gallery_albums.id = gallery_images.album_id AND gallery_albums.user_id = gallery_images.user_id
        )
    """)
    op.execute("""
        UPDATE gallery_albums SET cover_image_id = NULL
        WHERE cover_image_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM gallery_images
            WHERE gallery_images.id = cover_image_id AND gallery_images.user_id = gallery_albums.user_id
        )
    """)
    op.execute(
        "ALTER TABLE gallery_images ADD CONSTRAINT gallery_images_album_fk FOREIGN KEY (album_id, user_id)"
        " REFERENCES gallery_albums (id, user_id) ON DELETE SET NULL (album_id)"
    )
    op.execute(
        "ALTER TABLE gallery_albums ADD CONSTRAINT gallery_albums_cover_image_fk FOREIGN KEY (cover_image_id)"
        " REFERENCES gallery_images (id) ON DELETE SET NULL"
    )
    op.execute("CREATE INDEX idx_gallery_albums_cover_image ON gallery_albums (cover_image_id)")


def downgrade() -> None:
    op.execute("ALTER TABLE gallery_albums DROP CONSTRAINT gallery_albums_cover_image_fk")
    op.execute("DROP INDEX idx_gallery_albums_cover_image")
    op.execute("ALTER TABLE gallery_images DROP CONSTRAINT gallery_images_album_fk")
    op.execute("ALTER TABLE gallery_albums DROP CONSTRAINT gallery_albums_id_user_unique")
    op.execute("ALTER TABLE gallery_albums DROP COLUMN search_text, DROP COLUMN search_vector, DROP COLUMN position")
    op.execute(
        "ALTER TABLE gallery_images DROP COLUMN search_text, DROP COLUMN search_vector, DROP COLUMN position,"
        " DROP COLUMN category, DROP COLUMN author, DROP COLUMN thumbnail_url"
    )
    op.execute("DROP SEQUENCE gallery_positions")
