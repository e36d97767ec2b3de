"""Searching everywhere: wishes too, set numbers and themes, and a version that tells the index which text is newer.

The version is set by triggers, so it changes whoever writes: this application, the old server, a foreign key's SET NULL
or a person. It comes from one sequence, drawn while the row is locked, so of one row's versions the later is greater.
A draw in a statement's text would pin the connection of RDS Proxy; in a trigger it does not.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LETTERS = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľñńňòóôõöøōőřśšşșťţțùúûüūůűýÿźżž"
ACCENTED = LETTERS + LETTERS.upper() + "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328"
PLAIN = "aaaaaaaaacccddeeeeeeeegiiiiiiillnnnoooooooorsssstttuuuuuuuyyzzz" * 2

DESCRIPTION = "left(coalesce(description, ''), 100000)"
TITLE_VECTOR = "setweight(to_tsvector('english'::regconfig, title), 'A')"
TAGS_VECTOR = (
    "setweight(jsonb_to_tsvector('english'::regconfig, coalesce(tags, '[]'::jsonb), '[\"string\"]'::jsonb), 'B')"
)
TAGS_TEXT = r"""coalesce(replace(replace(btrim(tags::text, '[]"'), '", "', ' '), '\"', '"'), '')"""
DESCRIPTION_VECTOR = f"setweight(to_tsvector('english'::regconfig, {DESCRIPTION}), 'C')"

# By table: the words of the columns between title and description, and their text.
MOC_WORDS = "coalesce(set_number, '') || ' ' || coalesce(theme, '')"
WORDS = {
    "moc_instructions": (f"{TAGS_VECTOR} || {{words}}", f"{TAGS_TEXT} || ' ' || {MOC_WORDS}", MOC_WORDS),
    "wishlist_items": ("{words}", "coalesce(category, '')", "coalesce(category, '')"),
}
# By table: what a document of the index holds, besides what all have. A change of anything else is none to it.
COMMON = ("user_id", "title", "description", "created_at")
DOCUMENTS = {
    "moc_instructions": ("tags", "type", "theme", "set_number"),
    "gallery_images": ("tags", "author", "category", "album_id", "flagged", "position"),
    "wishlist_items": ("category",),
}

# pg_trgm is trusted (the database's owner may create it), but not every build of PostgreSQL ships it.
CREATE_TRIGRAM_INDEXES = """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
            CREATE INDEX idx_moc_instructions_search_text ON moc_instructions USING gin (search_text gin_trgm_ops);
        END IF;
    END
    $$
"""


def upgrade() -> None:
    op.execute("ALTER TABLE moc_instructions DROP COLUMN search_vector, DROP COLUMN search_text")
    for table, (vector, text, words) in WORDS.items():
        middle = vector.format(words=f"setweight(to_tsvector('english'::regconfig, {words}), 'B')")
        _add_search_columns(
            table,
            f"{TITLE_VECTOR} || {middle} || {DESCRIPTION_VECTOR}",
            f"title || ' ' || {text} || ' ' || {DESCRIPTION}",
        )
    op.execute(CREATE_TRIGRAM_INDEXES)
    _add_versions()
    op.execute("ALTER TABLE outbox ADD COLUMN dead_at timestamp")
    op.execute("DROP INDEX idx_outbox_available_at")
    op.execute("CREATE INDEX idx_outbox_due ON outbox (kind, available_at) WHERE dead_at IS NULL")
    op.execute("CREATE INDEX idx_outbox_keys ON outbox USING gin ((payload -> 'keys')) WHERE kind = 'delete-objects'")


def _add_search_columns(table: str, vector: str, text: str) -> None:
    op.execute(
        f"ALTER TABLE {table}"
        f" ADD COLUMN search_vector tsvector GENERATED ALWAYS AS ({vector}) STORED,"
        f" ADD COLUMN search_text text GENERATED ALWAYS AS"
        f" (translate(lower({text}), '{ACCENTED}', '{PLAIN}')) STORED"
    )
    op.execute(f"CREATE INDEX idx_{table}_search_vector ON {table} USING gin (search_vector)")


def _add_versions() -> None:
    op.execute("CREATE SEQUENCE search_versions")
    op.execute("""
        CREATE FUNCTION draw_search_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.search_version := nextval('search_versions');
            RETURN NEW;
        END
        $$
    """)
    for table, columns in DOCUMENTS.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN search_version bigint NOT NULL DEFAULT nextval('search_versions')")
        old, new = (", ".join(f"{row}.{column}" for column in (*COMMON, *columns)) for row in ("OLD", "NEW"))
        op.execute(
            f"CREATE TRIGGER {table}_search_version BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION draw_search_version()"
        )


def downgrade() -> None:
    op.execute("DROP INDEX idx_outbox_keys")
    op.execute("DROP INDEX idx_outbox_due")
    op.execute("CREATE INDEX idx_outbox_available_at ON outbox (available_at)")
    op.execute("ALTER TABLE outbox DROP COLUMN dead_at")
    for table in DOCUMENTS:
        op.execute(f"DROP TRIGGER {table}_search_version ON {table}")
        op.execute(f"ALTER TABLE {table} DROP COLUMN search_version")
    op.execute("DROP FUNCTION draw_search_version")
    op.execute("DROP SEQUENCE search_versions")
    op.execute("ALTER TABLE wishlist_items DROP COLUMN search_vector, DROP COLUMN search_text")
    op.execute("ALTER TABLE moc_instructions DROP COLUMN search_vector, DROP COLUMN search_text")
    _add_search_columns(
        "moc_instructions",
        f"{TITLE_VECTOR} || {TAGS_VECTOR} || {DESCRIPTION_VECTOR}",
        f"title || ' ' || {TAGS_TEXT} || ' ' || {DESCRIPTION}",
    )
    op.execute(CREATE_TRIGRAM_INDEXES)
