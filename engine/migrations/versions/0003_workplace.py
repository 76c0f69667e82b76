"""The workplace around the engine: one function for each part, called in order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    _access()
    _imports()


def _access() -> None:
    """Personal tokens, reset links and settings."""
    op.create_table(
        "id_token",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("created", TEXT, nullable=False),
        sa.Column("expires", TEXT, nullable=True),
        sa.Column("last_used", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_id_token"),
    )
    op.create_index("ix_id_token_person", "id_token", ["person"])
    op.create_index("ix_id_token_digest", "id_token", ["digest"])
    op.create_table(
        "id_reset",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("expires", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_id_reset"),
    )
    op.create_index("ix_id_reset_person", "id_reset", ["person"])
    op.create_table(
        "id_setting",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "name", name="pk_id_setting"),
    )


def _imports() -> None:
    """Files of the directory between their dry run and their loading."""
    op.create_table(
        "id_import",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_id_import"),
    )
    op.create_index("ix_id_import_created", "id_import", ["created"])
