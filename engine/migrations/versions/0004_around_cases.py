"""What stands around a case besides its ledger's projections: one function for each part, called in order."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """The parts, in the order in which they came."""
    _notes()


def _notes() -> None:
    """Files and comments beside a case, who is mentioned in them, and until when they have read that."""
    op.create_table(
        "vw_note",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("instance", "note", name="pk_vw_note"),
    )
    op.create_table(
        "vw_mention",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("instance", "note", "person", name="pk_vw_mention"),
    )
    op.create_index("ix_vw_mention_person", "vw_mention", ["person"])
    op.create_table(
        "id_mention_read",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("upto", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_id_mention_read"),
    )
