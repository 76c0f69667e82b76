"""The workplace around the engine: one function for each part, called in order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _access()
    _imports()


def _access() -> None:
    """Personal tokens, reset links and settings."""
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "id_token",
        sa.Column("id", text, nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("digest", text, nullable=False),
        sa.Column("created", text, nullable=False),
        sa.Column("expires", text, nullable=True),
        sa.Column("last_used", text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_id_token"),
    )
    op.create_index("ix_id_token_person", "id_token", ["person"])
    op.create_index("ix_id_token_digest", "id_token", ["digest"])
    op.create_table(
        "id_reset",
        sa.Column("digest", text, nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("expires", text, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_id_reset"),
    )
    op.create_index("ix_id_reset_person", "id_reset", ["person"])
    op.create_table(
        "id_setting",
        sa.Column("person", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "name", name="pk_id_setting"),
    )


def _imports() -> None:
    """Files of the directory between their dry run and their loading."""
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "id_import",
        sa.Column("id", text, nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", text, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_id_import"),
    )
    op.create_index("ix_id_import_created", "id_import", ["created"])
