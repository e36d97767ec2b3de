"""Searching MOCs in PostgreSQL: words by tsvector, parts of words and typing errors by trigrams where they exist.

Tags are found in whatever case they were written.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Letters that are found without their accents; combining accents have no counterpart and go.
LETTERS = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłľñńňòóôõöøōőřśšşșťţțùúûüūůűýÿźżž"
ACCENTED = LETTERS + LETTERS.upper() + "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328"
PLAIN = "aaaaaaaaacccddeeeeeeeegiiiiiiillnnnoooooooorsssstttuuuuuuuyyzzz" * 2

# pg_trgm is trusted (the database's owner may create it), but not every build of PostgreSQL ships it.
CREATE_TRIGRAM_INDEX = """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX idx_moc_instructions_search_text ON moc_instructions USING gin (search_text gin_trgm_ops);
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'pg_trgm may not be created here: searching for parts of words reads the whole table';
    END
    $$
"""


def upgrade() -> None:
    # Of the tags, an array in JSON, the text has what stands between brackets, quotation marks and commas.
    columns = r"""
        ALTER TABLE moc_instructions
        ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('english'::regconfig, title), 'A')
            || setweight(
                jsonb_to_tsvector('english'::regconfig, coalesce(tags, '[]'::jsonb), '["string"]'::jsonb), 'B'
            )
            || setweight(to_tsvector('english'::regconfig, left(coalesce(description, ''), 100000)), 'C')
        ) STORED,
        ADD COLUMN search_text text GENERATED ALWAYS AS (
            translate(
                lower(
                    title
                    || ' ' || coalesce(replace(replace(btrim(tags::text, '[]"'), '", "', ' '), '\"', '"'), '')
                    || ' ' || left(coalesce(description, ''), 100000)
                ),
                '{accented}', '{plain}'
            )
        ) STORED
    """
    op.execute(columns.format(accented=ACCENTED, plain=PLAIN))
    op.execute("CREATE INDEX idx_moc_instructions_search_vector ON moc_instructions USING gin (search_vector)")
    op.execute(
        "CREATE INDEX idx_moc_instructions_tags ON moc_instructions"
        " USING gin ((lower(tags::text)::jsonb) jsonb_path_ops)"
    )
    op.execute("CREATE INDEX idx_moc_instructions_created ON moc_instructions (created_at DESC, id DESC)")
    op.execute(CREATE_TRIGRAM_INDEX)


def downgrade() -> None:
    op.execute("DROP INDEX IF EXISTS idx_moc_instructions_search_text")
    op.execute("DROP INDEX idx_moc_instructions_created")
    op.execute("DROP INDEX idx_moc_instructions_tags")
    op.execute("ALTER TABLE moc_instructions DROP COLUMN search_text, DROP COLUMN search_vector")
